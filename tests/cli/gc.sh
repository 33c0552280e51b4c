#!/bin/sh
# gc: what is deleted and expired goes, what is named stays.

# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
begin
quire log tree -t dataset tree >/dev/null
awk 'BEGIN { for (i = 0; i < 300000; i++) print "other", i }' >tree/large.txt
quire log tree -t dataset tree >/dev/null
quire log short -t dataset tree/large.txt --ttl 1 >/dev/null
quire rm tree:v0 --delete-aliases >/dev/null

files() {
    if in_folder; then
        find store -type f | wc -l
    else
        curl -sf --aws-sigv4 "aws:amz:$AWS_REGION:s3" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
            -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' \
            "$AWS_ENDPOINT_URL_S3/${QUIRE_TEST_URL#s3://}?list-type=2&prefix=${QUIRE_STORE##*/}%2F" |
            grep -o '<Key>' | wc -l
    fi
}
before=$(files)
quire gc --dry-run --json >dry.json
same 'within the grace period' 0 "$(json dry.json objects_deleted)"
sleep 2.1 # the time of an object storage is in whole seconds
quire gc --dry-run --grace 0 --json >dry.json
same 'a dry run deletes nothing' "$before" "$(files)"
[ "$(json dry.json objects_deleted)" -gt 0 ] || fail 'there is nothing to delete'
same 'expired' 1 "$(json dry.json versions_expired)"
quire gc --grace 0 --json >gc.json
[ "$(files)" -lt "$before" ] || fail 'nothing was deleted'
[ "$(json gc.json bytes_deleted)" -gt 3000000 ] || fail "deleted only $(json gc.json bytes_deleted)"
refuse 5 'short' "$QUIRE" show short:v0
quire verify --all >/dev/null
quire get tree:v1 -o back >/dev/null
same_tree tree back
quire gc --grace 0 --json >gc.json
same 'nothing more' 0 "$(json gc.json bytes_deleted)"
