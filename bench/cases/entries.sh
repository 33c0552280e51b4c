# As commit, with more entries instead of more ranks.
title='Commit by 4 ranks, by entries in all'
kind=own
needs_mpi=yes
phase_title='commit, s'
extra_title='memory of rank 0 ÷ the largest other'
BENCH_ENTRIES=${BENCH_ENTRIES:-1000 10000 100000 1000000 10000000}
entry_bytes=1000 # at most; more than there is memory for is not tried

fits() { # ENTRIES
    awk -v n="$1" -v each="$entry_bytes" '/^MemAvailable:/ { exit !(n * each < $2 * 1024) }' /proc/meminfo
}

run_own() {
    local round full n
    for ((round = 1; round <= BENCH_ROUNDS; round++)); do
        for full in $BENCH_ENTRIES; do
            n=$(scaled "$full" 4)
            if ! fits "$n"; then
                [[ $round -gt 1 ]] || record "$n entries" 0 'too little memory'
                continue
            fi
            measure_references "$n entries" "$round" 4 "$n" 2
        done
    done
}
