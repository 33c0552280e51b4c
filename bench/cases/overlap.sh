# How much of the time to store is hidden behind the computing of a simulation. Measured by the
# program bench_overlap (bench/programs/overlap.c), called as `bench_overlap STORE MIB`: it begins a log
# of MIB of memory a rank, computes meanwhile, waits, and prints the share of the store time that did
# not lengthen the whole, in percent. Not bound to a core, as mpirun would: the spare one is the point.
title='Storing hidden behind computing, one rank and a spare core'
kind=own
BENCH_MPIRUN+=' --bind-to none'
needs_mpi=yes
phase_title='store time hidden, %'

look() {
    read -r phase _ <"$area/stdout"
}

run_own() {
    local round program=$build/bench/bench_overlap
    for ((round = 1; round <= BENCH_ROUNDS; round++)); do
        mkdir -p "$area/t"
        "$QUIRE" init --store "$area/t/store" >/dev/null
        ranks 1 "$program" "$area/t/store" "$(scaled 1024 1)"
        measure '1 rank' "$round" "$area/t"
        discard "$area/t"
    done
}
