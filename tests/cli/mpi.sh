#!/bin/sh
# mpi.sh N: what N ranks make together is what one process makes.

# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
begin
n=$1

mpi() { # COMMAND…: quire-mpi on all ranks, must succeed; prints stdout
    expect_code 0 ranks "$n" "$QUIRE_MPI" "$@"
    cat "$work/out"
}
for i in $(seq 40); do
    echo "file $i" >"tree/sub/file-$i.txt"
done
reference=$(quire --store alone init >/dev/null && quire log tree -t dataset tree --store alone --json \
    >alone.json && json alone.json digest)

# A folder that all ranks share.
mpi log tree --type dataset tree --alias best --metadata '{"k":1}' --tag t --json >log.json
same 'one document' 1 "$(wc -l <log.json)"
same 'the version' "tree v0 true $reference" "$(json log.json name) $(json log.json version) \
$(json log.json created) $(json log.json digest)"
same 'again' 'tree:v0' "$(mpi log tree --type dataset tree)"
has err 'unchanged: content is tree:v0 already'
same 'plain log of the same' 'tree:v0' "$(quire log tree --type dataset tree)"
quire show tree:best --json >show.json
same 'metadata' '{"k":1}' "$(json show.json metadata)"
same 'tags' '["t"]' "$(json show.json tags)"
same 'no draft is left' '[]' "$(quire drafts --json)"
quire verify tree:v0 >/dev/null

# Reading together.
mpi get tree:best -o back >/dev/null
has err 'tree:v0: 45 files, '
same_tree tree back
mpi get tree:v0 -o part --path sub/deep >/dev/null
same 'a part' 'part/sub/deep/three.txt' "$(find part -type f)"
mpi get tree:v0 -o node --each-node --json >get.json
same_tree tree node
same 'files' 45 "$(json get.json files)"
mpi verify tree:v0 --json >verify.json
same 'verified' 'true 45' "$(json verify.json sound) $(json verify.json files)"
# Which version an alias stood for is told.
mpi verify tree:best --json >verify.json
same 'what was verified' tree:v0 "$(json verify.json address)"
mpi verify tree >/dev/null
has err 'tree:v0 is sound: 45 files, '

digest=$(quire show tree:v0 --json | sed 's/.*"digest": *"\([0-9a-f]*\)".*/\1/')
mpi get "tree:$digest" -o exact >/dev/null
has err 'tree:v0: 45 files, '
same_tree tree exact

# Large files, which all ranks hash and store, alone and in a folder, and bring back.
mkdir huge
cp tree/one.txt huge
truncate -s $((64 * 1048576 + 1)) huge/two-blocks
truncate -s $((3 * 64 * 1048576 - 1)) huge/three-blocks
printf middle | dd of=huge/three-blocks bs=1 seek=100000000 conv=notrunc status=none
mpi log huge -t dataset huge --json >huge.json
same 'a folder of large files' "$(quire log huge-alone -t dataset huge --json >alone.json &&
    json alone.json digest)" "$(json huge.json digest)"
same 'again' 'huge:v0' "$(mpi log huge -t dataset huge)"
same 'without a cache' 'huge:v0' "$(mpi log huge -t dataset huge --no-cache)"
mpi log one-file -t dataset --under in/side huge/three-blocks --json >huge.json
same 'a large file' "$(quire log one-alone -t dataset --under in/side huge/three-blocks --json \
    >alone.json && json alone.json digest)" "$(json huge.json digest)"
same 'nothing is left' '' "$(ls "$QUIRE_STORE/tmp")"
mpi get huge:v0 -o huge-back >/dev/null
same_tree huge huge-back
mpi get one-file -o file-back --each-node >/dev/null
cmp huge/three-blocks file-back/in/side/three-blocks || fail 'not the file that was logged'
mpi verify huge:v0 >/dev/null
rm -r huge-back file-back

# All push a version into another store, once.
quire init "$work/pushed" >/dev/null
same 'push' 'huge:v0' "$(mpi push huge:v0 "$work/pushed")"
quire verify huge:v0 --store "$work/pushed" >/dev/null
mpi push huge:v0 "$work/pushed" --as huge --alias again --json >push.json
same 'pushed again' 'huge false 0' \
    "$(json push.json name) $(json push.json created) $(json push.json files)"
same 'its alias' 'huge:v0' "$(quire ls huge:again --store "$work/pushed" >/dev/null && echo huge:v0)"

# Each rank its own folder and file, beside a file of all and a reference.
for rank in $(seq 0 $((n - 1))); do
    mkdir -p "own/part-$rank" whole/parts
    echo "rank $rank of $n" >"own/part-$rank/$rank.txt"
    cp "own/part-$rank/$rank.txt" whole/parts
    echo "alone $rank" >"own/alone-$rank.txt"
    cp "own/alone-$rank.txt" whole
done
cp tree/one.txt whole
same 'own paths' 'own:v0' "$(mpi log own -t dataset tree/one.txt 'own/alone-{rank}.txt' \
    --under parts 'own/part-{rank}' --distributed-id given)"
quire get own:v0 -o own-back >/dev/null
same_tree whole own-back
same 'the same in one' 'own:v0' "$(quire log own -t dataset whole)"
# Files of the same names, kept apart.
for rank in $(seq 0 $((n - 1))); do
    mkdir -p "alike/$rank" "apart/of-$n/rank-$rank"
    echo "$rank" >"alike/$rank/log.txt"
    cp "alike/$rank/log.txt" "apart/of-$n/rank-$rank"
done
same 'kept apart' 'apart:v0' "$(mpi log apart -t dataset --under 'of-{size}/rank-{rank}' 'alike/{rank}')"
same 'the same in one' 'apart:v0' "$(quire log apart -t dataset apart)"
same 'under size' 'under:v0' "$(mpi log under -t dataset --under 'of-{size}' tree tree/one.txt)"
quire ls under:v0 "of-$n/one.txt" >/dev/null
same 'size' 'size:v0' "$(mkdir "of-$n" && echo x >"of-$n/x" && mpi log size -t dataset 'of-{size}')"
