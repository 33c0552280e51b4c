#!/bin/sh
# Files that cannot be read, and paths that clash.

# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
begin
quire log tree -t dataset tree >/dev/null

refuse 3 'gone.txt' "$QUIRE" log tree -t dataset gone.txt
refuse 3 'gone.txt' "$QUIRE" log tree -t dataset tree gone.txt
refuse 3 'gone.txt' "$QUIRE" upsert tree -t dataset --distributed-id d --writer w gone.txt
refuse 3 'gone.txt' "$QUIRE" patch tree:v0 gone.txt
refuse 2 '--metadata: there is no file none@.json' "$QUIRE" log tree -t dataset tree --metadata @none@.json
refuse 1 '/dev/null' "$QUIRE" log tree -t dataset /dev/null

mkdir odd
mkfifo odd/fifo
refuse 1 'odd/fifo' "$QUIRE" log tree -t dataset odd
rm odd/fifo
ln -s nowhere odd/dangling
refuse 3 'odd/dangling' "$QUIRE" log tree -t dataset odd
rm odd/dangling
ln -s . odd/loop
refuse 1 'odd/loop' "$QUIRE" log tree -t dataset odd
rm odd/loop
ln -s ../tree odd/linked
same 'links are followed' 'links:v0' "$(quire log links -t dataset odd)"
has_path=$(quire ls links:v0 -r | grep -c linked/sub/two.txt)
same 'a linked file' 1 "$has_path"

# The same path twice: with the same content it is one entry, with other content a conflict.
mkdir one other
echo a >one/file.txt
cp one/file.txt other
same 'the same content' 'twice:v0' "$(quire log twice -t dataset one other)"
echo b >other/file.txt
refuse 4 'file.txt' "$QUIRE" log twice -t dataset one other
refuse 4 'file.txt' "$QUIRE" upsert twice -t dataset --distributed-id d --writer w one other

# A path cannot be a file and a folder.
mkdir -p folder/file.txt
echo c >folder/file.txt/below
refuse 4 'file.txt' "$QUIRE" log twice -t dataset one folder

# Not readable; root may read everything, so it becomes somebody else where it can.
chmod 0 one/file.txt
if [ "$(id -u)" != 0 ]; then
    refuse 1 'one/file.txt' "$QUIRE" log twice -t dataset one
elif command -v setpriv >/dev/null; then
    chmod 755 "$work"
    ! in_folder || chmod -R a+rwX store
    refuse 1 'one/file.txt' setpriv --reuid 65534 --clear-groups --inh-caps=-all \
        "$QUIRE" log twice -t dataset one
fi

# A file that changes while it is read: the writer appends until quire notices.
awk 'BEGIN { for (i = 0; i < 3000000; i++) print "line", i }' >growing.txt
(while [ ! -e stop ]; do echo more >>growing.txt; done) &
writer=$!
refuse 1 'growing.txt' "$QUIRE" log tree -t dataset growing.txt
touch stop
wait $writer
same 'nothing was made of all this' 'tree:v0' "$(quire ls tree | cut -d' ' -f1)"
