#!/bin/sh
# A version of COUNT entries: what it takes to log it, to look into it, and to change a little of
# it. million.sh COUNT; CMakeLists.txt sets QUIRE, MEASURE, REFERENCES, and, where there is MPI,
# REFERENCES_MPI and MPIEXEC.

set -eu
count=$1
limit=64 # MiB, of everything that looks at a part only
LC_ALL=C
export LC_ALL

work=$(mktemp -d "${TMPDIR:-/tmp}/quire-scale.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
QUIRE_STORE=$work/store
export QUIRE_STORE QUIRE_CACHE=off

fail() {
    echo "million: $*" >&2
    exit 1
}

lines() { # N FILE
    [ "$(wc -l <"$2")" -eq "$1" ] || fail "$(wc -l <"$2") lines in $2, not $1"
}

small() { # LABEL COMMAND…: `quire COMMAND…` within the limits; its stdout in $work/out
    label=$1
    shift
    "$MEASURE" "$label" "$limit" 30 "$QUIRE" "$@" >out
}

"$QUIRE" init >/dev/null
mkdir files changes
for i in 0 1 2 3 4 5 6 7 8 9; do
    echo "file $i" >files/$i.txt
    echo "change $i" >changes/c$i.txt
done

"$MEASURE" log 0 100 "$REFERENCES" store "$count" files

small "ls of a folder" ls big:v0 d0007
lines 1000 out
small "ls of the root" ls big:v0
lines $((count / 1000 + 1)) out
small "get of a file" get big:v0 -o got --path files/3.txt --quiet
cmp got/files/3.txt files/3.txt
small "cat" cat big:v0/files/4.txt
cmp out files/4.txt
small "show" show big:v0 --json
grep -q "\"entries\":[ ]*$((count + 10))," out || fail "not $((count + 10)) entries"
small "patch of 10 entries" patch big:v0 --under d0007 changes --quiet
[ "$(cat out)" = big:v1 ] || fail "the patch made $(cat out)"
small "diff of 10 entries" diff big:v0 big:v1
lines 10 out
small "patch of 10 folders" patch big:v1 --quiet --remove d0001 --remove d0002 --remove d0003 \
    --remove d0004 --remove d0005 --remove d0006 --remove d0008 --remove d0009 --remove d0010 \
    --remove d0011
small "diff of 10 folders" diff big:v1 big:v2
lines 10000 out

# The same entries from several ranks are the same version.
if [ -n "${REFERENCES_MPI:-}" ]; then
    OMPI_ALLOW_RUN_AS_ROOT=1
    OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
    OMPI_MCA_btl_vader_single_copy_mechanism=none
    export OMPI_ALLOW_RUN_AS_ROOT OMPI_ALLOW_RUN_AS_ROOT_CONFIRM
    export OMPI_MCA_btl_vader_single_copy_mechanism
    "$QUIRE" patch big:v0 --remove files --quiet >out
    "$MPIEXEC" --oversubscribe -n 4 "$REFERENCES_MPI" store "$count" >ranks
    cat ranks >&2
    grep -q '^big:v3 ' ranks || fail "4 ranks made another version than one"
fi
