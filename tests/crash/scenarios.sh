# shellcheck shell=sh
# shellcheck disable=SC2154
# The commands that crash.sh disturbs. Each scenario has three functions: prepare_X fills the store
# that it begins in, command_X is disturbed, again_X is what a user does next. Collection `other` is
# only there to be left alone. crash.sh sets what is used here.

ranks_of() { # SCENARIO
    case $1 in
    *3) echo 3 ;;
    *) echo 1 ;;
    esac
}

threads_of() { # SCENARIO: of the command that is disturbed
    case $1 in
    *_threads) echo 3 ;;
    *) echo 1 ;;
    esac
}

# It reads into the target, where the harm is done instead of in the store.
is_get() { # SCENARIO
    case $1 in
    get | get_*) true ;;
    *) false ;;
    esac
}

# Whether the undisturbed command went the way that the scenario is there for.
expected() { # SCENARIO
    case $1 in
    log_cached)
        grep -q ' utime ./blobs/' "$work/trace.0" && ! grep -q ' link ./blobs/' "$work/trace.0"
        ;;
    log_link) # or a clone, where the filesystem makes one
        grep -q ' link ./tmp/.*[.]link$' "$work/trace.0" ||
            cp --reflink=always "$work/trace.0" "$work/clone" 2>/dev/null
        ;;
    esac
}

# What a reader may see otherwise than before or after: a draft, which is open or sealed meanwhile.
in_between() { # SCENARIO
    case $1 in
    log3 | finish | push_parts) echo draft ;;
    *) echo none ;;
    esac
}

single() { # a quire command, under the faultline when $preload names it
    timeout "$LIMIT" env LD_PRELOAD="$preload" QUIRE_THREADS="$(threads_of "$scenario")" "$QUIRE" "$@"
}

# A quire-mpi command; the library is for the ranks, not for what starts them. Each rank leaves its
# exit code, and only one that is killed shows it to mpirun, which else would end the others.
collective() {
    rm -rf "$QUIRE_FAULT_TRACE".exit.* "$QUIRE_FAULT_TRACE".shm
    mkdir "$QUIRE_FAULT_TRACE".shm
    # Killed ranks leave their shared memory behind: not in /dev/shm, where nobody would remove it.
    export OMPI_MCA_btl_vader_backing_directory="$QUIRE_FAULT_TRACE".shm
    # Open MPI keeps sockets in TMPDIR, whose path must be short.
    # shellcheck disable=SC2016 # for the other shell
    TMPDIR=/tmp timeout "$LIMIT" "$MPIEXEC" --oversubscribe -n "$ranks" \
        sh -c 'code=0
               LD_PRELOAD=$0 "$@" || code=$?
               echo $code >"$QUIRE_FAULT_TRACE.exit.$OMPI_COMM_WORLD_RANK"
               [ $code -lt 128 ] || exit $code' "$preload" "$QUIRE_MPI" "$@" || return
    sort -u "$QUIRE_FAULT_TRACE".exit.* >"$work/exits"
    [ "$(wc -l <"$work/exits")" = 1 ] || return 126
    return "$(cat "$work/exits")"
}

prepare_log() {
    "$QUIRE" init >/dev/null
    head -n 120000 tree/large.txt >large.txt # still a blob of its own
    mv large.txt tree
    echo '{"columns":["step","loss"],"data":[[1,0.5],[2,0.25]]}' >tree/loss.table.json
    quire log other -t dataset tree/one.txt --alias keep >/dev/null
}

command_log() {
    single log new -t dataset tree --reference s3://bucket/key.bin --no-checksum --alias best
}

again_log() {
    command_log
}

# The large file is linked into the store, where that can be done.
prepare_log_link() {
    prepare_log
}

command_log_link() {
    single log new -t dataset --link tree --alias best
}

again_log_link() {
    command_log_link
}

# The cache knows all files but one. The newest version has the small ones; the blob of the large one
# lies in the store without a version that names it: the log takes it by its digest.
prepare_log_cached() {
    export QUIRE_CACHE="$work/cache"
    QUIRE_STORE=$work/store # by whose name the cache knows it
    prepare_log
    mv tree/large.txt .
    sleep 2.1 # so that times can be told apart
    quire log new -t dataset tree large.txt >/dev/null
    quire log new -t dataset tree >/dev/null
    quire rm new:v0 >/dev/null
    echo unknown >unknown.txt
    mv "$work/store" "$work/base"
    mv "$work/cache" "$work/cache.base"
}

