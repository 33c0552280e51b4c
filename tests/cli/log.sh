#!/bin/sh
# The simple mode: log, log again, folders and files, --under, aliases, the digest.

# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
begin

same 'the first version' 'tree:v0' "$(quire log tree --type dataset tree)"
same 'stderr' '' "$(cat err)"
quire get tree:v0 -o back >/dev/null
same_tree tree back

# The same content again is the same version, and says so.
same 'the same content' 'tree:v0' "$(quire log tree --type dataset tree --alias best)"
has err 'unchanged: content is tree:v0 already'
! grep -q 'stay as they are' err || fail 'it tells of notes that nobody gave'
quire log tree --type dataset tree --tag late >/dev/null
has err 'stay as they are'
quire show tree:v0 --json >show.json
same 'the alias moved' 'tree:v0' "$(quire show tree:best --json >b.json && echo "$(json b.json name):$(json b.json version)")"
same 'quiet' '' "$(quire log tree --type dataset tree -q >/dev/null && cat err)"
same 'versions' 1 "$(quire ls tree --json >v.json && json v.json '#')"

# Other content is the next version, and latest moves.
echo more >tree/more.txt
same 'other content' 'tree:v1' "$(quire log tree --type dataset tree)"
same 'latest' v1 "$(quire show tree --json >l.json && json l.json version)"
same 'best stays' v0 "$(quire show tree:best --json >b.json && json b.json version)"
same 'going back' 'tree:v0' "$(rm tree/more.txt && quire log tree --type dataset tree)"
same 'latest follows' v0 "$(quire show tree:latest --json >l.json && json l.json version)"

# A file goes under its base name; --under places what follows.
same 'places' 'places:v0' \
    "$(quire log places --type dataset tree/one.txt --under a/b tree/sub/two.txt tree/sub/deep/ \
        --under '' tree/sub/empty)"
same 'paths' 'a/b/three.txt a/b/two.txt empty one.txt ' \
    "$(quire ls places:v0 -r | tr '\n' ' ')"

# References: looked up or not, placed or not.
printf 'x' >"$work/local.txt"
same 'references' 'refs:v0' "$(quire log refs --type dataset --no-checksum \
    --reference s3://bucket/key.bin --reference renamed/it=https://example.org/a?b=c \
    --under far --reference s3://bucket/folder/other.bin)"
same 'paths' 'far/other.bin key.bin renamed/it ' "$(quire ls refs:v0 -r | tr '\n' ' ')"
quire ls refs:v0 -r --json >refs.json
same 'the URI' 'https://example.org/a?b=c' "$(json refs.json 2.reference)"
same 'its size' null "$(json refs.json 2.size)"
same 'a file reference' 'local:v0' \
    "$(quire log local --type dataset --reference "file://$work/local.txt")"
quire ls local:v0 --json >local.json
same 'digest of a local file' "$(printf x | sha256sum | cut -d' ' -f1)" "$(json local.json 0.digest)"
same 'size of a local file' 1 "$(json local.json 0.size)"

# Durability changes nothing to be seen.
for how in full batch none; do
    same "durability $how" "$(json show.json digest)" \
        "$(quire --store "$work/$how" init >/dev/null && quire log tree -t dataset tree \
            --durability $how --store "$work/$how" --json >d.json && json d.json digest)"
done
