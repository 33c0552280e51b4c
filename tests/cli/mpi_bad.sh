#!/bin/sh
# Failures on one rank of three: one line, from rank 0, the same exit code, in bounded time.

# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
begin
quire log tree -t dataset tree >/dev/null

mpi() {
    timeout 20 env TMPDIR=/tmp "$MPIEXEC" --oversubscribe -n 3 "$QUIRE_MPI" "$@"
}
for rank in 0 1 2; do
    mkdir "part-$rank"
    echo "part $rank" >"part-$rank/$rank.txt"
done

refuse 2 "see 'quire-mpi log --help'" mpi log tree -t dataset --nonsense tree
refuse 2 '--type is missing' mpi log tree tree
refuse 2 'unknown command lgo (did you mean log?)' mpi lgo
refuse 2 'a/b' mpi log a/b -t dataset tree
refuse 2 'metadata' mpi log tree -t dataset tree --metadata '{'
refuse 2 '../up' mpi log tree -t dataset --under ../up tree
refuse 2 'unknown {rnk}' mpi log tree -t dataset --under '{rnk}' 'part-{rank}'
refuse 2 '--under r{rank} is for a PATH with {rank}, and tree has none' \
    mpi log tree -t dataset --under 'r{rank}' 'part-{rank}' tree
refuse 2 '--under r{rank} is for a PATH with {rank}' \
    mpi log tree -t dataset --under 'r{rank}' --reference "file://$work/tree/one.txt"
refuse 4 'dataset' mpi log tree -t model tree
refuse 5 'nowhere' mpi log tree -t dataset tree --store nowhere
refuse 5 'tree:v5' mpi get tree:v5 -o back
refuse 5 'tree:v5' mpi verify tree:v5
refuse 5 'none' mpi get tree:v0 -o back --path none
refuse 3 'gone' mpi log tree -t dataset gone
refuse 3 'gone' mpi log tree -t dataset tree gone

# A file that one rank alone misses.
for rank in 0 1 2; do
    mv "part-$rank" away
    refuse 3 "rank $rank: part-$rank" mpi log parts -t dataset 'part-{rank}'
    expect_code 3 mpi log parts -t dataset 'part-{rank}' --json
    grep '^{' err >error.json
    same 'one line of JSON' 1 "$(wc -l <error.json)"
    same 'the rank' "$rank incomplete 3" \
        "$(json error.json error.rank) $(json error.json error.status) $(json error.json error.code)"
    mv away "part-$rank"
done
# A path that two ranks bring with different content.
for rank in 0 1 2; do
    echo "$rank" >"part-$rank/same.txt"
done
refuse 4 'same.txt' mpi log parts -t dataset 'part-{rank}'
for rank in 0 1 2; do
    echo same >"part-$rank/same.txt"
done
expect_code 0 mpi log parts -t dataset 'part-{rank}'
same 'repaired' 'parts:v0' "$(cat out)"

# Ranks with different command lines, by mpirun's colon: one would wait where the other does not go.
apart() { # COMMAND OF RANK 0 : COMMAND OF RANK 1, as words
    timeout 20 env TMPDIR=/tmp "$MPIEXEC" --oversubscribe -n 1 "$QUIRE_MPI" "$@"
}
for other in 'verify tree:v0' 'log --help' '--version' 'log tree -t dataset tree part-1' \
    'log tree -t dataset -q tree'; do
    # shellcheck disable=SC2086
    refuse 2 'rank 1: the command line is not that of rank 0' \
        apart log tree -t dataset tree : -n 1 "$QUIRE_MPI" $other
done

# Damage that one rank reads is the error of all.
if in_folder; then
    pack=$(find store/packs -name '*.pack' -exec grep -l three {} +)
    chmod u+w "$pack"
    sed 's/three/thrEE/' "$pack" >changed
    cat changed >"$pack"
    refuse 6 'three.txt' mpi verify tree:v0
    refuse 6 'three.txt' mpi get tree:v0 -o damaged
    [ ! -e damaged/sub/deep/three.txt ] || fail 'a damaged file was delivered'
fi
