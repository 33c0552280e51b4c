#!/bin/sh
# commands.sh: the three modes, reading back, notes and lineage, by the commands over a W&B server.

# shellcheck source=tests/wandb/lib.sh
. "$(dirname "$0")/lib.sh"
wandb_begin

# --- simple; the digests are those that W&B's own client has ---
mkdir -p first/sub second/sub
printf 'alpha\n' >first/one.txt
printf '\000\001beta' >first/sub/two.bin
printf '{"k": 3}' >first/three.json
printf alpha >second/a.txt
# shellcheck disable=SC2059 # all bytes, as octal escapes
printf "$(awk 'BEGIN { for (i = 0; i < 256; i++) printf "\\%03o", i }')" >second/sub/b.bin
: >second/empty
same 'init' "$QUIRE_STORE" "$(told init)"
same 'log' data:v0 "$(told log data -t dataset first --alias best --tag small \
    --metadata '{"rows":3}' --description 'three files' --ttl 7d)"
told show data --json >show.json
same 'the digest' 72c8fe3d56b0760f41f1f2d88f607ab9 "$(json show.json digest)"
same 'description' 'three files' "$(json show.json description)"
same 'metadata' 3 "$(json show.json metadata.rows)"
same 'ttl' 604800 "$(json show.json ttl)"
same 'tag' small "$(json show.json tags.0)"
same 'alias' best "$(json show.json aliases.0)"
same 'mode' simple "$(json show.json mode)"
told log other -t dataset second --json >log.json
same 'the other digest' 8740645a921f8bd0ee980ba17ef72354 "$(json log.json digest)"
mkdir nothing
told log none -t dataset nothing --json >log.json
same 'the digest of nothing' 64e7c61456b10382e2f3b571ac24b659 "$(json log.json digest)"

# --- the same again makes nothing, sends nothing, and sets aliases ---
forget
same 'again' data:v0 "$(told log data -t dataset first --alias newest)"
same 'uploads' 0 "$(count PUT)"
told show data:newest >/dev/null
same 'log of v1' data:v1 "$(told log data -t dataset second)"

# --- reading back ---
told get data:v0 -o back >/dev/null
same_tree first back
told get data -o back2 >/dev/null
same_tree second back2
told log tree -t dataset tree >/dev/null
told get tree -o back3 >/dev/null
same_tree tree back3
told verify tree >/dev/null
told verify --all >/dev/null
same 'cat' two "$(told cat tree/sub/two.txt)"
same 'by digest' 'alpha' "$(told cat data:72c8fe3d56b0760f41f1f2d88f607ab9/one.txt)"
same 'a listing' 3 "$(told ls data:v0 | wc -l)"
same 'versions' 2 "$(told ls data --json >ls.json && grep -c '"version"' ls.json)"
told diff data:v0 data:v1 >diff.txt || true
has diff.txt one.txt
expect_code 2 "$QUIRE" path tree/large.txt

# --- references: kept, and read back ---
echo here >here.txt
told log refs -t dataset --reference "h.txt=file://$work/here.txt" --reference 'k=s3://bucket/key' >/dev/null
told get refs -o refs-back >/dev/null
same 'a reference' here "$(cat refs-back/h.txt)"
control 'manifest?artifact=research/quire-tests/refs:latest' >manifest.json
has manifest.json "$(openssl md5 -binary here.txt | base64)"

told log unseen -t dataset --no-checksum --reference "u=file://$work/here.txt" --reference 'w=https://example.org/w' >/dev/null
control 'manifest?artifact=research/quire-tests/unseen:latest' >manifest.json
has manifest.json "$(printf 'file://%s/here.txt' "$work" | openssl md5 -binary | base64)"
told ls unseen --json >ls.json
told ls unseen:latest >/dev/null
told patch unseen first/one.txt --remove w >/dev/null

# --- collaborative ---
told upsert team -t dataset --distributed-id job1 --writer a --tag one --metadata '{"x":1}' first/one.txt >/dev/null
told upsert team -t dataset --distributed-id job1 --writer b --alias good --metadata '{"y":2}' second/a.txt >/dev/null
refuse 5 'there is no version' "$QUIRE" show team
same 'finish' team:v0 "$(told finish team -t dataset --distributed-id job1 --metadata '{"z":3}')"
told show team --json >show.json
same 'mode' collaborative "$(json show.json mode)"
same 'who' job1 "$(json show.json created_by.distributed_id)"
for key in x y z; do
    json show.json "metadata.$key" >/dev/null
done
same 'the mark is not shown' '' "$("$JSONGET" show.json metadata.quire 2>/dev/null || true)"
told show team:good >/dev/null
told get team -o team-back >/dev/null
same 'parts' 'a.txt one.txt' "$(names_in team-back)"
# Again, late, and never.
same 'finish again' team:v0 "$(told finish team -t dataset --distributed-id job1)"
told upsert team -t dataset --distributed-id job1 --writer a first/one.txt >/dev/null
refuse 4 'is finished' "$QUIRE" upsert team -t dataset --distributed-id job1 --writer c first/three.json
refuse 5 'there is no draft' "$QUIRE" finish team -t dataset --distributed-id nobody
refuse 2 'does not tell who has upserted' "$QUIRE" finish team -t dataset --distributed-id job1 --expect 2

