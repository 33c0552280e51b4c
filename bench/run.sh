#!/usr/bin/env bash
# Measure quire beside other tools, case by case, and write what came out: run.sh BUILD_DIR
#
# make bench builds first and calls this; README.md tells of the variables, and how cases and peers
# are added. Exits 1 when a measurement failed, after all others.

set -uo pipefail
build=$(cd "${1:?usage: run.sh BUILD_DIR}" && pwd) || exit 2
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=bench/lib/settings.sh
. "$here/lib/settings.sh"
# shellcheck source=bench/lib/area.sh
. "$here/lib/area.sh"
# shellcheck source=bench/lib/memory.sh
. "$here/lib/memory.sh"
# shellcheck source=bench/lib/measure.sh
. "$here/lib/measure.sh"
# shellcheck source=bench/lib/methods.sh
. "$here/lib/methods.sh"
# shellcheck source=bench/lib/kinds.sh
. "$here/lib/kinds.sh"

left_out=
for name in $all_peers; do
    [[ " $BENCH_PEERS " == *" $name "* ]] || left_out+=" $name"
done

# What the report tells of a case besides its numbers.
describe_case() {
    [[ $kind == own ]] || printf 'left_out\t%s\n' "${left_out# }"
    printf 'title\t%s\nkind\t%s\nphase\t%s\nextra\t%s\n' "$title" "$kind" "$phase_title" "$extra_title"
    printf 'date\t%s\n' "$(date -u '+%Y-%m-%d %H:%M UTC')"
    printf 'quire\t%s\n' "$(git -C "$here" describe --always --dirty 2>/dev/null || echo unknown)"
    printf 'area\t%s\nscale\t%s\nrounds\t%s\n' "$area_kind" "$BENCH_SCALE" "$BENCH_ROUNDS"
    printf 'durability\t%s\nmpirun\t%s\n' "$BENCH_DURABILITY" "$BENCH_MPIRUN"
}

# A process of its own for each, so that no case sees what another has set. The new results take the
# place of the old ones only when all rounds are done.
run_case() { # NAME
    case=$1.new
    title='' kind='' phase_title='' extra_title='' needs_mpi=no
    trap area_clear EXIT # a signal ends bash by this, too
    area_begin
    ranks_file=$area/ranks
    # shellcheck source=/dev/null
    . "$bench/cases/$1.sh"
    : >"$results/$case.tsv"
    describe_case >"$results/$case.about"
    say "$title: $BENCH_ROUNDS rounds, $area_kind"
    if [[ $needs_mpi == yes && -z $MPIEXEC ]]; then
        record all 0 'built without MPI'
    else
        "run_$kind"
    fi
    mv "$results/$case.tsv" "$results/$1.tsv"
    mv "$results/$case.about" "$results/$1.about"
    [[ $failed == no ]]
}

for name in $CASE; do
    [[ -e $bench/cases/$name.sh ]] || die "there is no case $name: $(cd "$bench/cases" && echo *.sh)"
done
[[ -x $TIMER && -x $QUIRE ]] || die "$build has not been built: make bench"
mkdir -p "$results" || exit 1
load_peers
describe_peers >"$results/peers"
code=0
trap memory_release EXIT
memory_keep
# A case is a process group of its own, so that all of it ends with us: its shell then takes its volume away.
case_group=
trap 'kill -TERM -- "-$case_group" 2>/dev/null && wait "$case_group"; exit 130' INT TERM
for name in $CASE; do
    set -m
    (run_case "$name") &
    case_group=$!
    set +m
    wait "$case_group" || code=1
    case_group=
done
"$here/report.sh" "$build" || code=1
exit "$code"
