#!/bin/sh
# --link: who takes files so, what becomes of them, where it cannot be, and promises that are broken.

# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
begin

# Where the filesystem clones, the store's file is one of its own, and cannot be told from a copy.
clones=no
cp --reflink=always tree/large.txt clone 2>/dev/null && clones=yes

is_linked() { # FILE STORE: the store's only large file is that one
    blob=$(find "$2/blobs" -type f -size +1000k)
    if [ "$clones" = yes ]; then
        [ -f "$blob" ]
    else
        [ "$(stat -c %d:%i "$1")" = "$(stat -c %d:%i "$blob")" ]
    fi
}
looks() { # what must stay as it was
    stat -c '%i %s %Y %a %U' "$1"
}

chmod 640 tree/large.txt
touch -d '2020-02-02 02:02:02' tree/large.txt
looks tree/large.txt >before
for command in log upsert patch; do
    QUIRE_STORE=$work/$command-store
    "$QUIRE" init >/dev/null
    case $command in
    log) expect_code 0 "$QUIRE" log tree -t dataset --link tree ;;
    upsert)
        expect_code 0 "$QUIRE" upsert tree -t dataset --distributed-id d --writer w --link tree
        expect_code 0 "$QUIRE" finish tree -t dataset --distributed-id d
        ;;
    patch)
        expect_code 0 "$QUIRE" log tree -t dataset tree/one.txt
        expect_code 0 "$QUIRE" patch tree:v0 --link tree
        ;;
    esac
    is_linked tree/large.txt "$QUIRE_STORE" || fail "$command did not link"
    looks tree/large.txt >after
    cmp -s before after || fail "$command has changed the file"
    expect_code 0 "$QUIRE" verify --all
    expect_code 0 "$QUIRE" get tree -o "back-$command"
    same_tree tree "back-$command"
done
QUIRE_STORE=$work/store
expect_code 0 "$QUIRE" upsert late -t dataset --distributed-id d --writer w tree/one.txt
expect_code 0 "$QUIRE" finish late -t dataset --distributed-id d --link tree/large.txt
is_linked tree/large.txt store || fail "finish did not link"

# Another filesystem: it is copied.
if [ -d /dev/shm ] && [ -w /dev/shm ] && [ "$(stat -c %d /dev/shm)" != "$(stat -c %d .)" ]; then
    far=$(mktemp -d /dev/shm/quire-cli.XXXXXX)
    trap 'rm -rf "$far"; chmod -R u+w "$work"; rm -rf "$work"' EXIT
    QUIRE_STORE=$far/store
    "$QUIRE" init >/dev/null
    expect_code 0 "$QUIRE" log tree -t dataset --link tree
    blob=$(find "$far/store/blobs" -type f -size +1000k)
    same 'links of a copy' 1 "$(stat -c %h "$blob")"
    cmp -s tree/large.txt "$blob" || fail "the copy is another"
    same 'left in tmp/' '' "$(ls "$far/store/tmp")"
    expect_code 0 "$QUIRE" verify --all
fi

# A promise that is broken is found; the file that is put in another's place is none.
QUIRE_STORE=$work/log-store
cp tree/large.txt new && mv new tree/large.txt
expect_code 0 "$QUIRE" verify --all
if [ "$clones" = no ]; then
    printf '!' | dd of="$(find "$work/upsert-store/blobs" -type f -size +1000k)" conv=notrunc 2>/dev/null
    for store in log upsert patch; do # one file, with three names in stores
        expect_code 6 "$QUIRE" verify --all --store "$work/$store-store"
        has "$work/err" 'is damaged'
    done
    expect_code 6 "$QUIRE" get tree -o damaged
    [ ! -e damaged/large.txt ] || fail "a damaged file was delivered"
fi

# gc only takes the store's name away, and not before it is the last.
QUIRE_STORE=$work/gc-store
"$QUIRE" init >/dev/null
expect_code 0 "$QUIRE" log tree -t dataset --link tree
expect_code 0 "$QUIRE" rm tree:v0 --delete-aliases
expect_code 0 "$QUIRE" gc --grace 0
[ -s tree/large.txt ] || fail "gc took the file"
[ "$clones" = yes ] || is_linked tree/large.txt gc-store || fail "gc took what frees nothing"
rm tree/large.txt
expect_code 0 "$QUIRE" gc --grace 0
same 'what is left of it' '' "$(find gc-store/blobs -type f)"
