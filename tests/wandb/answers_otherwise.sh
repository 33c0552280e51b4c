#!/bin/sh
# answers_otherwise.sh: what nobody can know of the real server (tests/wandb_server/answers.js), answered either
# way: log, draft, patch, aliases and reading end well all the same, or say that they cannot.

# shellcheck source=tests/wandb/lib.sh
. "$(dirname "$0")/lib.sh"
needs QUIRE_MPI MPIEXEC
wandb_begin
mkdir small more
echo one >small/one
echo two >more/two

round() { # NAME [CODE of a draft over what is there]
    name=$1
    same "log, $1" "$name:v0" "$(told log "$name" -t dataset small --alias good)"
    same "the same, $1" "$name:v0" "$(told log "$name" -t dataset small --alias better)"
    told show "$name:better" >/dev/null
    told show "$name:good" >/dev/null
    same "an addition, $1" "$name:v1" "$(told patch "$name" more/two)"
    rm -rf back
    told get "$name" -o back >/dev/null
    same "both, $1" 'one two' "$(names_in back)"
    same "without, $1" "$name:v2" "$(told patch "$name:v1" --remove one --alias less)"
    told verify "$name:less" >/dev/null
    told upsert "$name-d" -t dataset --distributed-id d --writer a --metadata '{"x":1}' small >/dev/null
    told upsert "$name-d" -t dataset --distributed-id d --writer b more >/dev/null
    same "a draft, $1" "$name-d:v0" "$(told finish "$name-d" -t dataset --distributed-id d --alias ready)"
    told verify "$name-d:ready" >/dev/null
    expect_code 0 ranks 2 "$QUIRE_MPI" log "$name-m" -t dataset small more
    same "ranks, $1" "$name-m:v0" "$(cat "$work/out")"
    expect_code "${2:-0}" ranks 2 "$QUIRE_MPI" log "$name-m" -t dataset small
}

answer() { # NAME VALUE
    control answers -d "{\"$1\":$2}" >/dev/null
}

round plain
for pair in validationStatus=200 validationStatus=422 dedupAliases='"user"' dedupAliases='"none"' \
    sameClientID=true knownFiles=false multipart=false patchConflict='"refuse"' mergedDigest='"given"' \
    protectLatest=false versionAliases=true redirect=false; do
    question=${pair%%=*}
    answer "$question" "${pair#*=}"
    round "$(echo "$pair" | tr -cd 'a-zA-Z0-9')"
    case $question in # back to what it was
    validationStatus) answer "$question" 400 ;;
    dedupAliases) answer "$question" '"all"' ;;
    patchConflict) answer "$question" '"last"' ;;
    mergedDigest) answer "$question" '"computed"' ;;
    knownFiles | multipart | protectLatest | redirect) answer "$question" true ;;
    *) answer "$question" false ;;
    esac
done
# Parts that lie over the latest version: the ranks have brought less than it has, and hear of it.
answer patchInherits true
round inherits 4
answer patchInherits false
# Drafts that are taken for versions: none of them ends as another's.
answer featuresOff '"USE_ARTIFACT_WITH_ENTITY_AND_PROJECT_INFORMATION"'
told use plain:v0 >/dev/null
no_problems
no_secrets
