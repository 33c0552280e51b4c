# shellcheck shell=sh
# Shared by the scripts of this folder and others. build.sh tells QUIRE, QUIRE_MPI, JSONGET and MPIEXEC.
# Every script works in a folder of its own with a store in it, and exits with 1 at the first fault.

set -eu
LC_ALL=C
export LC_ALL
# shellcheck source=tests/support/build.sh
. "$(dirname "$0")/../support/build.sh"
needs QUIRE

fail() {
    echo "$(basename "$0"): $*" >&2
    exit 1
}

# An empty store and some files; the working directory becomes a new folder. The store is in it, or, for
# tests that do not look into its folder, below QUIRE_TEST_URL.
begin() {
    work=$(mktemp -d "${TMPDIR:-/tmp}/quire-cli.XXXXXX")
    trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
    cd "$work"
    QUIRE_STORE=${QUIRE_TEST_URL:-$work}/${QUIRE_TEST_URL:+${work##*.}-}store
    OMPI_MCA_btl_vader_single_copy_mechanism=none
    # Or mpirun looks a second later whether what it has ended has ended, each time that a rank fails.
    OMPI_MCA_odls_base_sigkill_timeout=0
    OMPI_ALLOW_RUN_AS_ROOT=1
    OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
    export QUIRE_STORE OMPI_MCA_btl_vader_single_copy_mechanism OMPI_MCA_odls_base_sigkill_timeout
    export OMPI_ALLOW_RUN_AS_ROOT OMPI_ALLOW_RUN_AS_ROOT_CONFIRM
    unset WANDB_RUN_GROUP SLURM_JOB_ID SLURM_ARRAY_JOB_ID SLURM_ARRAY_TASK_ID SLURM_PROCID || true
    unset SLURM_NTASKS SLURM_STEP_NUM_TASKS PBS_ARRAY_ID PBS_ARRAYID || true
    unset PMI_RANK PMI_SIZE PALS_RANKID || true
    unset PBS_JOBID PBS_ARRAY_INDEX PMIX_RANK OMPI_COMM_WORLD_RANK OMPI_COMM_WORLD_SIZE LSB_JOBID || true
    "$QUIRE" init >/dev/null
    mkdir -p tree/sub/deep
    echo one >tree/one.txt
    echo two >tree/sub/two.txt
    : >tree/sub/empty
    echo three >tree/sub/deep/three.txt
    # More than a pack takes of one file: it gets a blob of its own.
    awk 'BEGIN { for (i = 0; i < 300000; i++) print "line", i }' >tree/large.txt
}

# Whether the store is a folder of its own here, to be looked into and harmed.
in_folder() {
    [ -z "${QUIRE_TEST_URL:-}" ]
}

# run COMMAND…: its stdout in $work/out, its stderr in $work/err, its exit code in $code.
run() {
    code=0
    "$@" >"$work/out" 2>"$work/err" || code=$?
}

show_run() {
    sed 's/^/  stdout: /' "$work/out" | head -n 20 >&2
    sed 's/^/  stderr: /' "$work/err" | head -n 20 >&2
}

expect_code() { # CODE COMMAND…: run, and nothing else than that exit code
    wanted=$1
    shift
    run "$@"
    [ "$code" = "$wanted" ] || {
        show_run
        fail "exit code $code, not $wanted: $*"
    }
}

quire() { # a command that must succeed; prints its stdout
    expect_code 0 "$QUIRE" "$@"
    cat "$work/out"
}

same() { # WHAT EXPECTED ACTUAL
    [ "$2" = "$3" ] || fail "$1: expected '$2', got '$3'"
}

has() { # FILE TEXT: a fixed string in one of its lines
    grep -qF -e "$2" "$1" || {
        sed 's/^/  /' "$1" | head -n 20 >&2
        fail "$1 does not say '$2'"
    }
}

same_tree() { # EXPECTED ACTUAL
    diff -r "$1" "$2" >"$work/diff" 2>&1 || fail "$1 and $2 differ: $(head -n 3 "$work/diff")"
}

# What was committed: no failure may change any of it.
snapshot() {
    (cd "$QUIRE_STORE" && find . -type f ! -path './tmp/*' ! -path './leases/*' -exec sha256sum {} + | sort)
}

# refuse CODE TEXT COMMAND…: the command fails with CODE, says so in one line that holds TEXT, and
# leaves what the store has as it was, without a new version or alias.
refuse() {
    wanted=$1
    text=$2
    shift 2
    [ ! -d "$QUIRE_STORE" ] || snapshot >"$work/before"
    expect_code "$wanted" "$@"
    # What mpirun adds about exit codes is not ours.
    grep -vE -e '^($|-----|mpi(run|exec) |Primary job|a non-zero|the job to be|  Process name|  Exit code)' \
        "$work/err" >"$work/said" || true
    [ "$(wc -l <"$work/said")" = 1 ] || {
        show_run
        fail "not one line on stderr: $*"
    }
    grep -qE '^quire(-mpi)?: ' "$work/said" || fail "no 'quire: ' in: $(cat "$work/said")"
    has "$work/said" "$text"
    same "stdout of: $*" '' "$(cat "$work/out")"
    [ -d "$QUIRE_STORE" ] || return 0
    snapshot >"$work/after"
    same "what is gone after: $*" '' "$(comm -23 "$work/before" "$work/after")"
    same "versions or aliases made by: $*" '' \
        "$(comm -13 "$work/before" "$work/after" | grep -E '/(versions|aliases)/' || true)"
}

json() { # FILE PATH: a value out of a JSON file
    "$JSONGET" "$1" "$2" || fail "$2 is not in $(head -c 500 "$1")"
}

ranks() { # N COMMAND…
    n=$1
    shift
    # Open MPI keeps sockets in TMPDIR, whose path must be short.
    TMPDIR=/tmp "$MPIEXEC" --oversubscribe -n "$n" "$@"
}
