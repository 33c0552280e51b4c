#!/bin/sh
# large_tree.sh [FOLDER]: 4 ranks log a folder of the system over a gateway and get it back: the same tree,
# and the digest that one process makes in a directory.

# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"
needs QUIRE_TEST_URL QUIRE_MPI
folder=${1:-/usr/include}
base=$QUIRE_TEST_URL
unset QUIRE_TEST_URL # the store of `begin` is the directory to compare with
begin
directory=$QUIRE_STORE
QUIRE_STORE=$base/$(basename "$work")
export QUIRE_STORE
quire init >/dev/null
mkdir copy
cp -rL "$folder" copy/tree
find copy/tree -type d -empty -delete # versions have no folders of their own

reference=$(quire --store "$directory" log tree -t dataset copy/tree --json >alone.json && json alone.json digest)
ranks 4 "$QUIRE_MPI" log tree -t dataset copy/tree --json >log.json
same 'by four' "$reference" "$(json log.json digest)"
ranks 4 "$QUIRE_MPI" get tree -o back >/dev/null
same_tree copy/tree back
ranks 4 "$QUIRE_MPI" verify tree >/dev/null
echo "$(find back -type f | wc -l) files of $folder: $reference"
