# The base consists of references: an entry without a file costs a patch as much as any other.
title='Patch a version by 100 files of 4 KiB, by entries of the version'
kind=own
needs_mpi=yes
methods=
for entries in 10000 100000 1000000; do
    methods+="$(scaled "$entries" 10) "
done

run_own() {
    local round entries
    for entries in $methods; do
        mkdir -p "$area/$entries"
        "$QUIRE" init --store "$area/$entries/store" >/dev/null
        ranks 2 "$build/bench/bench_references" "$area/$entries/store" bench "$entries"
        "${command[@]}" >/dev/null || die "cannot make a version of $entries entries"
    done
    for ((round = 1; round <= BENCH_ROUNDS; round++)); do
        data "$area/changes" 100 4096 "$((200 + round))"
        for entries in $methods; do
            command=("$QUIRE" patch bench:v0 --store "$area/$entries/store" --under changes
                "$area/changes" --durability "$BENCH_DURABILITY" --quiet)
            measure "$entries entries" "$round" "$area/$entries"
        done
    done
}
