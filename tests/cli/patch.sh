#!/bin/sh
# The patch mode: add, replace, remove; against any version.

# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
begin
quire log tree --type dataset tree >/dev/null

echo new >new.txt
mkdir replacement
echo ONE >replacement/one.txt
same 'a patch' 'tree:v1' "$(quire patch tree:v0 --remove sub/deep --under added new.txt \
    --under '' replacement)"
same 'the paths' 'added/new.txt large.txt one.txt sub/empty sub/two.txt ' \
    "$(quire ls tree:v1 -r | tr '\n' ' ')"
same 'what was replaced' ONE "$(quire cat tree:v1/one.txt)"
quire show tree:v1 --json >show.json
same 'mode' patch "$(json show.json mode)"
same 'diff' 'A added/new.txt M one.txt D sub/deep/three.txt ' \
    "$(quire diff tree:v0 tree:v1 | tr '\n' ' ')"

# A patch and a log of the same content are the same version.
mkdir whole
cp -r tree/. whole
rm -r whole/sub/deep
mkdir whole/added
cp new.txt whole/added
cp replacement/one.txt whole
same 'a log of the same' 'tree:v1' "$(quire log tree --type dataset whole)"

# NAME alone is latest; a patch undone is the version before it.
same 'latest' 'tree:v2' "$(quire patch tree --remove added)"
same 'undone' 'tree:v0' "$(quire patch tree:v1 --remove added tree)"

refuse 5 'tree:v9' "$QUIRE" patch tree:v9 new.txt
refuse 5 'nothing' "$QUIRE" patch nothing:v0 new.txt
refuse 5 'not/there' "$QUIRE" patch tree:v0 --remove not/there
refuse 5 'not/there' "$QUIRE" patch tree:v0 --remove not/there new.txt
refuse 2 'neither a PATH' "$QUIRE" patch tree:v0
refuse 3 'gone.txt' "$QUIRE" patch tree:v0 gone.txt
