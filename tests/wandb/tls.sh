#!/bin/sh
# tls.sh WITH_SERVER MODULES: a server that speaks TLS is believed only by a certificate that is trusted. Starts a
# server of its own, as it has to have its certificate.

set -eu
if [ $# -gt 0 ]; then
    folder=$(mktemp -d "${TMPDIR:-/tmp}/wandb-tls.XXXXXX")
    trap 'rm -rf "$folder"' EXIT
    openssl req -x509 -newkey rsa:2048 -nodes -keyout "$folder/key.pem" -out "$folder/ca.pem" -days 2 \
        -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 2>/dev/null
    WANDB_TEST_CA=$folder/ca.pem "$1" "$2" --certificate "$folder/ca.pem" --private-key "$folder/key.pem" -- "$0"
    exit
fi

# shellcheck source=tests/wandb/lib.sh
. "$(dirname "$0")/lib.sh"
needs WANDB_TEST_CA
wandb_begin
expect_code 1 env WANDB_X_GRAPHQL_RETRY_MAX=2 "$QUIRE" -v ls
has "$work/err" certificate
cat "$work/err" >>said
unset REQUESTS_CA_BUNDLE CURL_CA_BUNDLE
export SSL_CERT_FILE="$WANDB_TEST_CA"
same 'log' data:v0 "$(told log data -t dataset tree)"
told get data -o back >/dev/null
same_tree tree back
encoded=$(printf 'api:%s' "$WANDB_API_KEY" | base64 -w 0)
! grep -F -e "$WANDB_API_KEY" -e "$encoded" said || fail 'the key was told'