# --- patch ---
forget
same 'an addition' data:v2 "$(told patch data:latest first/three.json)"
control state >state.json
has state.json INCREMENTAL
told get data:v2 -o patched >/dev/null
cp -r second expected
cp first/three.json expected/
same_tree expected patched
printf changed >a.txt
same 'a replacement' data:v3 "$(told patch data:latest a.txt --remove sub)"
told get data:v3 -o patched3 >/dev/null
rm -r expected/sub
cp a.txt expected/
same_tree expected patched3
same 'of an older one' data:v4 "$(told patch data:v0 a.txt)"
same 'nothing new' data:v4 "$(told patch data:v4 a.txt)"
refuse 5 'cannot be removed' "$QUIRE" patch data:latest --remove nowhere
told verify data:v4 >/dev/null

# --- notes, lineage, deletion ---
told alias data:v1 old >/dev/null
told show data:old >/dev/null
told alias --remove data:old >/dev/null
refuse 5 'there is no version' "$QUIRE" show data:old
told tag data:v1 kept >/dev/null
told tag data:v1 --remove kept >/dev/null
refuse 5 'has no tag' "$QUIRE" tag data:v1 --remove kept
told note team:v0 --metadata '{"x":9}' --description new >/dev/null
told show team --json >show.json
same 'new metadata' 9 "$(json show.json metadata.x)"
same 'the draft is known yet' job1 "$(json show.json created_by.distributed_id)"
told log made -t model first/one.txt --input data:v1 >/dev/null
told show made --json >show.json
same 'an input' data:v1 "$(json show.json lineage.inputs.0.other)"
told use made:v0 >/dev/null
told show made --json >show.json
json show.json lineage.uses.0.job >/dev/null
same 'a link' quire-tests/chosen:v0 "$(told link data:v1 quire-tests/chosen production)"
told show chosen:production --json >show.json
same 'what is linked' 8740645a921f8bd0ee980ba17ef72354 "$(json show.json digest)"
told get chosen:production -o chosen >/dev/null
same_tree second chosen
refuse 2 'is not [ENTITY/]PROJECT/COLLECTION' "$QUIRE" link data:v1 nowhere
refuse 5 'of no organization' "$QUIRE" link data:v1 wandb-registry-model/chosen
refuse 4 "has the alias 'best'" "$QUIRE" rm data:v0
told rm data:v2 >/dev/null
refuse 5 'data:v2' "$QUIRE" show data:v2
told rm data:v0 --delete-aliases >/dev/null
refuse 4 "collection 'data' has type 'dataset', not 'model'" "$QUIRE" upsert data -t model --distributed-id other \
    --writer a first
refuse 2 'W&B does not tell of drafts' "$QUIRE" drafts
refuse 2 'by itself' "$QUIRE" gc

# --- what cannot be, before anything is asked ---
forget
refuse 4 "has type 'dataset'" "$QUIRE" log data -t model first
refuse 2 'names no project' env -u WANDB_PROJECT "$QUIRE" --store wandb://x ls
refuse 2 'wandb://ENTITY/PROJECT' "$QUIRE" --store wandb://a/b/c ls
refuse 7 'no W&B API key' env -u WANDB_API_KEY HOME="$work" "$QUIRE" ls
refuse 7 'is no W&B API key' env WANDB_API_KEY=short "$QUIRE" ls
refuse 2 'WANDB_RUN_ID' env WANDB_RUN_ID=a:b "$QUIRE" ls
refuse 2 'WANDB_BASE_URL' env WANDB_BASE_URL=ftp://x "$QUIRE" ls
refuse 5 'no project research/nowhere that this key may see' "$QUIRE" --store wandb://research/nowhere ls
wrong=0123456789012345678901234567890123456789
refuse 7 'W&B refuses' env WANDB_API_KEY=$wrong "$QUIRE" ls
refuse 75 'connect' env WANDB_BASE_URL=http://127.0.0.1:1 WANDB_X_GRAPHQL_RETRY_MAX=2 "$QUIRE" ls

# --- netrc ---
printf 'machine example.org login x password y\nmachine 127.0.0.1\n login user\n password %s\n' "$WANDB_API_KEY" >"$work.netrc"
expect_code 0 env -u WANDB_API_KEY NETRC="$work.netrc" "$QUIRE" ls data
rm "$work.netrc"
# The user's own entity.
same 'whose' data:v0 "$(env -u WANDB_ENTITY "$QUIRE" --store wandb:// log data -t dataset first)"

forget
told ls data >/dev/null
no_problems
no_secrets
