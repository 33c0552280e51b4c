# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034
# What lost.sh records. Each scenario has prepare_X, which fills the base; record_X, which does
# something to the store and has it judged; again_X, which prints the commands given again. Of a pair
# of processes the first is stopped before its k-th change, for each k, while the second runs to its
# end and reports; then the power fails.

prepare_small() {
    "$QUIRE" init >/dev/null
    head -n 100000 tree/large.txt >large.txt # still a blob of its own
    mv large.txt tree
    quire log other -t dataset tree/one.txt --alias keep >/dev/null
    echo "rank 0" >own-0.txt
    echo "rank 1" >own-1.txt
    echo patched >patched.txt
}

with_tree() {
    prepare_small
    quire log new -t dataset tree --alias best >/dev/null
}

single() { # one command that is recorded and judged
    step recorded "$QUIRE" "$@"
}

words() { # the commands given again, from the words of one
    printf "'%s'" "$QUIRE"
    printf " '%s'" "$@"
    echo
}

whole() { # the state after all commands is that of the last report
    cp -a "$QUIRE_STORE" "$work/after"
    judge "$work"
}

log_words='log new -t dataset tree --reference s3://bucket/key.bin --no-checksum --alias best'

prepare_log() { prepare_small; }
# shellcheck disable=SC2086 # words
record_log() {
    single $log_words --durability "$durability"
    whole
}
# shellcheck disable=SC2086
again_log() { words $log_words; }

# The cache knows all files but one; see scenarios.sh.
prepare_log_cached() {
    export QUIRE_CACHE="$work/cache"
    QUIRE_STORE=$work/store # by whose name the cache knows it
    prepare_small
    mv tree/large.txt .
    sleep 2.1 # so that times can be told apart
    quire log new -t dataset tree large.txt >/dev/null
    quire log new -t dataset tree >/dev/null
    quire rm new:v0 >/dev/null
    mv "$work/store" "$work/base"
}
cached_words='log new -t dataset tree large.txt own-0.txt --alias best'
# shellcheck disable=SC2086
record_log_cached() {
    QUIRE_FAULT_TRACE=$work/points single $cached_words --durability "$durability"
    if ! grep -q ' utime ./blobs/' "$work/points.0" || grep -q ' link ./blobs/' "$work/points.0"; then
        fail 'the large file was read'
    fi
    whole
}
# shellcheck disable=SC2086
again_log_cached() { words $cached_words; }

prepare_patch() { with_tree; }
patch_words='patch new:v0 --remove sub/deep --under added patched.txt tree/large.txt --alias best'
# shellcheck disable=SC2086
record_patch() {
    single $patch_words --durability "$durability"
    whole
}
# shellcheck disable=SC2086
again_patch() { words $patch_words; }

prepare_draft() { prepare_small; }
record_draft() {
    single upsert new -t dataset --distributed-id job --writer 1 tree/one.txt --durability "$durability"
    single upsert new -t dataset --distributed-id job --writer 2 tree --alias best \
        --durability "$durability"
    single finish new -t dataset --distributed-id job --expect 2 --durability "$durability"
    whole
}
again_draft() {
    words upsert new -t dataset --distributed-id job --writer 1 tree/one.txt
    words upsert new -t dataset --distributed-id job --writer 2 tree --alias best
    words finish new -t dataset --distributed-id job --expect 2
}

prepare_alias() {
    with_tree
    quire patch new:v0 patched.txt >/dev/null
}
record_alias() {
    single alias new:v1 best first
    whole
}
again_alias() { words alias new:v1 best first; }

prepare_gc() {
    prepare_alias
    awk 'BEGIN { for (i = 0; i < 150000; i++) print "other", i }' >tree/large.txt
    quire log new -t dataset tree >/dev/null
    quire rm new:v2 >/dev/null
    echo short >tree/sub/small.txt
    quire log new -t dataset tree/sub --ttl 1 >/dev/null
    sleep 1.1
}
record_gc() {
    single gc --grace 0
    whole
}
again_gc() { words gc --grace 0; }

prepare_log2() { prepare_small; }
collective() { # COMMAND…: on two ranks, which alone are recorded
    # shellcheck disable=SC2016 # for the other shell
    TMPDIR=/tmp timeout "$LIMIT" "$MPIEXEC" --oversubscribe -n 2 \
        sh -c 'LD_PRELOAD=$0 exec "$@"' "$FAULTLINE" "$QUIRE_MPI" "$@"
}
record_log2() {
    step collective log new -t dataset --distributed-id job tree 'own-{rank}.txt' --alias best \
        --durability "$durability"
    whole
}
again_log2() {
    echo "TMPDIR=/tmp '$MPIEXEC' --oversubscribe -n 2 '$QUIRE_MPI' log new -t dataset" \
        "--distributed-id job tree 'own-{rank}.txt' --alias best"
}

# --- pairs ---

