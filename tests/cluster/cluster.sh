#!/bin/sh
# A log over several hosts, of which one is cut off; see hosts.sh for what a host is, and cases.sh for
# what is done to it.
#
#   cluster.sh rotate            every point of the job, each with another host cut off
#   cluster.sh cut               every point with every host
#   cluster.sh all               ... also with hosts that come back, and all of the following
#   cluster.sh back              hosts that are cut off for two seconds
#   cluster.sh late              ranks that go on when others have done their work
#   cluster.sh whole             nobody is cut off
#   cluster.sh list              the cases of `all`
#   cluster.sh replay CASE...    one case, as a failure names it; leaves its files to be looked at
#
# Several clusters work at once, as most of the time is waiting (WORKERS, 6). Exits with 77 and the
# reason where there can be none. By hand it takes the programs of build/, or of BUILD=DIR.

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/cli/lib.sh
. "$here/../cli/lib.sh"
# shellcheck source=tests/cluster/hosts.sh
. "$here/hosts.sh"
# shellcheck source=tests/cluster/jobs.sh
. "$here/jobs.sh"
# shellcheck source=tests/cluster/cases.sh
. "$here/cases.sh"
needs QUIRE_MPI LIBQUIRE HOLDLINE MPIEXEC

# shellcheck disable=SC2034 # for the files above
LIMIT=30 # seconds, for whatever is waited for

bad() {
    show_run
    if [ -n "${keep:-}" ]; then
        cp -a "$shared" "$work"/trace.* "$keep"
        echo "left in $keep: the store, what the ranks said (hold), traces" >&2
    fi
    fail "$*
  in: $now
  again: $me replay $now"
}

each_place() { # CASE
    for point in $(points); do
        for place in $PLACES; do
            echo "$1 $point $place"
        done
    done
}

# The cases of a form, one a line: a function of cases.sh without `case_`, and its arguments.
cases() { # FORM
    case $1 in
    rotate)
        n=0
        for point in $(points); do
            echo "cut $point $(echo "$PLACES" | cut -d ' ' -f $((n % 5 + 1)))"
            n=$((n + 1))
        done
        ;;
    back)
        echo 'back allreduce-1 second'
        echo 'back put-writers-1 third'
        echo 'back gather-1 rank0'
        echo 'back put-versions-1 first'
        ;;
    late)
        echo 'late put-writers-1 third same'
        echo 'late put-writers-1 third other'
        echo 'late put-blobs-1 third other'
        echo 'late put-seal-1 rank0 same'
        echo 'late put-versions-1 rank0 same'
        echo fewer
        ;;
    whole) echo whole ;;
    cut) each_place cut ;;
    all)
        each_place cut
        each_place back
        for point in $(points | grep put-); do
            is_race "$point" && continue # here nobody is late alone
            grep -qx -e "$point" "$work/trace.3" && echo "late $point third other" &&
                echo "late $point third same"
            echo "late $point rank0 same"
        done
        echo fewer
        echo whole
        ;;
    esac
}

# Inside the namespaces.
begin_cluster() {
    start_hosts
    shared=/dev/shm/shared
    bin=$shared/bin
    store=$shared/store
    work=/dev/shm/work
    mkdir "$work"
    now=prepare
    succeeded=0
    HOLD_AT='' HOLD_RANKS=''
    export HOLD_AT HOLD_RANKS
    OMPI_ALLOW_RUN_AS_ROOT=1
    OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
    export OMPI_ALLOW_RUN_AS_ROOT OMPI_ALLOW_RUN_AS_ROOT_CONFIRM
    set_patience
    prepare
}

run_case() { # CASE...
    now="$*"
    name=$1
    shift
    "case_$name" "$@"
}

# One of several clusters: every WORKERS-th case.
share() { # FORM WORKER WORKERS
    begin_cluster
    cases "$1" >"$work/cases"
    [ -s "$work/cases" ] || bad 'there are no cases'
    n=0
    done=0
    while read -r line <&3; do
        n=$((n + 1))
        [ $((n % $3)) -eq "$2" ] || continue
        # shellcheck disable=SC2086 # words
        run_case $line 3<&-
        done=$((done + 1))
    done 3<"$work/cases"
    echo "$done of $n cases, $(points | wc -l) points, $succeeded succeeded all the same"
}

# This script again, instead of this process, in namespaces of its own. It ends with its parent.
inside() { # WORD...
    exec setpriv --pdeathsig KILL \
        unshare --net --mount --pid --ipc --fork --kill-child --mount-proc \
        "$here/cluster.sh" inside "$@"
}

end_workers() {
    # shellcheck disable=SC2086 # words
    [ -z "$workers" ] || kill -9 $workers 2>/dev/null || true
    rm -rf "$results"
}

run_form() { # FORM
    count=${WORKERS:-6}
    results=$(mktemp -d "${TMPDIR:-/tmp}/quire-cluster.XXXXXX")
    workers=
    trap end_workers EXIT
    trap 'exit 130' INT TERM
    for w in $(seq 0 $((count - 1))); do
        inside share "$1" "$w" "$count" >"$results/$w" &
        workers="$workers $!"
    done
    failed=0
    for pid in $workers; do
        wait "$pid" || failed=1
    done
    workers=
    [ "$failed" = 0 ] || fail 'see above'
    case $1 in
    rotate) places=', each with one of 5 places' ;;
    cut | all) places=' x 5 places' ;;
    *) places= ;;
    esac
    awk -v form="$1" -v places="$places" '{ done += $1; all = $3; points = $5; fine += $7 }
        END { print "cluster, " form ": " (places ? points " points covered" places ", " : "") \
            done " of " all " cases; " fine + 0 " jobs were done before the cut told"
            exit done != all }' "$results"/*
}

form=${1:-}
if [ "$form" = inside ]; then
    shift
    form=$1
    shift
else
    reason=$(why_not)
    [ -z "$reason" ] || {
        echo "cluster: not run: $reason"
        exit 77
    }
    case $form in
    rotate | cut | all | back | late | whole) run_form "$form" ;;
    list) inside list ;;
    replay)
        [ $# -gt 1 ] || usage 'replay which case? (list tells them)'
        keep=$(mktemp -d "${TMPDIR:-/tmp}/quire-cluster.XXXXXX")
        export keep
        inside "$@"
        ;;
    *) usage "no such form: '$form' (rotate, cut, all, back, late, whole, list, replay CASE)" ;;
    esac
    exit
fi
case $form in
share) share "$@" ;;
list) begin_cluster && cases all ;;
replay)
    begin_cluster
    cases all | grep -qxF -e "$*" || {
        rmdir "$keep"
        usage "no such case: $* (list tells them)"
    }
    run_case "$@"
    cp -a "$shared" "$work"/trace.* "$keep"
    echo "$now: stood; left in $keep: the store, what the ranks said (hold), traces"
    ;;
esac
