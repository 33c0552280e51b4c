#!/bin/sh
# Run a command as a user of a gateway: with.sh DIR COMMAND…
set -eu
# shellcheck source=/dev/null # it is written at run time
. "$1/env"
shift
exec "$@"
