#!/bin/sh
# Many writers, one version: upsert, drafts, finish, expectations, late comers.

# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
begin
for writer in 1 2 3; do
    mkdir part-$writer
    echo "part $writer" >part-$writer/$writer.txt
    echo shared >part-$writer/shared.txt
done

# A finish without upserts.
refuse 5 'tree' "$QUIRE" finish tree --type dataset --distributed-id run7
for type in '' '--type dataset'; do # who waits for 3 waits with either
    # shellcheck disable=SC2086
    refuse 3 "no writer of 3 has upserted to draft 'run7' of 'tree'" \
        "$QUIRE" finish tree $type --distributed-id run7 --expect 3
done
same 'an upsert' 'tree draft run7' \
    "$(quire upsert tree --type dataset --distributed-id run7 --writer 1 part-1)"
refuse 5 'tree' "$QUIRE" show tree:latest
refuse 3 'run7' "$QUIRE" finish tree --type dataset --distributed-id run7 --expect 3

# Ids out of the batch system; repeating replaces.
export SLURM_ARRAY_JOB_ID=run7
echo wrong >part-2/wrong.txt
SLURM_ARRAY_TASK_ID=2 quire upsert tree --type dataset part-2 >/dev/null
rm part-2/wrong.txt
SLURM_ARRAY_TASK_ID=2 quire upsert tree --type dataset part-2 >/dev/null
unset SLURM_ARRAY_JOB_ID
quire drafts tree --json >drafts.json
same 'drafts' 1 "$(json drafts.json '#')"
same 'writers' 2 "$(json drafts.json '0.writers.#')"
same 'the id' run7 "$(json drafts.json 0.distributed_id)"
same 'its state' false "$(json drafts.json 0.sealed)"
same 'without a name' 1 "$(quire drafts | wc -l)"
same 'with its writers' 3 "$(quire drafts -l | wc -l)"
refuse 3 'run7' "$QUIRE" finish tree --type dataset --distributed-id run7 --expect 3

quire upsert tree --type dataset --distributed-id run7 --writer 3 part-3 --alias best \
    --tag t3 --metadata '{"three":3}' >/dev/null
echo sum >summary.txt
same 'a finish, its type looked up' 'tree:v0' \
    "$(quire finish tree --distributed-id run7 --expect 3 summary.txt --metadata '{"sum":1}')"
same 'the paths' '1.txt 2.txt 3.txt shared.txt summary.txt ' "$(quire ls tree:v0 -r | tr '\n' ' ')"
quire show tree:best --json >show.json
same 'mode' collaborative "$(json show.json mode)"
same 'metadata of both' '3 1' "$(json show.json metadata.three) $(json show.json metadata.sum)"
same 'finished again' 'tree:v0' "$(quire finish tree --distributed-id run7 --expect 3)"
same 'no draft is left' '[]' "$(quire drafts --json)"

# Late: the same part is fine, another is told that it is not in.
quire upsert tree --type dataset --distributed-id run7 --writer 3 part-3 --alias best \
    --tag t3 --metadata '{"three":3}' >/dev/null
echo late >part-3/late.txt
refuse 4 'run7' "$QUIRE" upsert tree --type dataset --distributed-id run7 --writer 3 part-3
refuse 4 'run7' "$QUIRE" upsert tree --type dataset --distributed-id run7 --writer 4 part-1
refuse 4 'run7' "$QUIRE" drafts --drop tree --distributed-id run7

# A conflict names the path and both writers; the draft stays and can be repaired.
echo other >part-2/shared.txt
quire upsert tree -t dataset --distributed-id run8 --writer w-one part-1 >/dev/null
quire upsert tree -t dataset --distributed-id run8 --writer w-two part-2 >/dev/null
refuse 4 'shared.txt' "$QUIRE" finish tree --distributed-id run8
has said w-one
has said w-two
echo shared >part-2/shared.txt
quire upsert tree -t dataset --distributed-id run8 --writer w-two part-2 >/dev/null
same 'the repaired draft' 'tree:v1' "$(quire finish tree --distributed-id run8)"

# A draft that is dropped is gone.
quire upsert tree -t dataset --distributed-id run9 --writer 1 part-1 >/dev/null
quire drafts --drop tree --distributed-id run9 >/dev/null
same 'dropped' '' "$(quire drafts)"
refuse 4 'run9' "$QUIRE" finish tree --type dataset --distributed-id run9
quire drafts --drop tree --distributed-id run9 >/dev/null
refuse 5 'run10' "$QUIRE" drafts --drop tree --distributed-id run10
refuse 5 'nothing' "$QUIRE" finish nothing --distributed-id run9
quire upsert gone -t dataset --distributed-id run9 --writer 1 part-1 >/dev/null
quire drafts --drop gone --distributed-id run9 >/dev/null
refuse 5 'dropped is told with --type' "$QUIRE" finish gone --distributed-id run9
refuse 4 'dropped' "$QUIRE" finish gone --type dataset --distributed-id run9

# Two finishers at once make one version between them.
quire upsert both -t dataset --distributed-id r --writer 1 part-1 >/dev/null
"$QUIRE" finish both --distributed-id r >a.txt 2>a.err &
first=$!
"$QUIRE" finish both --distributed-id r >b.txt 2>b.err || fail "second: $(cat b.err)"
wait $first || fail "first: $(cat a.err)"
same 'both finishers' 'both:v0 both:v0' "$(cat a.txt) $(cat b.txt)"
same 'versions of both' 1 "$(quire ls both | wc -l)"
