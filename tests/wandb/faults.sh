#!/bin/sh
# faults.sh: each request of a log, a draft and a read going wrong, in each way. The version is whole or absent,
# never twice, and the exit code says which; the same command again ends it well.

# shellcheck source=tests/wandb/lib.sh
. "$(dirname "$0")/lib.sh"
wandb_begin
WANDB_X_GRAPHQL_RETRY_MAX=4
export WANDB_X_GRAPHQL_RETRY_MAX
mkdir small
for i in 1 2 3 4 5; do
    echo "file $i" >small/$i
done
number=0

versions() { # NAME: how many there are
    "$QUIRE" ls "$1" 2>/dev/null | wc -l
}

check_version() { # NAME CASE
    same "versions after $2" 1 "$(versions "$1")"
    rm -rf back
    expect_code 0 "$QUIRE" get "$1" -o back
    diff -r small back >/dev/null || fail "another content after $2"
}

make_log() {
    "$QUIRE" log "$name" -t dataset small --alias good
}

make_draft() {
    "$QUIRE" upsert "$name" -t dataset --distributed-id one --writer a --metadata '{"k":1}' small &&
        "$QUIRE" finish "$name" -t dataset --distributed-id one --alias good --description whole
}

# attempt MAKER CODES FAULT: one of the codes, and whole or absent by it; then again, without a fault
attempt() {
    maker=$1
    codes=$2
    number=$((number + 1))
    name=c$number
    # What another case has uploaded would not be sent again.
    for i in 1 2 3 4 5; do
        echo "file $i of $number" >small/$i
    done
    control faults -X DELETE >/dev/null
    fault "$3"
    run "$maker"
    cat "$work/err" >>said
    case " $codes " in
    *" $code "*) ;;
    *)
        show_run
        fail "$maker with $3: exit code $code, not one of $codes"
        ;;
    esac
    control faults >faults.json
    ! grep -q '"hits":0' faults.json || fail "no request met $3"
    control faults -X DELETE >/dev/null
    if [ "$code" = 0 ]; then
        check_version "$name" "$maker with $3"
    else
        [ "$(wc -l <"$work/err")" -ge 1 ] || fail "nothing is said: $3"
        [ "$(versions "$name")" -le 1 ] || fail "two versions: $3"
    fi
    run "$maker"
    [ "$code" = 0 ] || {
        show_run
        fail "$maker again after $3: exit code $code"
    }
    check_version "$name" "$maker again after $3"
    expect_code 0 "$QUIRE" show "$name:good"
}

# Passing trouble is not seen at all; a refusal is, by its kind.
passing() { # MAKER OPERATION
    attempt "$1" 0 "{\"operation\":\"$2\",\"kind\":\"status\",\"status\":429,\"retryAfter\":0.05}"
    attempt "$1" 0 "{\"operation\":\"$2\",\"kind\":\"status\",\"status\":500}"
    attempt "$1" 0 "{\"operation\":\"$2\",\"kind\":\"status-after\",\"status\":503}"
    attempt "$1" 0 "{\"operation\":\"$2\",\"kind\":\"reset-before\"}"
    attempt "$1" 0 "{\"operation\":\"$2\",\"kind\":\"reset-after\"}"
    attempt "$1" 75 "{\"operation\":\"$2\",\"kind\":\"status\",\"status\":503,\"count\":100}"
}
refused() { # MAKER OPERATION
    attempt "$1" 7 "{\"operation\":\"$2\",\"kind\":\"status\",\"status\":401,\"count\":100}"
    attempt "$1" 5 "{\"operation\":\"$2\",\"kind\":\"status\",\"status\":404,\"count\":100}"
}

for operation in upsertBucket createArtifact createArtifactManifest createArtifactFiles commitArtifact; do
    passing make_log $operation
    refused make_log $operation
    attempt make_log 1 "{\"operation\":\"$operation\",\"kind\":\"errors\",\"message\":\"quota exceeded\"}"
    has "$work/said" 'quota exceeded'
    [ $operation = commitArtifact ] || # see below
        attempt make_log 1 "{\"operation\":\"$operation\",\"kind\":\"partial\",\"message\":\"half of it\"}"
    attempt make_log 1 "{\"operation\":\"$operation\",\"kind\":\"garbage\"}"
