#!/bin/sh
# Tasks that share only a distributed_id, with and without all of them.

# shellcheck source=tests/examples/common.sh
. "$(dirname "$0")/common.sh"
begin

counts() { # DIRECTORY: the digits of all parts together
    cat "$1"/counts-*.csv | awk -F, '{ n[$1] += $2 } END { for (i = 0; i < 10; i++) print n[i] }'
}
awk -F, '{ n[$NF]++ } END { for (i = 0; i < 10; i++) print n[i] }' "$DATA" >expected.txt

pipeline.sh "$DATA" >output.txt
expect 'the version' 'digit-counts:v0' "$(tail -n 1 output.txt)"
quire get digit-counts:v0 -o out >get.txt
expect 'files' 4 "$(find out -type f | wc -l)"
counts out >actual.txt
expect_same 'counts' expected.txt actual.txt

# As a job array: task 3 is missing, one is run twice.
for task in 1 2 2 4; do
    SLURM_ARRAY_JOB_ID=77 SLURM_ARRAY_TASK_ID=$task SLURM_ARRAY_TASK_COUNT=5 TASKS=5 \
        pipeline.sh task "$DATA" >task.txt
done
code=0
DISTRIBUTED_ID=77 TASKS=5 pipeline.sh finish >finish.txt 2>&1 || code=$?
expect 'exit code of an early finish' 3 "$code"
code=0
quire show digit-counts:v1 >show.txt 2>&1 || code=$?
expect 'exit code of a version that is not there' 5 "$code"
for task in 3 5; do
    SLURM_ARRAY_JOB_ID=77 SLURM_ARRAY_TASK_ID=$task TASKS=5 pipeline.sh task "$DATA" >task.txt
done
expect 'the version' 'digit-counts:v1' "$(DISTRIBUTED_ID=77 TASKS=5 pipeline.sh finish)"
quire get digit-counts:v1 -o out5 >get.txt
counts out5 >actual.txt
expect_same 'counts of five' expected.txt actual.txt

# The same finish again is the same version.
expect 'a second finish' 'digit-counts:v1' "$(DISTRIBUTED_ID=77 TASKS=5 pipeline.sh finish)"
# No task leaves its work behind.
expect 'leftovers' '' "$(find "$TMPDIR" -maxdepth 1 -name 'pipeline.*')"
