#!/bin/sh
# A pipeline of independent tasks, as in a Slurm job array: no MPI, no server, and nothing in common
# but a store and a distributed_id. Each task counts the digits in its share of the data and upserts
# its own file; the last step makes one version of them, if all have arrived.
#
#   pipeline.sh DATA.csv            all of it here: four tasks at once, then the finish
#   pipeline.sh task DATA.csv       one task
#   pipeline.sh finish              the last step
#
# On a cluster the same script, with QUIRE_STORE on a filesystem that all nodes see:
#
#   job=$(sbatch --parsable --array=1-4 pipeline.sh task DATA.csv)
#   sbatch --dependency=afterany:$job --export=ALL,DISTRIBUTED_ID=$job pipeline.sh finish
#
# The finish is a job with an id of its own: it needs the id of the array job. Not afterok, with
# which it would never start when a task has failed: --expect is the guard, by exit code 3.
#
# A task that is requeued upserts again and replaces its own part. A task that never ran makes the
# finish end with exit code 3, nothing committed, the draft kept for another try.
#
# Needs: quire in PATH, QUIRE_STORE. Uses TMPDIR. TASKS: how many tasks there are, when not 4.

set -eu

tasks=${TASKS:-${SLURM_ARRAY_TASK_COUNT:-4}}
task=${SLURM_ARRAY_TASK_ID:-}
id=${DISTRIBUTED_ID:-${SLURM_ARRAY_JOB_ID:-}}

run_task() { # DATA.csv
    work=$(mktemp -d "${TMPDIR:-/tmp}/pipeline.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    awk -F, -v task="$task" -v tasks="$tasks" '
        NR % tasks == task % tasks { count[$NF]++ }
        END { for (digit = 0; digit < 10; digit++) print digit "," count[digit] + 0 }
    ' "$1" >"$work/counts-$task.csv"
    quire upsert digit-counts --type dataset --distributed-id "$id" --writer "task-$task" \
        "$work/counts-$task.csv"
}

run_finish() {
    quire finish digit-counts --type dataset --distributed-id "$id" --expect "$tasks"
}

run_all() { # DATA.csv
    DISTRIBUTED_ID="pipeline-$(date +%s)-$$"
    export DISTRIBUTED_ID
    pids=
    for task in $(seq "$tasks"); do
        SLURM_ARRAY_TASK_ID=$task "$0" task "$1" &
        pids="$pids $!"
    done
    for pid in $pids; do
        wait "$pid"
    done
    exec "$0" finish
}

case "${1:-} $#" in
'task 2') run_task "$2" ;;
'finish 1') run_finish ;;
*' 1') run_all "$1" ;;
*)
    echo "usage: pipeline.sh [task] DATA.csv | pipeline.sh finish" >&2
    exit 2
    ;;
esac
