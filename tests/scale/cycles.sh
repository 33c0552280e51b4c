#!/bin/sh
# Many cycles of open, log and close in one process, in a folder that is removed afterwards.

set -eu
work=$(mktemp -d "${TMPDIR:-/tmp}/quire-scale.XXXXXX")
trap 'rm -rf "$work"' EXIT
"$CYCLES" "$work/store"