done
for operation in PUT-file PUT-manifest; do
    passing make_log $operation
    attempt make_log 0 "{\"operation\":\"$operation\",\"kind\":\"expired\"}"
    attempt make_log 7 "{\"operation\":\"$operation\",\"kind\":\"expired\",\"count\":1000}"
    attempt make_log 1 "{\"operation\":\"$operation\",\"kind\":\"status\",\"status\":400,\"count\":100}"
done
attempt make_log 0 '{"operation":"createArtifactFiles","kind":"expired"}'
# Whatever the answer to a commit says: what was done is done.
attempt make_log 0 '{"operation":"commitArtifact","kind":"partial","message":"half of it"}'
attempt make_log 0 '{"operation":"commitArtifact","kind":"truncate"}'
attempt make_log 0 '{"operation":"commitArtifact","kind":"status-after","status":400}'
# 409: of a run it passes; of a commit it is looked at; else it is a conflict.
attempt make_log 0 '{"operation":"upsertBucket","kind":"status","status":409}'
attempt make_log 0 '{"operation":"commitArtifact","kind":"status","status":409}'
attempt make_log 0 '{"operation":"commitArtifact","kind":"status-after","status":409}'
attempt make_log 4 '{"operation":"commitArtifact","kind":"status","status":409,"count":100}'
attempt make_log 4 '{"operation":"createArtifact","kind":"status","status":409}'
attempt make_log 4 '{"operation":"createArtifactFiles","kind":"status","status":409}'
attempt make_log 4 '{"operation":"PUT-file","kind":"status","status":409}'

for operation in createArtifact createArtifactManifest createArtifactFiles updateArtifact updateArtifactManifest \
    commitArtifact addAliases; do
    [ $operation = addAliases ] || passing make_draft $operation
    [ $operation = addAliases ] || refused make_draft $operation
done
attempt make_draft 0 '{"operation":"updateArtifactManifest","kind":"expired"}'
attempt make_draft 0 '{"operation":"PUT-manifest","kind":"expired"}'

# Reading.
expect_code 0 "$QUIRE" log big -t dataset tree
read_back() {
    rm -rf back
    "$QUIRE" get big -o back
}
reading() { # CODE FAULT
    control faults -X DELETE >/dev/null
    fault "$2"
    expect_code "$1" read_back
    [ "$1" != 0 ] || same_tree tree back
    control faults >faults.json
    ! grep -q '"hits":0' faults.json || fail "no request met $2"
    control faults -X DELETE >/dev/null
}
for operation in GET-file GET-manifest; do
    reading 0 "{\"operation\":\"$operation\",\"kind\":\"status\",\"status\":503}"
    reading 0 "{\"operation\":\"$operation\",\"kind\":\"reset-before\"}"
    reading 0 "{\"operation\":\"$operation\",\"kind\":\"reset-after\"}"
    reading 0 "{\"operation\":\"$operation\",\"kind\":\"truncate\"}"
    reading 0 "{\"operation\":\"$operation\",\"kind\":\"expired\"}"
    reading 7 "{\"operation\":\"$operation\",\"kind\":\"expired\",\"count\":1000}"
    reading 6 "{\"operation\":\"$operation\",\"kind\":\"wrong-bytes\",\"count\":1000}"
    reading 6 "{\"operation\":\"$operation\",\"kind\":\"status\",\"status\":404,\"count\":1000}"
    reading 75 "{\"operation\":\"$operation\",\"kind\":\"status\",\"status\":503,\"count\":1000}"
done
for operation in ArtifactMembership ArtifactFiles; do
    reading 0 "{\"operation\":\"$operation\",\"kind\":\"status\",\"status\":429,\"retryAfter\":0.05}"
    reading 0 "{\"operation\":\"$operation\",\"kind\":\"reset-after\"}"
    reading 1 "{\"operation\":\"$operation\",\"kind\":\"errors\",\"message\":\"no such thing today\"}"
    reading 1 "{\"operation\":\"$operation\",\"kind\":\"garbage\",\"count\":1000}"
done
echo "$number cases"
no_problems
no_secrets
