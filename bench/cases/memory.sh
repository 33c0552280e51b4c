# By getrusage() on each rank: its peak, less what it had before it opened the store.
title="Memory to log $(grouped "$(scaled 1000000 100)") references"
kind=own
needs_mpi=yes
phase_title='bytes of memory an entry, all ranks'
extra_title='memory of rank 0 ÷ the largest other'

run_own() {
    local round n
    for ((round = 1; round <= BENCH_ROUNDS; round++)); do
        for n in $BENCH_RANKS; do
            measure_references "$(ranks_label "$n")" "$round" "$n" "$(scaled 1000000 100)" 3
        done
    done
}
