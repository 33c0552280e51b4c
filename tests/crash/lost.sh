#!/bin/sh
# Every store that a power cut may leave of a scenario: see lost.c.
#
#   lost.sh SCENARIO STRIDE REPEAT DURABILITY...
#
# Records what the scenario's commands do, and judges every STRIDE-th state, giving the commands again
# in every REPEAT-th of those (0: in none). Of a pair of processes STRIDE is that of the points at which
# the first is stopped, and all states are judged. With a finding the folder stays, and crash_lost shows
# the state again.
# By hand it takes the programs of build/, or of BUILD=DIR.

if [ $# -gt 4 ]; then
    scenario=$1
    stride=$2
    repeat=$3
    shift 3
    for durability in "$@"; do
        "$0" "$scenario" "$stride" "$repeat" "$durability" || exit
    done
    exit
fi
[ -n "${TMPDIR:-}" ] || [ ! -w /dev/shm ] || TMPDIR=/dev/shm
export TMPDIR="${TMPDIR:-/tmp}"
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"
# shellcheck source=tests/crash/lost_scenarios.sh
. "$(dirname "$0")/lost_scenarios.sh"

[ $# -eq 4 ] || usage 'SCENARIO STRIDE REPEAT DURABILITY...'
scenario=$1
stride=$2
repeat=$3
durability=$4
grep -qs "^record_$scenario()" "$(dirname "$0")/lost_scenarios.sh" || usage "no such scenario: $scenario"
case $stride,$repeat in
*[!0-9,]* | ,* | 0,* | *,) usage "STRIDE and REPEAT are numbers: $stride $repeat" ;;
esac
case $durability in
full | batch | none) ;;
*) usage "no such durability: $durability" ;;
esac
needs FAULTLINE LOST
case $scenario in
*2) needs QUIRE_MPI MPIEXEC ;;
esac
LIMIT=60 # seconds
reports=0

recorded() { # COMMAND…: under the recorder
    timeout "$LIMIT" env LD_PRELOAD="$FAULTLINE" "$@"
}

# A command that reports: what it says is done from here on.
step() { # COMMAND…
    expect_code 0 "$@"
    "$LOST" --mark "$work/trace"
    reports=$((reports + 1))
    cp -a "$QUIRE_STORE" "$work/ref.$reports"
}

judge() { # FOLDER
    options=
    [ "$durability" != none ] || options=--none
    # shellcheck disable=SC2086 # words
    "$LOST" "$1" --stride "$stride" --repeat "$repeat" $options >"$work/said" 2>&1 || {
        code=$?
        cat "$work/said"
        [ "$code" != 2 ] || exit 2
        trap - EXIT
        fail "$scenario, $durability: left in $1"
    }
    echo "$scenario, $durability: $(cat "$work/said")"
}

begin
rm -rf "$QUIRE_STORE"
QUIRE_STORE=$work/base
"prepare_$scenario"
QUIRE_STORE=$work/store
{
    echo '#!/bin/sh'
    echo 'set -e'
    echo "cd '$work'"
    echo "exec >'$work/again.out' 2>&1"
    "again_$scenario"
} >"$work/again"
chmod +x "$work/again"
cp -a "$work/base" "$QUIRE_STORE"
export QUIRE_FAULT_DIR="$QUIRE_STORE" QUIRE_FAULT_RECORD="$work/trace"
"record_$scenario"
unset QUIRE_FAULT_DIR QUIRE_FAULT_RECORD
