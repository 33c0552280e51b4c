# An entry is a reference, so that all ranks have to do is the manifest. Timed is the finish alone,
# behind the upserts, from barrier to barrier. A row `bound` is what the rounds of a finish and the hashing
# of the entries take alone: the least that this machine could do it in, where ranks share its cores.
title='Commit by many ranks of 2,000 entries each'
kind=own
needs_mpi=yes
phase_title='commit, s'
extra_title='memory of rank 0 ÷ the largest other'
each=$(scaled 2000 10)

run_own() {
    local round n
    for ((round = 1; round <= BENCH_ROUNDS; round++)); do
        for n in $BENCH_COMMIT_RANKS; do
            measure_references "$(ranks_label "$n")" "$round" "$n" "$((n * each))" 2
            measure_ranks "bound: $(ranks_label "$n")" "$round" "$n" 2 "$build/bench/bench_bound" "$((n * each))"
        done
    done
}
