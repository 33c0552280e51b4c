#!/bin/sh
# Notes and lineage: aliases, tags, description, metadata, ttl, inputs, uses; deleting versions.

# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
begin
echo '{"epoch": 3, "nested": {"a": [1, 2]}}' >notes.json
same 'with notes' 'tree:v0' "$(quire log tree -t dataset tree --alias best --alias good --tag one \
    --description 'a tree' --metadata @notes.json --ttl 7d --job maker)"
quire show tree:v0 --json >show.json
same 'description' 'a tree' "$(json show.json description)"
same 'metadata' 3 "$(json show.json metadata.epoch)"
same 'nested' '[1,2]' "$(json show.json metadata.nested.a)"
same 'ttl' 604800 "$(json show.json ttl)"
same 'tags' '["one"]' "$(json show.json tags)"
for alias in best good latest; do
    json show.json aliases | grep -qF "\"$alias\"" || fail "$alias is missing"
done
same 'who made it' maker "$(json show.json created_by.job)"
digest=$(json show.json digest)

# Aliases.
echo more >tree/more.txt
quire log tree -t dataset tree >/dev/null
quire alias tree:v1 best newest >/dev/null
same 'moved' v1 "$(quire show tree:best --json >s.json && json s.json version)"
quire alias --remove tree:newest >/dev/null
refuse 5 'newest' "$QUIRE" show tree:newest
refuse 5 'newest' "$QUIRE" alias --remove tree:newest
refuse 5 'tree:v7' "$QUIRE" alias tree:v7 best
for alias in latest v3 a/b a:b; do
    refuse 2 "$alias" "$QUIRE" alias tree:v0 "$alias"
done
refuse 2 'ALIAS is missing' "$QUIRE" alias tree:v0

# Tags and notes; the digest of the version never changes.
quire tag tree:v0 two three --remove one >/dev/null
same 'tags' 2 "$(quire show tree:v0 --json >s.json && json s.json 'tags.#')"
refuse 5 'one' "$QUIRE" tag tree:v0 --remove one
refuse 2 'a/b' "$QUIRE" tag tree:v0 a/b
quire note tree:v0 --description 'other words' --metadata '{"k":true}' --ttl 0 --json >s.json
same 'description' 'other words' "$(json s.json description)"
same 'metadata' '{"k":true}' "$(json s.json metadata)"
same 'ttl' 0 "$(json s.json ttl)"
same 'the digest stays' "$digest" "$(json s.json digest)"
for metadata in '{' '[]' '3' '"x"' '{"a":1}x' '{"a":1,"a":2}'; do
    refuse 2 'metadata' "$QUIRE" note tree:v0 --metadata "$metadata"
    refuse 2 'metadata' "$QUIRE" log tree -t dataset tree --metadata "$metadata"
done
awk 'BEGIN { printf "{"; for (i = 0; i < 101; i++) printf "%s\"k%d\":%d", i ? "," : "", i, i;
    print "}" }' >many.json
refuse 2 'metadata' "$QUIRE" note tree:v0 --metadata @many.json
refuse 2 '--metadata: there is no file none.json' "$QUIRE" note tree:v0 --metadata @none.json

# Lineage.
same 'made from' 'model:v0' "$(quire log model -t model tree/one.txt --input tree:v0 --job train)"
quire use tree:v0 --job eval-7 >/dev/null
quire show model:v0 --json >model.json
same 'input' tree:v0 "$(json model.json lineage.inputs.0.other)"
quire show tree:v0 --json >show.json
json show.json lineage.uses >uses.txt
has uses.txt model:v0
has uses.txt eval-7
quire show tree:v0 >show.txt
has show.txt eval-7
refuse 5 'tree:v8' "$QUIRE" log model -t model tree/more.txt --input tree:v8
refuse 5 'tree:v8' "$QUIRE" use tree:v8

# Deleting.
refuse 4 'best' "$QUIRE" rm tree:v1
refuse 5 'tree:v9' "$QUIRE" rm tree:v9
quire rm tree:best --delete-aliases >/dev/null
has err "deleted tree:v1"
refuse 5 'tree:v1' "$QUIRE" show tree:v1
echo again >tree/again.txt
same 'a number is never used again' 'tree:v2' "$(quire log tree -t dataset tree)"
