#!/bin/sh
# What a log of some files syncs, counted exactly at each durability, and in which order.
# CMakeLists.txt sets FULL and BATCH, the counts that are expected.

[ -n "${TMPDIR:-}" ] || [ ! -w /dev/shm ] || TMPDIR=/dev/shm
export TMPDIR="${TMPDIR:-/tmp}"
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"
needs FAULTLINE
: "${FULL:?what CMakeLists.txt gives}" "${BATCH:?what CMakeLists.txt gives}"

begin
export QUIRE_FAULT_DIR="$QUIRE_STORE" QUIRE_FAULT_TRACE="$work/trace"

# Counts of files synced, folders synced and syncfs.
logged() { # DURABILITY
    rm -rf "$QUIRE_STORE" "$work"/trace.*
    "$QUIRE" init >/dev/null
    expect_code 0 env LD_PRELOAD="$FAULTLINE" "$QUIRE" log new -t dataset tree --durability "$1"
    awk '$2 ~ /^f(data)?sync$/ { if ($3 ~ /^.\/tmp\//) files++; else folders++ }
         $2 == "syncfs" { all++ }
         END { print files + 0, folders + 0, all + 0 }' "$work/trace.0"
}

# The first line of the trace with this call on a path that matches; fails when there is none.
at() { # CALL PATTERN
    awk -v call="$1" -v pattern="$2" '$2 == call && $3 ~ pattern { print $1; found = 1; exit }
        END { exit !found }' "$work/trace.0" || fail "no $1 of $2"
}

before() { # WHAT FIRST SECOND
    [ "$2" -lt "$3" ] || fail "$1: at $2 and $3"
}

# Full: a blob, a pack, two manifests, the collection, the version, its index entry; after each of
# them its folder, and each folder's own name once.
same 'syncs under full' "$FULL" "$(logged full)"
before 'contents after manifests' "$(at fsync '^./packs')" "$(at link '^./manifests/')"
before 'contents after manifests' "$(at fsync '^./blobs/..')" "$(at link '^./manifests/')"
before 'manifests after the commit' "$(at fsync '^./manifests')" "$(at link '/versions/')"
before 'the commit after the index' "$(at fsync '/versions')" "$(at link '/digests/')"

# Batch: the same files, the folders of records only, one syncfs before the commit.
same 'syncs under batch' "$BATCH" "$(logged batch)"
before 'the syncfs before a manifest' "$(at link '^./manifests/')" "$(at syncfs .)"
before 'the commit before the syncfs' "$(at syncfs .)" "$(at link '/versions/')"

same 'syncs under none' '0 0 0' "$(logged none)"
echo "the ledger of syncs: full $FULL, batch $BATCH, none 0 0 0 (files, folders, file systems)"
