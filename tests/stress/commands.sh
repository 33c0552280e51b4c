#!/bin/sh
# commands.sh SECONDS [SEED]: the commands, alone and under mpirun, all on one store at once, with gc
# that takes whoever is slow for dead, clocks an hour apart, and jobs that are killed. In the end
# everything that a command has said must be there, and no version may be a mixture.
#
# By hand it takes the programs of build/, or of BUILD=DIR; SKEW is skew.c as a library to be preloaded,
# empty where a sanitizer must come first.

set -eu
LC_ALL=C
export LC_ALL
# shellcheck source=tests/support/build.sh
. "$(dirname "$0")/../support/build.sh"
needs QUIRE
SKEW=${SKEW:-}
seconds=${1:-}
seed=${2:-$$}
case $seconds in
'' | 0 | *[!0-9]*) usage 'SECONDS [SEED]' ;;
esac
work=$(mktemp -d "${TMPDIR:-/tmp}/quire-stress.XXXXXX")
mkdir "$work/shm" "$work/tmp"
QUIRE_STORE=$work/store
TMPDIR=$work/tmp
OMPI_ALLOW_RUN_AS_ROOT=1
OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
OMPI_MCA_btl_vader_backing_directory=$work/shm # of killed ranks nobody else would remove it
OMPI_MCA_btl_vader_single_copy_mechanism=none
export QUIRE_STORE TMPDIR OMPI_ALLOW_RUN_AS_ROOT OMPI_ALLOW_RUN_AS_ROOT_CONFIRM
export OMPI_MCA_btl_vader_backing_directory OMPI_MCA_btl_vader_single_copy_mechanism
unset WANDB_RUN_GROUP SLURM_JOB_ID SLURM_ARRAY_JOB_ID SLURM_ARRAY_TASK_ID SLURM_PROCID || true
end=$(($(date +%s) + seconds))
"$QUIRE" init >/dev/null

finding() {
    echo "FINDING (seed $seed): $*" >&2
    echo "$*" >>"$work/findings"
}

# Numbers from a seed of the loop's own, in $drawn.
draw() { # BELOW
    state=$(((state * 1103515245 + 12345) % 2147483648))
    drawn=$((state / 65536 % $1))
}

skewed() { # COMMAND…: as on a host whose clock is an hour before or behind
    draw 3
    [ -n "$SKEW" ] || drawn=1
    LD_PRELOAD=$SKEW QUIRE_STRESS_SKEW=$(((drawn - 1) * 3600)) "$@"
}

# try LOOP CODES COMMAND…: its stdout in $work/out.LOOP; another exit code is a finding.
try() {
    loop=$1
    codes=$2
    shift 2
    code=0
    skewed "$@" >"$work/out.$loop" 2>"$work/err.$loop" || code=$?
    echo "$loop $code" >>"$work/rounds"
    case " $codes " in
    *" $code "*) return $code ;;
    esac
    finding "$loop: exit code $code: $* ($(tail -n 1 "$work/err.$loop"))"
    return $code
}

# Files that all tell one number, some of them large, and how many they are.
tree() { # FOLDER NUMBER
    rm -rf "$1"
    mkdir -p "$1/sub"
    for file in a b sub/c sub/d; do
        echo "$2 $file" >"$1/$file"
    done
    yes "$2" | head -n 250000 >"$1/large"
    echo "$2" >"$1/count-5"
}

whole() { # FOLDER: whether it is one tree, complete
    files=$(find "$1" -type f | wc -l)
    numbers=$(find "$1" -type f -exec sed 's/ .*//' {} + | sort -u)
    [ "$files" = 6 ] && [ "$(echo "$numbers" | wc -l)" = 1 ]
}

told() { # LOOP NUMBER: what the command printed is there from now on
    [ ! -s "$work/out.$1" ] || echo "$(cat "$work/out.$1") $2" >>"$work/told"
}

committer() {
    while [ "$(date +%s)" -lt "$end" ]; do
        draw 100000
        number=$drawn
        tree "$work/tree.$1" "$number"
        if try "$1" '0 75' "$QUIRE" log tree -t dataset -q "$work/tree.$1"; then
            told "$1" "$number"
        fi
    done
}

# The same trees again and again, by what a cache of its own knows of them, while gc takes away what the
# versions before had. One round in four does not live to its end.
relogger() {
    export QUIRE_CACHE="$work/cache.$1"
    for kept in 0 1 2; do
        tree "$work/kept.$kept" "10000$kept"
    done
    while [ "$(date +%s)" -lt "$end" ]; do
        draw 3
        kept=$work/kept.$drawn
        draw 12
        [ "$drawn" -gt 0 ] || {
            draw 100000
            tree "$kept" "$((100000 + drawn))"
        }
        draw 4
        if [ "$drawn" = 0 ]; then
            "$QUIRE" log cached -t dataset -q "$kept" >/dev/null 2>&1 &
            sleep 0.02
            kill -9 "$!" 2>/dev/null || true
            continue
        fi
        try "$1" '0 75' "$QUIRE" log cached -t dataset -q "$kept" || continue
        address=$(cat "$work/out.$1")
        rm -rf "$work/got.$1"
        if try "$1" 0 "$QUIRE" get "$address" -q -o "$work/got.$1"; then
            diff -r "$kept" "$work/got.$1" >/dev/null || finding "$address is not what was logged"
        fi
        try "$1" '0 5' "$QUIRE" rm "$address" -q || true
        draw 3
        [ "$drawn" -gt 0 ] || sleep 1.3 # until gc may take it
    done
}

