# What a run is told by its environment, and where things are. Sourced by run.sh and report.sh, which
# set `build`. README.md lists the variables.

LC_ALL=C
export LC_ALL
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

BENCH_DIR=${BENCH_DIR:-$build/bench}
mkdir -p "$BENCH_DIR" && BENCH_DIR=$(cd "$BENCH_DIR" && pwd) || exit 1
BENCH_ROUNDS=${BENCH_ROUNDS:-5}
BENCH_SCALE=${BENCH_SCALE:-1}
BENCH_RANKS=${BENCH_RANKS-1 2 4}
BENCH_COMMIT_RANKS=${BENCH_COMMIT_RANKS:-1 4 16 64}
BENCH_DURABILITY=${BENCH_DURABILITY:-batch}
all_peers='quire startup hash cp tar sha256sum rsync restic borg git git-annex rclone'
BENCH_PEERS=${BENCH_PEERS:-$all_peers}
BENCH_VOLUME=${BENCH_VOLUME:-auto}
BENCH_VOLUME_GIB=${BENCH_VOLUME_GIB:-40}
BENCH_KEEP_MEMORY=${BENCH_KEEP_MEMORY:-yes}
BENCH_MPIRUN=${BENCH_MPIRUN:---oversubscribe}
CASE=${CASE:-small large huge again changed changed-large get-small get-large patch commit entries memory overlap s3-small s3-large}

full_size=$(awk -v s="$BENCH_SCALE" 'BEGIN { print (s == 1) ? "yes" : "no" }')
if [[ $full_size == yes ]]; then
    BENCH_SETTLE=${BENCH_SETTLE:-2}
    BENCH_TOUCH_MIB=${BENCH_TOUCH_MIB:-$(awk '/^MemAvailable:/ { m = int($2 / 2048); print (m < 4096) ? m : 4096 }' \
        /proc/meminfo)}
    results=$BENCH_DIR/results
    BENCH_OUT=${BENCH_OUT:-$bench/../docs}
else # nothing of a smaller run gets among the numbers of a full one
    BENCH_SETTLE=${BENCH_SETTLE:-0}
    BENCH_TOUCH_MIB=${BENCH_TOUCH_MIB:-0}
    results=$BENCH_DIR/results-$BENCH_SCALE
    BENCH_OUT=${BENCH_OUT:-$results}
fi

mkdir -p "$BENCH_OUT" && BENCH_OUT=$(cd "$BENCH_OUT" && pwd) || exit 1

QUIRE=${QUIRE:-$build/src/cli/quire}
QUIRE_MPI=${QUIRE_MPI:-$build/src/cli/quire-mpi}
MPIEXEC=${MPIEXEC:-$(sed -n 's/^MPIEXEC_EXECUTABLE:[A-Z]*=//p' "$build/CMakeCache.txt" 2>/dev/null)}
TIMER=$build/bench/bench_timer
[[ -x $QUIRE_MPI && -n $MPIEXEC ]] || MPIEXEC=

# Someone else's job, store or preferences would change what is measured.
unset QUIRE_STORE WANDB_RUN_GROUP SLURM_JOB_ID SLURM_PROCID SLURM_NTASKS PBS_JOBID PMI_RANK PMIX_RANK
unset OMPI_COMM_WORLD_RANK OMPI_COMM_WORLD_SIZE GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
# Open MPI keeps sockets in TMPDIR, whose path must be short; where a container forbids ranks to read
# each other's memory, it would complain at length.
export TMPDIR=/tmp OMPI_MCA_btl_vader_single_copy_mechanism=none
if [[ $(id -u) -eq 0 ]]; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi

say() {
    printf 'bench: %s\n' "$*" >&2
}

die() {
    say "$@"
    exit 1
}

scaled() { # N [LEAST]: N times BENCH_SCALE
    awk -v n="$1" -v s="$BENCH_SCALE" -v least="${2:-1}" \
        'BEGIN { v = int(n * s); printf "%.0f\n", (v < least) ? least : v }'
}

grouped() { # N: 50000 as 50,000
    sed -e :a -e 's/\([0-9]\)\([0-9]\{3\}\)\($\|,\)/\1,\2\3/' -e ta <<<"$1"
}

mib() { # BYTES, in words
    awk -v b="$1" 'BEGIN { if (b >= 1073741824) printf "%g GiB", b / 1073741824
                           else if (b >= 1048576) printf "%.4g MiB", b / 1048576
                           else printf "%.4g KiB", b / 1024 }'
}
