#!/bin/sh
# Help of quire-mpi: without mpirun, and once under it.

# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
begin

for command in '' log get push verify; do
    # shellcheck disable=SC2086 # none or one word
    expect_code 0 "$QUIRE_MPI" $command --help
    same "stderr of $command --help" '' "$(cat err)"
    same "lines over 80 columns of $command" '' "$(awk 'length > 80' out)"
    same "third line of $command" 'Examples:' "$(sed -n 3p out)"
    has out 'mpirun -n 4 quire-mpi'
done
cp out alone
expect_code 0 "$QUIRE_MPI" --help
has out "see 'quire --help'"
expect_code 0 ranks 2 "$QUIRE_MPI" verify --help
same 'once under mpirun' "$(cat alone)" "$(cat out)"
same 'a single process works' 'tree:v0' \
    "$(expect_code 0 "$QUIRE_MPI" log tree -t dataset tree && cat out)"
