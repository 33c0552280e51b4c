#!/bin/sh
# The story of README.md, told by running it: demo.sh BUILD_DIR (make demo).

set -eu

build=$(cd "${1:?usage: demo.sh BUILD_DIR}" && pwd)
data=$(cd "$(dirname "$0")" && pwd)/data
demo=$build/demo
rm -rf "$demo"
mkdir -p "$demo"
cd "$demo"
exec 2>&1
cp "$data/digits.csv" .
PATH=$build/src/cli:$build/mpi_examples:$PATH
QUIRE_STORE=$demo/store
# Where a container forbids ranks to read each other's memory, Open MPI would complain at length.
OMPI_MCA_btl_vader_single_copy_mechanism=none
export PATH QUIRE_STORE OMPI_MCA_btl_vader_single_copy_mechanism

say() {
    printf '\n# %s\n' "$*"
}

run() {
    printf '$ %s\n' "$*"
    "$@"
}

printf 'QUIRE_STORE=%s\n' "$QUIRE_STORE"
say 'A store is a directory. It needs no server.'
run quire init
say 'Four ranks classify 797 images of digits; together they make one version.'
run mpirun --oversubscribe -n 4 evaluate "$QUIRE_STORE" digits.csv
say 'The same on three ranks has the same content, hence is the same version.'
run mpirun --oversubscribe -n 3 evaluate "$QUIRE_STORE" digits.csv
say 'What the version is, who made it, and from what.'
run quire show digits-evaluation:latest
say 'What is in it: the parts of one table, and the confusion matrix.'
run quire ls digits-evaluation:latest
run quire ls digits-evaluation:latest parts
say 'Every byte against its digest.'
run quire verify digits-evaluation:latest
say 'And out again, as plain files.'
run quire get digits-evaluation:latest -o evaluation
run ls evaluation
