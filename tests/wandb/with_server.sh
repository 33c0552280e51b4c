#!/bin/sh
# Run a command as a W&B user of a test server of its own: with_server.sh MODULES [OPTION…] -- COMMAND…
#
# MODULES is a folder of the build tree for what npm installs (tests/wandb_server/install.sh); OPTIONs go to
# the server (tests/wandb_server/server.js). The command finds in its environment:
#
#   WANDB_BASE_URL, WANDB_API_KEY, WANDB_ENTITY, WANDB_PROJECT   as users set them; the project is not made yet
#   WANDB_TEST_URL      what the control endpoints are below, e.g. $WANDB_TEST_URL/log
#   WANDB_TEST_PID      the server's process
#   WANDB_TEST_FOLDER   where it keeps content; removed at the end
#
# Exits as the command does; 77 where there is no node or npm. The server ends with this script, however that ends.

set -eu

usage() {
    echo 'usage: with_server.sh MODULES [OPTION...] -- COMMAND...' >&2
    exit 2
}

here=$(cd "$(dirname "$0")" && pwd)
WANDB_SERVER_MODULES=${1:?usage: with_server.sh MODULES [OPTION...] -- COMMAND...}
mkdir -p "$WANDB_SERVER_MODULES"
WANDB_SERVER_MODULES=$(cd "$WANDB_SERVER_MODULES" && pwd)
export WANDB_SERVER_MODULES
shift
"$here/../wandb_server/install.sh" "$WANDB_SERVER_MODULES"

folder=$(mktemp -d "${TMPDIR:-/tmp}/wandb_server.XXXXXX")
server=
# shellcheck disable=SC2317 # the trap calls it
stop() {
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

# A key whose owner has a user of that name, and with her team an entity that is not her own.
WANDB_API_KEY=local-5ecre7key5ecre7key5ecre7key5ecre7key5ecre
set -- --key "$WANDB_API_KEY=alice" --team research=alice --folder "$folder/content" "$@"

# The server's words of the list end at "--"; what is left is the command.
count=$#
while [ "$count" -gt 0 ] && [ "$1" != -- ]; do
    printf '%s\n' "$1" >>"$folder/options" # no option holds a line break
    shift
    count=$((count - 1))
done
[ "$count" -gt 1 ] || usage
shift

# Its standard input is a pipe that this script holds, and nobody else.
mkfifo "$folder/input" "$folder/output"
start() {
    set --
    while IFS= read -r word; do
        set -- "$@" "$word"
    done <"$folder/options"
    exec node "$here/../wandb_server/server.js" "$@"
}
start <"$folder/input" >"$folder/output" &
server=$!
exec 9>"$folder/input"
read -r word port <"$folder/output" || true
if [ "${word:-}" != listening ]; then
    echo 'the W&B test server does not start' >&2
    exit 1
fi

scheme=http
! grep -qx -e --certificate "$folder/options" || scheme=https
unset WANDB_RUN_ID WANDB_RUN_GROUP WANDB_NAME WANDB_JOB_TYPE WANDB_MODE
export WANDB_API_KEY
export WANDB_BASE_URL="$scheme://127.0.0.1:$port"
export WANDB_ENTITY=research
export WANDB_PROJECT=quire-tests
export WANDB_TEST_URL="$WANDB_BASE_URL/test"
export WANDB_TEST_PID="$server"
export WANDB_TEST_FOLDER="$folder/content"
status=0
"$@" 9>&- || status=$?
exit "$status"
