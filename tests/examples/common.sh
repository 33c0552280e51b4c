# shellcheck shell=sh
# Shared by the scripts of this folder. Their environment comes from CMakeLists.txt: WORK, a folder
# of the test's own; BIN, where the programs are, as in PATH; DATA; REFERENCE and others.

set -eu
export QUIRE_CACHE=off # leave the home of whoever tests alone

fail() {
    echo "$0: $*" >&2
    exit 1
}

expect() { # WHAT EXPECTED ACTUAL
    [ "$2" = "$3" ] || fail "$1: expected '$2', got '$3'"
}

expect_same() { # WHAT EXPECTED_FILE ACTUAL_FILE
    diff -u "$2" "$3" >&2 || fail "$1 differ"
}

begin() { # an empty folder with a store, and the programs in PATH
    rm -rf "$WORK"
    mkdir -p "$WORK"
    cd "$WORK"
    PATH=$BIN:$PATH
    QUIRE_STORE=$WORK/store
    TMPDIR=$WORK
    OMPI_MCA_btl_vader_single_copy_mechanism=none
    export PATH QUIRE_STORE TMPDIR OMPI_MCA_btl_vader_single_copy_mechanism
    unset WANDB_RUN_GROUP SLURM_JOB_ID SLURM_ARRAY_JOB_ID SLURM_ARRAY_TASK_ID PBS_JOBID || true
    quire init >init.txt
}

# Open MPI keeps its sockets in TMPDIR, whose path must be short.
ranks() { # N COMMAND…
    n=$1
    shift
    TMPDIR=/tmp "$MPIEXEC" --oversubscribe -n "$n" "$@"
}

digest() { # NAME:VERSION
    quire show "$1" --json | grep -o '"digest": *"[^"]*"' | head -n 1 | cut -d'"' -f4
}
