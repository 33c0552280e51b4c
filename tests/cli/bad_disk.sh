#!/bin/sh
# A full disk and a read-only store. Needs to mount a small file system of its own, in a user
# namespace; where the system forbids that, the test is skipped (exit code 77).

if [ "${1:-}" != inside ]; then
    unshare -rm true 2>/dev/null || exit 77
    exec unshare -rm "$0" inside
fi

# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
begin
mkdir mounted
mount -t tmpfs -o size=2m none mounted || exit 77
trap 'umount "$work/mounted"; rm -rf "$work"' EXIT
QUIRE_STORE=$work/mounted/store
"$QUIRE" init >/dev/null
quire log small -t dataset tree/one.txt >/dev/null

# large.txt has 3 MB and more.
refuse 1 'No space left' "$QUIRE" log small -t dataset tree
refuse 1 'No space left' "$QUIRE" log small -t dataset tree --durability none
refuse 1 'No space left' "$QUIRE" upsert small -t dataset --distributed-id d --writer w tree
quire verify --all >/dev/null
same 'what was there' one "$(quire cat small:v0/one.txt)"
same 'room for a small one' 'small:v1' "$(quire log small -t dataset tree/sub)"

mount -o remount,bind,ro "$work/mounted"
refuse 1 'Read-only' "$QUIRE" log small -t dataset tree/sub/deep
refuse 1 'Read-only' "$QUIRE" alias small:v0 best
refuse 1 'Read-only' "$QUIRE" init "$work/mounted/other"
quire verify --all >/dev/null
same 'reading' one "$(quire cat small:v0/one.txt)"
quire get small:v1 -o back >/dev/null
same_tree tree/sub back
mount -o remount,bind,rw "$work/mounted"