command_log_cached() {
    single log new -t dataset tree large.txt unknown.txt --alias best
}

again_log_cached() {
    command_log_cached
}

# Files enough for threads.
many() {
    mkdir tree/many
    for i in $(seq 70); do
        echo "$i" >"tree/many/$i.txt"
    done
}

prepare_log_threads() {
    many
    prepare_log
}

command_log_threads() {
    command_log
}

again_log_threads() {
    command_log
}

# From a store beside it; the newest version here has some of the files.
prepare_push() {
    prepare_log
    QUIRE_STORE=$work/source "$QUIRE" init >/dev/null
    QUIRE_STORE=$work/source quire log new -t dataset tree --alias best --tag t >/dev/null
    mv tree/large.txt .
    quire log new -t dataset tree >/dev/null
    mv large.txt tree
}

command_push() {
    single push "$work/source" new:v0 "$QUIRE_STORE" --alias first
}

again_push() {
    command_push
}

# Files enough for two parts, which go into a draft.
prepare_push_parts() {
    mkdir tree/many
    awk 'BEGIN { for (i = 0; i < 4100; i++) { name = "tree/many/" i; print i > name; close(name) } }'
    prepare_push
}

command_push_parts() {
    command_push
}

again_push_parts() {
    command_push
}

prepare_get() {
    prepare_log
    quire log new -t dataset tree >/dev/null
}

command_get() {
    single get new -o target
}

again_get() {
    command_get
}

prepare_get_threads() {
    many
    prepare_get
}

command_get_threads() {
    command_get
}

again_get_threads() {
    command_get
}

# Files that all ranks share, one of each rank's own, a table and a reference.
prepare_log3() {
    prepare_log
    for r in 0 1 2; do
        echo "rank $r" >"own-$r.txt"
    done
}

command_log3() {
    collective log new -t dataset --distributed-id job tree 'own-{rank}.txt' \
        --reference s3://bucket/key.bin --no-checksum --alias best
}

again_log3() {
    command_log3
}

prepare_upsert() {
    prepare_log
    quire upsert new -t dataset --distributed-id job --writer 1 tree/one.txt >/dev/null
}

command_upsert() {
    single upsert new -t dataset --distributed-id job --writer 2 tree --alias best
}

again_upsert() {
    command_upsert
}

prepare_finish() {
    prepare_upsert
    quire upsert new -t dataset --distributed-id job --writer 2 tree --alias best >/dev/null
}

command_finish() {
    single finish new -t dataset --distributed-id job --expect 2
}

again_finish() {
    command_finish
}

prepare_patch() {
    prepare_log
    quire log new -t dataset tree --alias best >/dev/null
    echo patched >patched.txt
}

command_patch() {
    single patch new:v0 --remove sub/deep --under added patched.txt tree/large.txt --alias best
}

again_patch() {
    command_patch
}

prepare_alias() {
    prepare_patch
    quire patch new:v0 patched.txt >/dev/null
}

command_alias() {
    single alias new:v1 best first
}

again_alias() {
    command_alias
}

prepare_rm() {
    prepare_alias
}

command_rm() {
    single rm new:v0 --delete-aliases
}

# What is deleted already is not there.
again_rm() {
    command_rm || [ $? -eq 5 ]
}

# Garbage of each kind: what a deleted version held, one that expires, what a writer left in tmp/.
prepare_gc() {
    prepare_alias
    awk 'BEGIN { for (i = 0; i < 200000; i++) print "other", i }' >tree/large.txt
    echo small >tree/sub/small.txt
    quire log new -t dataset tree >/dev/null
    quire rm new:v2 >/dev/null
    echo short >tree/sub/small.txt
    quire log new -t dataset tree/sub --ttl 1 >/dev/null
    touch -d '9 days ago' "$QUIRE_STORE/tmp/00000000000000000000000000000000"
    sleep 1.1
}

command_gc() {
    single gc --grace 0
}

again_gc() {
    command_gc
}
