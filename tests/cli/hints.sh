#!/bin/sh
# What a command says beside its result: warnings, hints with errors, help by another name.

# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
begin

# No store.
refuse 5 "'quire init' makes a store" "$QUIRE" ls --store "$work/none"
mkdir empty
refuse 5 "no store at $work/empty; 'quire init' makes a store" "$QUIRE" ls --store "$work/empty"
same 'how often init is named' 1 "$(grep -o 'quire init' said | wc -l)"
cd empty
refuse 5 "no store: --store and QUIRE_STORE are not given, and there is no .quire here" \
    env -u QUIRE_STORE "$QUIRE" ls
cd ..

# Versions and parts without a file.
mkdir hollow
quire log hollow -t dataset hollow >/dev/null
has err 'warning: hollow:v0 holds no file'
quire log hollow -t dataset hollow --quiet >/dev/null
same 'stderr of --quiet' '' "$(cat err)"
quire upsert draft -t dataset --distributed-id h --writer 0 hollow >/dev/null
has err 'warning: the part of writer 0 holds no file'
quire finish draft -t dataset --distributed-id h >/dev/null
has err 'warning: draft:v0 holds no file'
quire log tree -t dataset tree >/dev/null
same 'stderr of log' '' "$(cat err)"

# Numbers of one, sizes that say the same twice, and labels of any length.
quire upsert one -t dataset --distributed-id o --writer 0 tree/one.txt >/dev/null
has err 'writer 0: 1 entry, 4 B'
quire drafts -l >drafts.txt
grep -qE '^one draft o .* 1 writer, 1 entry, 4 B, since ' drafts.txt || fail "drafts: $(cat drafts.txt)"
has drafts.txt '  0  1 entry, 4 B'
quire finish one --distributed-id o >/dev/null
quire show one >show.txt
grep -qE '^bytes +4$' show.txt || fail "bytes: $(grep bytes show.txt)"
grep -qE '^  distributed_id +o$' show.txt || fail "label: $(grep distributed show.txt)"
quire get one -o got >/dev/null
has err 'one:v0: 1 file, 4 B, to got'

# A reference that is fetched is a file, too; one that is not read is told.
quire log afar -t dataset --reference "file://$work/tree/one.txt" >/dev/null
quire get afar -o afar >/dev/null
has err 'afar:v0: 1 file, 4 B, to afar'
has err '1 of them fetched by reference'
quire verify afar >/dev/null
has err 'afar:v0 is sound: 0 files, 0 B'
has err 'what 1 reference points to was not read'

# A draft that was finished before, and content that was there.
quire finish one --distributed-id o >out2
has err "draft 'o' was finished before, as one:v0"
quire log one -t dataset tree/one.txt >/dev/null
has err 'unchanged: content is one:v0 already'

# Errors with the way out.
refuse 5 "the id is that of this job: give --distributed-id" \
    env SLURM_JOB_ID=600 "$QUIRE" finish one
refuse 5 "the id is that of this job: give --distributed-id" \
    env SLURM_JOB_ID=600 "$QUIRE" finish nothing
refuse 3 "the id is that of this job: give --distributed-id" \
    env SLURM_JOB_ID=600 "$QUIRE" finish one --expect 2
# By what is there, not by the words of an error.
refuse 3 "the id is that of this job: give --distributed-id" \
    env SLURM_JOB_ID=600 "$QUIRE" finish nothing --expect 2
quire upsert two -t dataset --distributed-id 600 --writer 0 tree/one.txt >/dev/null
refuse 3 '1 of 2 writers' env SLURM_JOB_ID=600 "$QUIRE" finish two --expect 2
same 'a hint where the draft is there' 0 "$(grep -c 'the id is' said || true)"
refuse 5 "the id is WANDB_RUN_GROUP" env WANDB_RUN_GROUP=g "$QUIRE" finish one
refuse 3 '{rank} is for quire-mpi' "$QUIRE" log x -t dataset 'out-{rank}'
quire alias tree:v0 best >/dev/null
refuse 4 "'quire alias --remove' and --delete-aliases" "$QUIRE" rm tree:v0
refuse 2 "use 'quire cat' or 'quire get'" "$QUIRE" path tree:v0/one.txt
quire log far -t dataset --no-checksum --reference 'key=s3://bucket/key' >/dev/null
refuse 2 'its bytes are not here' "$QUIRE" path far:v0/key
same 'a hint for bytes that are not here' 0 "$(grep -c 'quire cat' said || true)"
expect_code 0 env OMPI_COMM_WORLD_SIZE=2 "$QUIRE" log tree -t dataset tree
has err 'every rank logs for itself; quire-mpi log makes one version'
expect_code 0 env OMPI_COMM_WORLD_SIZE=1 "$QUIRE" log new -t dataset tree
same 'stderr of one rank' '' "$(cat err)"

# Help by another name.
same 'help' "$(quire --help)" "$(quire help)"
same 'help CMD' "$(quire log --help)" "$(quire help log)"
refuse 2 'unknown command lgo' "$QUIRE" help lgo
[ -n "${QUIRE_MPI:-}" ] || exit 0
same 'help of quire-mpi' "$("$QUIRE_MPI" --help)" "$("$QUIRE_MPI" help)"
same 'version of quire-mpi' "$("$QUIRE_MPI" --version)" "$("$QUIRE_MPI" version)"
# Open MPI without mpirun ends threads while the leak checker looks at them: leaks are looked for elsewhere.
refuse 2 'unknown {rnk}: {rank} and {size} are known' \
    env ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0" "$QUIRE_MPI" log x -t dataset 'out-{rnk}'

# A setting that cannot be is told, once, and does not keep a job from its results.
for wrong in x 0 -2 4x; do
    expect_code 0 env QUIRE_THREADS="$wrong" "$QUIRE" ls
    same 'lines' 1 "$(wc -l <err)"
    has err "quire: warning: QUIRE_THREADS is '$wrong', not a number from 1 on: it is ignored"
done
for right in '' 1 64; do
    expect_code 0 env QUIRE_THREADS="$right" "$QUIRE" ls
    same 'no warning' '' "$(cat err)"
done
expect_code 0 env QUIRE_THREADS=x "$QUIRE" ls -q
same 'quiet' '' "$(cat err)"
expect_code 0 env QUIRE_THREADS=x "$QUIRE" ls --help
same 'help' '' "$(cat err)"
