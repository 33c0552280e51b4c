# quire: alone, and quire-mpi on as many ranks as the variant says; `-none` syncs nothing, as most peers.

quire_program=$QUIRE
quire_unsynced=2 # ranks that also store without syncing anything

quire_methods() {
    local n
    echo quire
    [[ -n $MPIEXEC ]] || return 0
    for n in $BENCH_RANKS; do
        echo "quire@$n"
        [[ $1 != store || " $quire_unsynced " != *" $n "* ]] || echo "quire@$n-none"
    done
}

quire_version() {
    "$QUIRE" version
}

quire_syncs() {
    echo "files and folders before the version is there (durability $BENCH_DURABILITY; -none: nothing)"
}

quire_run() {
    if [[ -z $variant ]]; then
        command=("$QUIRE" "$@")
    else
        ranks "${variant%-none}" "$QUIRE_MPI" "$@"
    fi
}

quire_begin() {
    "$QUIRE" init --store "$2/store"
}

quire_store() {
    local durability=$BENCH_DURABILITY
    [[ $variant != *-none ]] || durability=none
    quire_run log bench --type dataset "$1" --store "$2/store" --durability "$durability" --quiet
}

quire_again() {
    quire_store "$@"
}

quire_restore() {
    quire_run get bench --store "$1/store" -o "$2" --quiet
}
