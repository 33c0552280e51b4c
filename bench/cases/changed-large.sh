title="Store 8 files of $(mib "$(scaled 268435456 4096)") again, one of them changed"
kind=again
BENCH_RANKS=$(tr ' ' '\n' <<<"$BENCH_RANKS" | grep -x 2) # each method keeps a store of its own

make_source() {
    data "$source" 8 "$(scaled 268435456 4096)" 2
}

change() { # ROUND
    data "$source" 8 "$(scaled 268435456 4096)" "$((100 + $1))" 8 "$(($1 % 8))"
}
