#!/bin/sh
# commands.sh: the commands, alone and on 4 ranks, over a gateway: what they make is what they make in a
# directory, they ask for little, and tell no secrets.

# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"
needs QUIRE_TEST_URL
base=$QUIRE_TEST_URL
unset QUIRE_TEST_URL # the store of `begin` is the directory to compare with
begin
directory=$QUIRE_STORE
QUIRE_STORE=$base/$(basename "$work")
export QUIRE_STORE

# A secret is a secret at any verbosity: all that is said here is searched at the end.
quire_v() {
    "$QUIRE" -v "$@" 2>>said
}
mpi_v() {
    ranks 4 "$QUIRE_MPI" -v "$@" 2>>said
}
requests() { # so far, of this store
    grep -c "$(basename "$QUIRE_STORE").* HTTP/1" "$QUIRE_TEST_LOG" || true
}
fewer() { # WHAT LIMIT SINCE
    made=$(($(requests) - $3))
    echo "$1: $made requests"
    case $made in
    0) fail "$1: the requests are not in $QUIRE_TEST_LOG" ;;
    esac
    [ "$made" -lt "$2" ] || fail "$1 takes $made requests, not fewer than $2"
}

same 'init' "$QUIRE_STORE" "$(quire_v init)"
same 'init again' "$QUIRE_STORE" "$(quire_v init)"

# A file of several parts, and one of several blocks, which ranks divide.
dd if=/dev/urandom of=tree/parts bs=1M count=20 status=none
truncate -s $((64 * 1048576 + 1)) tree/sub/blocks
reference=$(quire --store "$directory" log tree -t dataset tree --json >alone.json && json alone.json digest)
same 'by one' "$reference" "$(quire_v log one -t dataset tree --json >log.json && json log.json digest)"
quire_v get one -o one-back >/dev/null
same_tree tree one-back
same 'by four' "$reference" "$(mpi_v log four -t dataset tree --json >log.json && json log.json digest)"
same 'again' 'four:v0' "$(mpi_v log four -t dataset tree --no-cache)"
mpi_v get four -o four-back >/dev/null
same_tree tree four-back
mpi_v verify four >/dev/null
same 'a file' two "$(quire_v cat one/sub/two.txt)"
expect_code 2 "$QUIRE" path one/sub/blocks

# Many small files: packs, not files, cost requests.
mkdir many
head -c $((50000 * 4096)) /dev/urandom | split -b 4096 -a 4 - many/
before=$(requests)
quire_v log many -t dataset many >/dev/null
fewer "$(find many -type f | wc -l) files" 200 "$before"
before=$(requests)
quire_v log many -t dataset many >/dev/null
fewer 'the same again' 50 "$before"
before=$(requests)
quire_v log many -t dataset many --no-cache >/dev/null
fewer 'the same again, all of it read' 50 "$before"
echo more >many/aaaa
before=$(requests)
quire_v log many -t dataset many >/dev/null
fewer 'the same again but for a file' 60 "$before"

# What nobody names any more goes, what others name stays.
quire_v rm one:v0 >/dev/null
quire_v rm many:v0 >/dev/null
quire_v rm many:v1 >/dev/null
quire_v gc --grace 0 --json >gc.json
[ "$(json gc.json objects_deleted)" -gt 2 ] || fail 'gc deletes nothing'
quire_v verify --all >/dev/null
quire_v get four -o still-there >/dev/null
same_tree tree still-there

# A server is believed only by a certificate that is trusted.
AWS_ENDPOINT_URL_S3=$QUIRE_TEST_TLS expect_code 1 "$QUIRE" -v ls
has err 'certificate'
has err "trusted: the system's"
cat "$work/err" >>said
AWS_ENDPOINT_URL_S3=$QUIRE_TEST_TLS AWS_CA_BUNDLE=$work/no.pem expect_code 1 "$QUIRE" -v ls
has err "trusted: $work/no.pem"
cat "$work/err" >>said
AWS_ENDPOINT_URL_S3=$QUIRE_TEST_TLS AWS_CA_BUNDLE=$QUIRE_TEST_CA quire_v ls >/dev/null

# Nor do refusals tell.
AWS_ACCESS_KEY_ID=nobody expect_code 7 "$QUIRE" -v ls
cat "$work/err" >>said
grep -q 'quire: ' said || fail 'nothing was said'
! grep -F -e "$AWS_SECRET_ACCESS_KEY" -e Signature= said ./*.json || fail 'a secret was told'