patcher() {
    while [ "$(date +%s)" -lt "$end" ]; do
        draw 100000
        number=$drawn
        tree "$work/tree.$1" "$number"
        if try "$1" '0 5 75' "$QUIRE" patch tree:latest -q "$work/tree.$1"; then
            told "$1" "$number"
        fi
    done
}

# A job of two or three ranks, of which one is killed now and then, or all.
mpi_job() {
    while [ "$(date +%s)" -lt "$end" ]; do
        draw 100000
        number=$drawn
        tree "$work/tree.$1" "$number"
        draw 2
        ranks=$((drawn + 2))
        draw 3
        if [ "$drawn" -gt 0 ]; then
            if try "$1" '0 75' "$MPIEXEC" --oversubscribe -n "$ranks" "$QUIRE_MPI" log tree \
                -t dataset -q "$work/tree.$1"; then
                told "$1" "$number"
            fi
            continue
        fi
        # mpiexec of Open MPI 4.1 may wait for itself for ever once a rank was killed (pmix_rte_finalize).
        timeout -k 1 60 "$MPIEXEC" --oversubscribe -n "$ranks" "$QUIRE_MPI" log tree -t dataset -q \
            "$work/tree.$1" >/dev/null 2>&1 &
        job=$!
        draw 12
        sleep "$(echo "$drawn" | awk '{ print $1 / 10 }')"
        launcher=$(pgrep -P "$job" | head -n 1)
        victim=$(pgrep -P "${launcher:-$job}" | head -n 1)
        kill -9 "${victim:-${launcher:-$job}}" 2>/dev/null || true
        wait "$job" || true
        echo "$1 killed" >>"$work/rounds"
    done
}

reader() {
    while [ "$(date +%s)" -lt "$end" ]; do
        rm -rf "$work/got.$1"
        if try "$1" '0 5' "$QUIRE" get tree:latest -q -o "$work/got.$1"; then
            whole "$work/got.$1" || finding "$(head -n 1 "$work/out.$1"): a mixture"
        fi
        try "$1" '0 5' "$QUIRE" alias tree:latest good -q || true
    done
}

collector() {
    while [ "$(date +%s)" -lt "$end" ]; do
        find "$QUIRE_STORE/leases" -type f ! -newermt '3 seconds ago' \
            -exec touch -m -d '8 days ago' {} + 2>/dev/null || true
        try "$1" 0 "$QUIRE" gc -q --grace 1s || true
        draw 3
        if [ "$drawn" = 0 ]; then # another one, which does not live to its end
            "$QUIRE" gc -q --grace 1s >/dev/null 2>&1 &
            sleep 0.02
            kill -9 "$!" 2>/dev/null || true
        fi
    done
}

pids=
launch() { # LOOP NAME
    (
        state=$(($(echo "$seed $2" | cksum | cut -d ' ' -f 1) % 2147483648))
        "$1" "$2"
    ) &
    pids="$pids $!"
}

launch committer log1
launch committer log2
launch relogger cached
launch patcher patch
launch reader get
launch collector gc
[ -z "${QUIRE_MPI:-}" ] || launch mpi_job mpi
for pid in $pids; do
    wait "$pid" || finding "a loop ended by itself"
done

"$QUIRE" verify --all >"$work/out" 2>&1 || finding "verify: $(tail -n 1 "$work/out")"
"$QUIRE" gc -q --grace 0 >"$work/out" 2>&1 || finding "gc: $(tail -n 1 "$work/out")"
"$QUIRE" verify --all >"$work/out" 2>&1 || finding "verify after gc: $(tail -n 1 "$work/out")"
sort -u "$work/told" >"$work/told.once"
while read -r address number; do
    rm -rf "$work/got"
    if ! "$QUIRE" get "$address" -q -o "$work/got" >"$work/out" 2>&1; then
        finding "$address is not there: $(tail -n 1 "$work/out")"
    elif ! whole "$work/got" || [ "$(cat "$work/got/count-5")" != "$number" ]; then
        finding "$address is not what was logged"
    fi
done <"$work/told.once"
find "$QUIRE_STORE/leases" "$QUIRE_STORE/tmp" "$QUIRE_STORE/trash" -type f >"$work/left" \
    2>/dev/null || true
[ ! -s "$work/left" ] || finding "left behind: $(head -n 1 "$work/left")"

echo "seed $seed, $seconds s; commands and their exit codes:"
sort "$work/rounds" | uniq -c
echo "$(wc -l <"$work/told.once") versions were told and read"
if [ -s "$work/findings" ]; then
    echo "$(wc -l <"$work/findings") findings; the store is left in $work; again: $me $seconds $seed"
    exit 1
fi
rm -rf "$work"
