#!/bin/sh
# Stores that are missing, foreign, newer, damaged: said in one line, never delivered.

# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
begin
quire log tree -t dataset tree >/dev/null
cp -a store sound

refuse 5 'nowhere' "$QUIRE" ls --store nowhere
refuse 5 'nowhere' "$QUIRE" log tree -t dataset tree --store nowhere
refuse 2 'ftp://' "$QUIRE" ls --store ftp://host/store
refuse 4 "$work/tree" "$QUIRE" init "$work/tree"
refuse 5 "$work/tree" "$QUIRE" ls --store "$work/tree"

damage() { # FILE SED: change a sound copy of the store; its files are read-only
    chmod -R u+w store
    rm -r store
    cp -a sound store
    [ -f "$1" ] || fail "there is no $1"
    chmod u+w "$1"
    sed "$2" "$1" >changed
    cmp -s changed "$1" && fail "$1 is not changed by $2"
    cat changed >"$1"
}

# corrupt CODE FILE SED COMMAND…: the command fails, and no file comes out that differs.
corrupt() {
    wanted=$1
    file=$2
    edit=$3
    shift 3
    damage "$file" "$edit"
    refuse "$wanted" '' "$QUIRE" "$@"
}

# A store of a newer format: a record whose check is right.
newer=$(sed 's/"format":1/"format":99/;s/,"check":.*//' sound/quire.json | tr -d '\n')
chmod u+w store/quire.json
printf '%s,"check":"%s"}\n' "$newer" "$(printf %s "$newer" | sha256sum | cut -d' ' -f1)" \
    >store/quire.json
refuse 1 'newer' "$QUIRE" ls
refuse 1 'newer' "$QUIRE" log tree -t dataset tree
corrupt 6 store/quire.json 's/}$//' ls
has "$work/said" "$QUIRE_STORE: quire.json was changed or cut short"
# What is wrong with the object, and not with what is in it, names the store as well: it is told once.
rm -f store/quire.json
ln -s ../sound/quire.json store/quire.json
refuse 6 "quire.json in $QUIRE_STORE is no regular file" "$QUIRE" ls
same 'names of the store' 1 "$(grep -oF "$QUIRE_STORE" said | wc -l)"

version=$(find store/collections/tree/versions -type f)
corrupt 6 "$version" 's/}$//' show tree:v0
corrupt 6 "$version" 's/"entries":5/"entries":6/' get tree:v0 -o copy
expect_code 6 "$QUIRE" verify --all
for manifest in store/manifests/*; do
    corrupt 6 "$manifest" 's/two.txt/owt.txt/;s/"bytes":\([0-9]\)/"bytes":1\1/' get tree:v0 -o copy
    expect_code 6 "$QUIRE" verify tree:v0
done
same 'nothing was delivered' '' "$(find copy -type f 2>/dev/null || true)"

# Contents: a changed pack and a changed blob are found by get, cat and verify; the rest comes out.
pack=$(find store/packs -name '*.pack')
damage "$pack" 's/three/thrEE/'
refuse 6 'three.txt' "$QUIRE" cat tree:v0/sub/deep/three.txt
refuse 6 'three.txt' "$QUIRE" get tree:v0 -o part
[ ! -e part/sub/deep/three.txt ] || fail 'a damaged file was delivered'
expect_code 6 "$QUIRE" verify tree:v0
has out three.txt
same 'the rest' two "$(quire cat tree:v0/sub/two.txt)"
expect_code 6 "$QUIRE" verify --all --json
same 'sound' false "$(json out sound)"
[ "$(json out 'faults.#')" -ge 1 ] || fail 'no fault is listed'
rm -f "$pack"
refuse 6 "$(basename "$pack")" "$QUIRE" cat tree:v0/one.txt

blob=$(find store/blobs -type f)
damage "$blob" 's/line 77$/line 78/'
code=0
"$QUIRE" cat tree:v0/large.txt >delivered 2>err || code=$?
same 'cat of a damaged blob' 6 "$code"
same 'what was delivered' 0 "$(wc -c <delivered)"
damage "$blob" '/line 299999/d'
refuse 6 'large.txt' "$QUIRE" cat tree:v0/large.txt
