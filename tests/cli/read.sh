#!/bin/sh
# Reading: ls, show, get, cat, path, diff, digest, verify.

# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
begin
quire log tree --type dataset tree --alias best >/dev/null
quire log other --type model tree/one.txt >/dev/null

same 'collections' 'other tree ' "$(quire ls | tr '\n' ' ')"
same 'long' 2 "$(quire ls -l | grep -c '1 version')"
quire ls tree >versions.txt
has versions.txt tree:v0
has versions.txt best
same 'the root' 'large.txt one.txt sub/ ' "$(quire ls tree:v0 | tr '\n' ' ')"
same 'a folder' 'sub/deep/ sub/empty sub/two.txt ' "$(quire ls tree:v0 sub | tr '\n' ' ')"
same 'below it' 'sub/deep/three.txt sub/empty sub/two.txt ' \
    "$(quire ls tree:v0 sub -r | tr '\n' ' ')"
quire ls tree:v0 -l >long.txt
has long.txt "$(sha256sum <tree/one.txt | cut -d' ' -f1)"
refuse 5 'nowhere' "$QUIRE" ls tree:v0 nowhere
refuse 5 'nowhere' "$QUIRE" ls tree:v0 nowhere -r
refuse 5 'nothing' "$QUIRE" ls nothing
refuse 2 'recursive' "$QUIRE" ls tree -r

quire show tree:best >show.txt
for word in tree:v0 dataset best "$(quire show tree --json >s.json && json s.json digest)"; do
    has show.txt "$word"
done
same 'by digest' v0 "$(quire show "tree:$(json s.json digest)" --json >d.json && json d.json version)"
refuse 5 'none' "$QUIRE" show tree:none

# get: everything, a folder, a file, shares.
quire get tree -o all >/dev/null
same_tree tree all
quire get tree:best -o some --path sub >/dev/null
same_tree tree/sub some/sub
same 'nothing else' 'sub ' "$(find some -mindepth 1 -maxdepth 1 -printf '%f ')"
quire get tree:v0 -o one --path one.txt >/dev/null
same 'one file' one.txt "$(find one -type f -printf '%f')"
for k in 0 1 2; do
    quire get tree:v0 -o shares --part $k/3 >/dev/null
done
same_tree tree shares
refuse 5 'nowhere' "$QUIRE" get tree:v0 -o none --path nowhere
echo changed >all/one.txt
echo mine >all/mine.txt
quire get tree -o all --json >get.json
same 'replaced' one "$(cat all/one.txt)"
same 'left alone' mine "$(cat all/mine.txt)"
same 'files' 5 "$(json get.json files)"
expect_code 1 "$QUIRE" get tree:v0 -o all/one.txt/below

# cat and ranges.
"$QUIRE" cat tree:v0/large.txt | cmp - tree/large.txt || fail 'cat of a large file'
same 'a range' 'line 1' "$("$QUIRE" cat tree:v0/large.txt --range 7:6)"
same 'to the end' 'wo' "$("$QUIRE" cat tree:v0/sub/two.txt --range 1:)"
same 'an empty file' '' "$("$QUIRE" cat tree:v0/sub/empty)"
same 'no version' one "$("$QUIRE" cat tree/one.txt)"
refuse 2 'two.txt' "$QUIRE" cat tree:v0/sub/two.txt --range 99:1
refuse 5 'none.txt' "$QUIRE" cat tree:v0/none.txt

if in_folder; then
    cmp "$(quire path tree:v0/large.txt)" tree/large.txt || fail 'path of a large file'
else
    refuse 2 'large.txt has no file of its own' "$QUIRE" path tree:v0/large.txt
fi
refuse 2 'one.txt' "$QUIRE" path tree:v0/one.txt
refuse 5 'none.txt' "$QUIRE" path tree:v0/none.txt

same 'no difference' '' "$(quire diff tree:v0 tree:best --exit-code)"
expect_code 1 "$QUIRE" diff tree:v0 other:v0 --exit-code
same 'no words on differences' '' "$(cat err)"
has out 'D large.txt'

same 'digest' "$(sha256sum tree/one.txt tree/large.txt)" "$(quire digest tree/one.txt tree/large.txt)"
refuse 3 'none.txt' "$QUIRE" digest none.txt
quire verify tree:v0 >/dev/null
quire verify --all >/dev/null