first() { # COMMAND…: stopped before its change number $point; false when it ended before
    rm -f "$work"/points.*
    QUIRE_FAULT_TRACE=$work/points QUIRE_FAULT_AT=$point QUIRE_FAULT_KIND=stop \
        LD_PRELOAD=$FAULTLINE "$QUIRE" "$@" >"$work/first.out" 2>&1 &
    process=$!
    while kill -0 "$process" 2>/dev/null; do
        grep -qs ' FAULT$' "$work"/points.* && return
        sleep 0.002
    done
    wait "$process" || true
    return 1
}

pair() { # FIRST SECOND: words of two commands
    point=0
    points=0
    : >"$work/all"
    while :; do
        point=$((point + stride))
        rm -rf "$QUIRE_STORE" "$work"/ref.* "$work/after" "$work/trace" "$work/pool" "$work/cache"
        cp -a "$work/base" "$QUIRE_STORE"
        [ ! -d "$work/cache.base" ] || cp -a "$work/cache.base" "$work/cache"
        reports=0
        # shellcheck disable=SC2086
        first $1 || break
        # shellcheck disable=SC2086
        run recorded "$QUIRE" $2
        kill -9 "$process"
        { wait "$process" || true; } 2>/dev/null
        [ "$code" = 0 ] || continue
        need=$(tail -n 1 "$work/out" | sed 's/ .*//')
        step true
        (
            unset QUIRE_FAULT_DIR QUIRE_FAULT_RECORD
            cp -a "$QUIRE_STORE" "$work/after"
            QUIRE_STORE=$work/after "$work/again" || fail "again: $(cat "$work/again.out")"
        )
        points=$((points + 1))
        "$LOST" "$work" --need "${need%%:*}:" --repeat "$repeat" >"$work/said" 2>&1 || {
            cat "$work/said"
            trap - EXIT
            fail "$scenario, $durability, the first stopped before change $point: left in $work"
        }
        cat "$work/said" >>"$work/all"
    done
    echo "$scenario, $durability: the first process stopped at $points points;" \
        "$(awk '{ gsub(",", ""); j += $11 } END { print j + 0 }' "$work/all") states judged"
}

prepare_pair_same() { prepare_small; }
record_pair_same() {
    pair "$log_words --durability $durability" "$log_words --durability $durability"
}
# shellcheck disable=SC2086
again_pair_same() { words $log_words; }

# Also the folders are made by the first.
prepare_pair_other() {
    prepare_small
    rm -rf "$QUIRE_STORE"
    "$QUIRE" init >/dev/null
}
record_pair_other() {
    pair "$log_words --durability $durability" "log two -t dataset tree --durability $durability"
}
# shellcheck disable=SC2086
again_pair_other() {
    words $log_words
    words log two -t dataset tree
}

prepare_pair_alias() { with_tree; }
record_pair_alias() {
    pair "log new -t dataset own-0.txt --durability $durability" 'alias new:latest first'
}
again_pair_alias() {
    words log new -t dataset own-0.txt
    words alias new:latest first
}

prepare_pair_patch() { with_tree; }
record_pair_patch() {
    pair "log new -t dataset own-0.txt --durability $durability" \
        "patch new:latest patched.txt --durability $durability"
}
again_pair_patch() { # what the patch begins from depends on how far the first got
    words log new -t dataset own-0.txt
    words patch new:latest patched.txt
}

# The second takes the blob that the first has stored, and not synced yet, by what the cache knows:
# that of its own, which somebody has deleted, is gone.
prepare_pair_cached() {
    export QUIRE_CACHE="$work/cache"
    QUIRE_STORE=$work/store # by whose name the cache knows it
    prepare_small
    mv tree/large.txt .
    sleep 2.1 # so that times can be told apart
    quire log two -t dataset large.txt >/dev/null
    quire rm two:v0 >/dev/null
    quire gc --grace 0 >/dev/null
    mv "$work/store" "$work/base"
    mv "$work/cache" "$work/cache.base"
}
record_pair_cached() {
    pair "log new -t dataset large.txt --no-cache --durability $durability" \
        "log two -t dataset large.txt --durability $durability"
}
again_pair_cached() {
    words log new -t dataset large.txt
    words log two -t dataset large.txt
}

upsert_words='upsert new -t dataset --distributed-id job --writer 1 tree'
prepare_pair_upsert() { prepare_small; }
record_pair_upsert() {
    pair "$upsert_words --durability $durability" "$upsert_words --durability $durability"
}
# shellcheck disable=SC2086
again_pair_upsert() { words $upsert_words; }

finish_words='finish new -t dataset --distributed-id job --expect 1'
prepare_pair_finish() {
    prepare_small
    # shellcheck disable=SC2086
    quire $upsert_words >/dev/null
}
record_pair_finish() {
    pair "$finish_words --durability $durability" "$finish_words --durability $durability"
}
# shellcheck disable=SC2086
again_pair_finish() { words $finish_words; }
