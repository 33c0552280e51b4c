#!/bin/sh
# changing.sh: each request that changes a version, its aliases, notes or uses going wrong, in each way. Either it is done
# and the command says so, or the command fails; given again it ends well, and what it says is so.

# shellcheck source=tests/wandb/lib.sh
. "$(dirname "$0")/lib.sh"
wandb_begin
WANDB_X_GRAPHQL_RETRY_MAX=4
export WANDB_X_GRAPHQL_RETRY_MAX
mkdir small
number=0

make_version() {
    number=$((number + 1))
    name=c$number
    echo "content $number" >small/file
    expect_code 0 "$QUIRE" log "$name" -t dataset small --alias first
}

show() { # of the version, as JSON
    expect_code 0 "$QUIRE" show "$name:v0" --json
    cat "$work/out"
}

# Each a change, and what is true of it afterwards.
addAliases() {
    "$QUIRE" alias "$name:v0" checked
}
addAliases_done() {
    expect_code 0 "$QUIRE" show "$name:checked"
}
deleteAliases() {
    "$QUIRE" alias --remove "$name:first"
}
deleteAliases_done() {
    expect_code 5 "$QUIRE" show "$name:first"
}
updateArtifact() {
    "$QUIRE" tag "$name:v0" reviewed
}
updateArtifact_done() {
    show | grep -q '"reviewed"' || fail "$name has no tag"
}
useArtifact() {
    "$QUIRE" use "$name:v0" --job "reader-$name"
}
useArtifact_done() {
    told show "$name:v0" | grep -q "used by" || fail "nobody has used $name"
}
deleteArtifact() {
    "$QUIRE" rm "$name:v0" --delete-aliases
}
deleteArtifact_done() {
    expect_code 5 "$QUIRE" show "$name:v0"
}

attempt() { # OPERATION CODES AGAIN FAULT
    make_version
    control faults -X DELETE >/dev/null
    fault "{\"operation\":\"$1\",$4}"
    run "$1"
    cat "$work/err" >>said
    case " $2 " in
    *" $code "*) ;;
    *)
        show_run
        fail "$1 with $4: exit code $code, not one of $2"
        ;;
    esac
    control faults >faults.json
    ! grep -q '"hits":0' faults.json || fail "no request met $4"
    control faults -X DELETE >/dev/null
    [ "$code" != 0 ] || "$1_done"
    run "$1"
    case " $3 " in
    *" $code "*) ;;
    *)
        show_run
        fail "$1 again after $4: exit code $code, not one of $3"
        ;;
    esac
    "$1_done"
}

for operation in addAliases deleteAliases updateArtifact useArtifact deleteArtifact; do
    # Taken away once, it is not there to be taken away.
    again=0
    case $operation in
    delete*) again='0 5' ;;
    esac
    attempt $operation 0 "$again" '"kind":"status","status":429,"retryAfter":0.05'
    attempt $operation 0 "$again" '"kind":"status","status":500'
    attempt $operation 0 "$again" '"kind":"reset-before"'
    attempt $operation "$again" "$again" '"kind":"status-after","status":503'
    attempt $operation "$again" "$again" '"kind":"reset-after"'
    attempt $operation 75 0 '"kind":"status","status":503,"count":100'
    attempt $operation 7 0 '"kind":"status","status":401,"count":100'
    attempt $operation 5 0 '"kind":"status","status":404,"count":100'
    attempt $operation 4 0 '"kind":"status","status":409,"count":100'
    attempt $operation 1 0 '"kind":"errors","message":"not today"'
    has "$work/said" 'not today'
    attempt $operation 1 "$again" '"kind":"garbage"'
done
echo "$number cases"
no_problems
no_secrets
