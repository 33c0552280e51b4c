# What starting MPI costs, on as many ranks as quire-mpi has: taken off where a figure is without it.

startup_program=$build/bench/bench_startup
[[ -n $MPIEXEC ]] || startup_program=

startup_methods() {
    local n
    [[ -n $MPIEXEC ]] || return 0
    for n in $BENCH_RANKS; do
        echo "startup@$n"
    done
}

startup_version() {
    "$MPIEXEC" --version
}

startup_syncs() {
    echo 'nothing: MPI_Init and MPI_Finalize alone'
}

startup_store() {
    ranks "$variant" "$build/bench/bench_startup"
}

startup_again() {
    startup_store
}

startup_restore() {
    startup_store
}
