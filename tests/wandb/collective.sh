#!/bin/sh
# collective.sh: ranks that log together into W&B, 1 to 7 of them: one version, whoever brought what; two that
# disagree are refused before anything is committed; the server is asked little.

# shellcheck source=tests/wandb/lib.sh
. "$(dirname "$0")/lib.sh"
needs QUIRE_MPI MPIEXEC
data=$(cd "$(dirname "$0")/../../mpi_examples/data" && pwd)/digits.csv
wandb_begin

mpi() { # N ARGUMENTS: a command of all ranks that must succeed
    world=$1
    shift
    expect_code 0 ranks "$world" "$QUIRE_MPI" -v "$@"
    cat "$work/err" >>"$work/said"
    cat "$work/out"
}

mkdir many
awk 'BEGIN { for (i = 0; i < 150; i++) { name = "many/file-" i; print "content", i > name; close(name) } }'
cp -r tree many/tree
told log reference -t dataset many --json >reference.json
reference=$(json reference.json digest)

for n in 1 2 4 7; do
    forget
    mpi "$n" log "all$n" -t dataset many --metadata "{\"ranks\":$n}" --alias good --json >all.json
    same "version of $n ranks" v0 "$(json all.json version)"
    same "digest of $n ranks" "$reference" "$(json all.json digest)"
    same "logins of $n ranks" 1 "$(count UpsertBucket)"
    created=$(count CreateArtifact)
    [ "$created" -le $((n + 1)) ] || fail "$created createArtifact of $n ranks"
    same "commits of $n ranks" 1 "$(count CommitArtifact)"
    mpi "$n" get "all$n:good" -o "back$n" >/dev/null
    same_tree many "back$n"
    mpi "$n" verify "all$n" >/dev/null
    told show "all$n" --json >show.json
    same "metadata of $n ranks" "$n" "$(json show.json metadata.ranks)"
    mpi "$n" log "all$n" -t dataset many --json >again.json # what is there is not sent again
    same "digest, again, of $n ranks" "$reference" "$(json again.json digest)"
    # Each its own; some bring nothing.
    rm -rf own
    mkdir own
    for rank in 0 2 5; do
        mkdir own/$rank
        echo "of $rank" >own/$rank/$rank.txt
    done
    for rank in 1 3 4 6; do
        mkdir own/$rank
    done
    mpi "$n" log "own$n" -t dataset 'own/{rank}' >/dev/null
    told get "own$n" -o "own-back$n" >/dev/null
    [ -s "own-back$n/0.txt" ] || fail "rank 0's file of $n"
done

# Two ranks bring one path with different content: nothing is committed.
rm -rf own
mkdir -p own/0 own/1 own/2 own/3
echo one >own/0/same.txt
echo other >own/2/same.txt
echo more >own/1/more.txt
expect_code 4 ranks 4 "$QUIRE_MPI" log conflict -t dataset 'own/{rank}'
has "$work/err" same.txt
refuse 5 'there is no version' "$QUIRE" show conflict
# The type of the collection is told as of one process.
expect_code 4 ranks 2 "$QUIRE_MPI" log all1 -t model many
has "$work/err" "collection 'all1' has type 'dataset', not 'model'"
# A file where another has a folder.
rm -rf own
mkdir -p own/0 own/1/a own/2 own/3
echo file >own/0/a
echo below >own/1/a/b
expect_code 4 ranks 4 "$QUIRE_MPI" log conflict -t dataset 'own/{rank}'
refuse 5 'there is no version' "$QUIRE" show conflict

# The distributed evaluation of the examples: one version, its table in parts, metrics in the metadata.
if [ -x "${EVALUATE:-}" ]; then
    QUIRE_STORE=wandb://$WANDB_ENTITY/evaluation
    expect_code 0 ranks 4 "$EVALUATE" "$QUIRE_STORE" "$data"
    told show digits-evaluation:v0 --json >show.json
    same 'entries of the evaluation' 10 "$(json show.json entries)"
    same 'metrics of the evaluation' 797 "$(json show.json metadata.n_test)"
    json show.json lineage.inputs.0.other >/dev/null
    told get digits-evaluation -o evaluation >/dev/null
    same 'parts of the table' 8 "$(names_in evaluation/parts | wc -w)"
    has evaluation/predictions.partitioned-table.json '"parts_path":"parts"'
    QUIRE_STORE=wandb://$WANDB_ENTITY/$WANDB_PROJECT
fi

# One rank's request is refused: the same error of all, nothing committed; the same draft again is completed.
case=0
for fault in '"operation":"upsertBucket","kind":"status","status":403' \
    '"operation":"createArtifact","at":2,"kind":"errors"' '"operation":"createArtifactManifest","at":3,"kind":"errors"' \
    '"operation":"createArtifactFiles","at":2,"kind":"errors"' '"operation":"PUT-file","at":2,"kind":"status","status":400' \
    '"operation":"updateArtifactManifest","at":3,"kind":"errors"' '"operation":"PUT-manifest","at":2,"kind":"status","status":400' \
    '"operation":"updateArtifact","kind":"errors"' '"operation":"commitArtifact","kind":"errors"'; do
    case=$((case + 1))
    rm -rf own
    for rank in 0 1 2; do
        mkdir -p own/$rank
        echo "of $rank, case $case" >own/$rank/$rank.txt
    done
    control faults -X DELETE >/dev/null
    fault "{$fault}"
    run ranks 3 "$QUIRE_MPI" log "fault$case" -t dataset --distributed-id one --metadata '{"a":1}' 'own/{rank}'
    [ "$code" != 0 ] || fail "no error with $fault"
    control faults >faults.json
    ! grep -q '"hits":0' faults.json || fail "no request met $fault"
    same "what is said with $fault" 1 "$(grep -c '^quire-mpi: .*W&B' "$work/err")"
    refuse 5 'there is no version' "$QUIRE" show "fault$case"
    mpi 3 log "fault$case" -t dataset --distributed-id one --metadata '{"a":1}' 'own/{rank}' --json >again.json
    same "again, after $fault" v0 "$(json again.json version)"
done

# No key, no server: the same of all ranks, at once.
expect_code 7 env -u WANDB_API_KEY HOME="$work" "$MPIEXEC" --oversubscribe -n 3 "$QUIRE_MPI" log x -t dataset tree
expect_code 75 env WANDB_BASE_URL=http://127.0.0.1:1 WANDB_X_GRAPHQL_RETRY_MAX=2 \
    "$MPIEXEC" --oversubscribe -n 3 "$QUIRE_MPI" log x -t dataset tree
# A draft that was finished already: the same version.
mpi 3 log again -t dataset --distributed-id fixed many --json >one.json
mpi 3 log again -t dataset --distributed-id fixed many --json >two.json
same 'the same draft again' "v0" "$(json two.json version)"

no_problems
no_secrets
