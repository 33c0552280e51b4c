# shellcheck shell=sh
# Shared by the scripts of this folder: what tests/cli/lib.sh has, over a test server of the W&B API, which
# with_server.sh has started. Everything that a command says is kept, to be searched for the key at the end.

# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"
needs WANDB_TEST_URL

wandb_begin() {
    begin
    QUIRE_STORE=wandb://$WANDB_ENTITY/$WANDB_PROJECT
    QUIRE_CACHE=off
    WANDB_X_GRAPHQL_RETRY_WAIT_MIN_SECONDS=0.02
    export QUIRE_STORE QUIRE_CACHE WANDB_X_GRAPHQL_RETRY_WAIT_MIN_SECONDS
    : >said
}

control() { # PATH [curl options]
    path=$1
    shift
    curl -sSf -H 'Content-Type: application/json' "$@" "$WANDB_TEST_URL/$path"
}

fault() { # JSON: what is to go wrong
    control faults -d "$1" >/dev/null
}

# How often an operation was asked for since the log was emptied.
count() { # OPERATION
    control counts >counts.json
    "$JSONGET" counts.json "counts.$1" 2>/dev/null || echo 0
}

forget() {
    control log -X DELETE >/dev/null
}

# A server that found nothing wrong with any request.
no_problems() {
    control problems >problems.json
    same 'what the server calls wrong' '[]' "$(tr -d '[:space:]' <problems.json)"
    control damaged >damaged.json
    same 'stored content that is damaged' '[]' "$(tr -d '[:space:]' <damaged.json)"
}

# Neither the key nor its base64 is anywhere in what was said, sent in a URL or left below the work folder.
no_secrets() {
    encoded=$(printf 'api:%s' "$WANDB_API_KEY" | base64 -w 0)
    cat "$work/out" "$work/err" >>"$work/said" 2>/dev/null || true
    ! grep -rF -e "$WANDB_API_KEY" -e "$encoded" "$work" || fail 'the key was told'
    control log >"$work/requests.json"
    ! grep -F -e "$WANDB_API_KEY" -e "$encoded" "$work/requests.json" || fail 'the key is in a URL'
}

# The names in a folder, in order.
names_in() {
    find "$1" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort | tr '\n' ' ' | sed 's/ $//'
}

# As `quire`, with everything that it has to say.
told() {
    expect_code 0 "$QUIRE" -v "$@"
    cat "$work/err" >>"$work/said"
    cat "$work/out"
}
