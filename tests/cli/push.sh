#!/bin/sh
# push and pull: a version goes to another store and comes back, once; what is refused; and a push
# that is killed at half, given again.

# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
begin
other=$work/other
quire init "$other" >/dev/null

bytes_of() { # FOLDER: of all files below it
    find "$1" -type f -printf '%s\n' | awk '{ sum += $1 } END { print sum + 0 }'
}

quire log model -t model tree --reference s3://bucket/key --no-checksum --alias best \
    --tag good --description words --metadata '{"loss":0.5}' --ttl 9d >/dev/null
same 'push' 'model:v0' "$(quire push model:best "$other")"
has err "5 files, "
has err "to $other"
quire show model:best --json >one.json
quire show model:best --store "$other" --json >two.json
for member in digest type entries bytes description metadata ttl tags aliases; do
    same "$member" "$(json one.json $member)" "$(json two.json $member)"
done
same 'where it came from' "model:v0 $QUIRE_STORE" \
    "$(json two.json created_by.origin.version) $(json two.json created_by.origin.store)"
quire get model --store "$other" -o copy --skip-references >/dev/null
same_tree tree copy

# Again: nothing is done, and it says so.
(cd "$other" && find . -type f ! -path './leases/*' | sort) >before
same 'again' 'model:v0' "$(quire push model:best "$other")"
has err "unchanged: $other has the content as model:v0 already"
(cd "$other" && find . -type f ! -path './leases/*' | sort) >after
cmp before after || fail 'the second push wrote something'
quire push model:v0 "$other" --json >push.json
same 'JSON' 'model v0 0 false 0 0 6' "$(json push.json name) $(json push.json version) \
$(json push.json number) $(json push.json created) $(json push.json files) $(json push.json bytes) \
$(json push.json known_files)"

# Another name, aliases; the three operands; and back.
same 'as' 'base:v0' "$(quire push model "$other" --as base --alias first --no-aliases)"
same 'its aliases' 'first,latest' "$(quire show base --store "$other" --json >two.json &&
    json two.json aliases | tr -d '[]" ')"
same 'three operands' 'third:v0' "$(quire push "$QUIRE_STORE" model:v0 "$other" --as third)"
same 'pull' 'base:v0' "$(quire pull "$other" base:first)"
same 'pull into a store' 'fourth:v0' "$(quire pull "$QUIRE_STORE" model "$other" --as fourth)"
same 'the same content' "$(quire show model --json >one.json && json one.json digest)" \
    "$(quire show base:first --json >two.json && json two.json digest)"
here=$QUIRE_STORE
same '--store is the source' 'fifth:v0' \
    "$(QUIRE_STORE=/nowhere quire push --store "$here" model "$other" --as fifth)"

# Only what is new travels.
echo changed >tree/one.txt
quire log model -t model tree --alias best >/dev/null
quire push model:v1 "$other" --json >push.json
same 'what is new' '2 8 3' "$(json push.json files) $(json push.json bytes) $(json push.json known_files)"

# What cannot be.
refuse 2 'NAME:VERSION is missing' "$QUIRE" push
refuse 2 'URL is missing: where to push model' "$QUIRE" push model
refuse 2 'URL is missing' "$QUIRE" pull
refuse 2 'NAME:VERSION is missing' "$QUIRE" pull "$other"
refuse 2 'surplus is one operand too many' "$QUIRE" push a model b surplus
refuse 2 'one store too many' "$QUIRE" push a model b --store c
refuse 2 'is in ' "$QUIRE" push model "$QUIRE_STORE"
refuse 2 "alias" "$QUIRE" push model "$other" --alias latest
refuse 2 "a name" "$QUIRE" push model "$other" --as 'a name'
refuse 2 'durability' "$QUIRE" push model "$other" --durability some
refuse 5 "'quire init' makes a store" "$QUIRE" push model "$work/nowhere"
refuse 5 'v9' "$QUIRE" push model:v9 "$other"
refuse 5 "no collection 'none'" "$QUIRE" push none "$other"
quire log typed -t dataset tree/sub >/dev/null
quire log typed -t model --store "$other" tree/sub >/dev/null
refuse 4 "with type 'model', not 'dataset'" "$QUIRE" push typed "$other"
expect_code 5 "$QUIRE" --json push model:v9 "$other"
same 'error' not-found "$(json err error.status)"

# A source that is damaged: nothing is committed.
if in_folder; then
    cp -a "$QUIRE_STORE" damaged
    blob=$(find damaged/blobs -type f -size +1000k | head -n 1)
    chmod u+w "$blob"
    printf X | dd of="$blob" bs=1 seek=77 conv=notrunc status=none
    quire init "$work/third" >/dev/null
    refuse 6 'large.txt' "$QUIRE" push "$work/damaged" model:v0 "$work/third"
    same 'nothing there' '' "$(quire ls model --store "$work/third")"
fi

# Killed at half, again and again: each time it goes on, and in the end it is there.
mkdir many
awk 'BEGIN { for (i = 0; i < 12500; i++) { name = "many/" i; print i, i > name; close(name) } }'
truncate -s 70M many/sparse
quire log many -t dataset many >/dev/null
quire init "$work/half" >/dev/null
kills=0
written=0
for delay in 0.1 0.3 0.6; do
    before=$(bytes_of half)
    code=0
    timeout -s KILL "$delay" "$QUIRE" push many "$work/half" >out 2>err || code=$?
    written=$(($(bytes_of half) - before))
    [ "$code" = 137 ] || break
    kills=$((kills + 1))
    quire verify --all --store "$work/half" >/dev/null
done
quire push many "$work/half" --json >push.json
has push.json '"name":"many","version":"v0"'
echo "killed $kills times; the last wrote $written bytes; given again it read" \
    "$(json push.json files) of 12501 files"
quire get many --store "$work/half" -o back >/dev/null
same_tree many back
quire verify --all --store "$work/half" >/dev/null
