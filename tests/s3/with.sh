#!/bin/sh
# Run a command as a user of a gateway: with.sh DIR COMMAND…
set -eu
. "$1/env"
shift
exec "$@"
