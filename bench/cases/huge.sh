# One file: more than one rank can help only if the file itself is divided. Where the disk is what takes its
# time, ranks show without syncing.
title="Store one file of $(mib "$(scaled 4294967296 4096)")"
kind=store
quire_unsynced='1 2'
BENCH_PEERS=$(tr ' ' '\n' <<<"$BENCH_PEERS" | grep -xE 'quire|startup|hash|cp|tar' | tr '\n' ' ')

make_source() {
    data "$source" 1 "$(scaled 4294967296 4096)" 3
}
