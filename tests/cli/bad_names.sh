#!/bin/sh
# Names, types and paths that cannot be; each refused in one line that shows the offender.

# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
begin
quire log tree -t dataset tree >/dev/null

for name in 'a/b' 'a:b' 'a b' '' 'ü' "$(printf 'n%.0s' $(seq 129))"; do
    refuse 2 "$name" "$QUIRE" log "$name" -t dataset tree
    refuse 2 '' "$QUIRE" upsert "$name" -t dataset --distributed-id d --writer w tree
done
for type in 'a/b' 'a:b' '' 'job' 'wandb-history'; do
    refuse 2 "$type" "$QUIRE" log name -t "$type" tree
done
refuse 4 'dataset' "$QUIRE" log tree -t model tree
refuse 4 'dataset' "$QUIRE" upsert tree -t model --distributed-id d --writer w tree

for path in .. ../out a/../../b /absolute a//b './a' 'a\b' "$(printf 'a\nb')" "$(printf 'a\tb')" \
    "$(printf 'c%.0s' $(seq 256))"; do
    refuse 2 '' "$QUIRE" log tree -t dataset --under "$path" tree/one.txt
    refuse 2 '' "$QUIRE" log tree -t dataset --no-checksum --reference "$path=s3://b/k"
    refuse 2 '' "$QUIRE" patch tree:v0 --remove "$path"
done
refuse 2 '../out' "$QUIRE" log tree -t dataset --under ../out tree/one.txt
refuse 2 '/absolute' "$QUIRE" log tree -t dataset --under /absolute tree/one.txt
for uri in 'no-uri' ':x' 's3:' 's3://a b'; do
    refuse 2 '' "$QUIRE" log tree -t dataset --no-checksum --reference "p=$uri"
done

for alias in latest v3 a/b a:b ''; do
    refuse 2 "$alias" "$QUIRE" log tree -t dataset tree --alias "$alias"
done
for tag in 'a/b' '' 'a:b' ' a'; do
    refuse 2 "$tag" "$QUIRE" log tree -t dataset tree --tag "$tag"
done
for id in '' "$(printf 'a\nb')" "$(printf 'i%.0s' $(seq 129))"; do
    refuse 2 '' "$QUIRE" upsert tree -t dataset --distributed-id "$id" --writer w tree
    refuse 2 '' "$QUIRE" upsert tree -t dataset --distributed-id d --writer "$id" tree
done

refuse 5 'none' "$QUIRE" show none
refuse 5 'tree:v1' "$QUIRE" get tree:v1 -o copy
refuse 5 'none' "$QUIRE" verify tree:none
refuse 5 'tree' "$QUIRE" show \
    tree:0000000000000000000000000000000000000000000000000000000000000000
refuse 2 "selector ''" "$QUIRE" show tree:
refuse 2 "name ''" "$QUIRE" show :v0
refuse 2 "v0:v1" "$QUIRE" show tree:v0:v1
refuse 2 "tr/ee" "$QUIRE" show tr/ee:v0
same 'nothing was made of all this' 1 "$(quire ls tree | wc -l)"
