#!/bin/sh
# README.md means what it says: its C is compiled and run on two ranks, its commands are run one
# block after the other.

# shellcheck source=tests/examples/common.sh
. "$(dirname "$0")/common.sh"
begin

blocks() { # LANGUAGE
    awk -v fence="\`\`\`$1" '$0 == fence { on = 1; next } /^```/ { on = 0 } on' "$README"
}

mkdir results
echo 'loss,0.25' >results/metrics.csv
echo 'notes' >results/notes.txt
echo 'a note' >notes.txt
for rank in 0 1 2 3; do
    mkdir "out-$rank"
    echo "part of rank $rank" >"out-$rank/part-$rank.csv"
done

blocks c >blocks.txt
[ -s blocks.txt ] || fail 'README.md has no C'
{
    cat blocks.txt
    cat <<'END'
int main(int argc, char **argv) {
    quire_error error = {0};
    quire_store *store = NULL;
    quire_artifact *checkpoint = NULL;
    int rank, provided;
    MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    quire_status status = quire_store_open(argv[1], NULL, &store, &error);
    if (status == QUIRE_OK && rank == 0)
        status = simple(store, &error);
    if (status == QUIRE_OK)
        status = collective(MPI_COMM_WORLD, store, &error);
    if (status == QUIRE_OK)
        status = quire_artifact_new("checkpoint", "field", &checkpoint, &error);
    if (status == QUIRE_OK)
        status = quire_artifact_add_buffer(checkpoint, "step", "1", 1, NULL, &error);
    if (status == QUIRE_OK)
        status = overlapped(MPI_COMM_WORLD, store, checkpoint, &error);
    if (status == QUIRE_OK && rank == 0)
        status = collaborative(store, &error);
    if (status == QUIRE_OK && rank == 0)
        status = patch(store, &error);
    if (status != QUIRE_OK)
        fprintf(stderr, "rank %d: %s\n", rank, error.message);
    quire_artifact_free(checkpoint);
    quire_store_free(store);
    MPI_Finalize();
    return (int)status;
}
END
} >readme.c
library=$(echo "$BIN" | cut -d: -f1)/..
# shellcheck disable=SC2086 # a list of words
env OMPI_CC="$CC" "$MPICC" -std=c11 -Wall -Wextra -Werror $FLAGS -I"$INCLUDE" -o readme readme.c \
    -L"$library" -lquire_mpi -lquire -Wl,-rpath,"$library"
quire --store c-store init >init.txt
ranks 2 ./readme c-store >c.txt

{
    echo 'set -eux'
    # shellcheck disable=SC2016 # for the script to expand
    echo 'mpirun() { TMPDIR=/tmp command "$MPIEXEC" --oversubscribe "$@"; }'
    blocks sh
} >readme.sh
[ "$(wc -l <readme.sh)" -gt 4 ] || fail 'README.md has no commands'
unset QUIRE_STORE
sh readme.sh >sh.txt 2>sh-log.txt || fail "$(tail -n 20 sh-log.txt)"
