# shellcheck shell=sh
# shellcheck disable=SC2016,SC2034,SC2154
# What is done to the jobs. Ranks 0 to 3 are on hosts 1, 2, 2 and 3; mpirun is on host 1, or on host 4
# that has no rank, as on the head node of a cluster.
#
# A place says which host is cut off, and where mpirun is.

LAYOUT=1:1,2:2,3:1
PLACES='first second third head rank0'

host_of() { # PLACE: the one that is cut off
    case $1 in
    first | rank0) echo 1 ;;
    second) echo 2 ;;
    third) echo 3 ;;
    head) echo 4 ;;
    esac
}

how() { # PLACE: is it cut off
    case $1 in
    first | third) echo cable ;;
    *) echo silently ;;
    esac
}

start_of() { # PLACE: the one with mpirun
    case $1 in
    head | rank0) echo 4 ;;
    *) echo 1 ;;
    esac
}

# Points at which whoever is first makes what the others then find. Who that is differs from run to run;
# but where nobody goes on, all come to it.
RACES='put-collection.json-1 put-draft.json-1'

is_race() { # POINT
    case " $RACES " in
    *" $1 "*) return 0 ;;
    esac
    return 1
}

# Who stops at a point: the ranks of the host that is cut off. Where these do not come to it (rank 0
# alone finishes), or there are none: rank 0, or else all who do. Others may wait for rank 0 before.
holders() { # POINT HOST
    if is_race "$1"; then
        echo ,0,1,2,3,
        return
    fi
    own=
    any=
    for r in 0 1 2 3; do
        grep -qx -e "$1" "$work/trace.$r" || continue
        case $any in
        ,0*) ;;
        *) any=$any,$r ;;
        esac
        case $2$r in
        10 | 21 | 22 | 33) own=$own,$r ;;
        esac
    done
    echo "${own:-$any},"
}

# All points of the job. Sorted: each of several clusters takes its share of one list, and the order in
# which ranks come to them is another one in each.
points() {
    cat "$work"/trace.[0-3] | LC_ALL=C sort -u
}

# One process logs what the ranks will; then the ranks do, undisturbed, and leave their points.
prepare() {
    store=$work/base
    quire init >/dev/null
    echo other >"$work/other.txt"
    quire log other -t dataset "$work/other.txt" >/dev/null
    store=$shared/store
    fresh_store
    for r in 0 1 2 3; do
        on 1 /tmp/shared/bin/files.sh "/tmp/ref/part-$r" "$r"
    done
    on 1 sh -euc "$FROM_HOST"'
        quire log preds -t dataset --under data /tmp/data --under out /tmp/ref/part-?' \
        >"$work/out" 2>"$work/err" || bad 'one process alone cannot log it'
    digest=$(versions | sed 's/.* //')
    fresh_store
    begin_log 1 "$LAYOUT"
    end_log
    [ "$code" = 0 ] || bad "undisturbed it exits with $code"
    is_whole 'undisturbed'
    clean_hosts 1 2 3 4
    cp "$shared"/hold/trace.* "$work"
}

# Somebody turns the draft into a version, from a host that is not cut off: if all parts are in, that
# succeeds, else it is refused with a reason.
check_finish() { # HOST
    all=$(parts)
    on "$1" sh -euc "$FROM_HOST"'
        quire finish preds --distributed-id "$0" --expect "$1"' "$ID" "$RANKS" \
        >"$work/out" 2>"$work/err" && code=0 || code=$?
    if [ "$all" = "$RANKS" ]; then
        [ "$code" = 0 ] || bad "all parts are in, but a finish exits with $code"
        is_whole 'after a finish'
    elif [ "$code" = 5 ] && [ "$all" = 0 ]; then
        grep -q 'no open draft' "$work/err" || bad 'a finish does not say that there is no draft'
    else
        [ "$code" = 3 ] || bad "$all parts are in, and a finish exits with $code"
        grep -q "of $RANKS" "$work/err" || bad 'a finish does not say who is missing'
    fi
}

# A host is cut off while its ranks, or the one that is at work, stand at a point. Then they go on, or
# are ended where they stand.
case_cut() { # POINT PLACE
    lost=$(host_of "$2")
    fresh_store
    begin_held "$(start_of "$2")" "$LAYOUT" "$1" "$(holders "$1" "$lost")"
    pull "$lost" "$(how "$2")"
    case $2 in
    third | head) ;;
    *) let_go ;;
    esac
    end_log
    if [ "$code" = 0 ]; then
        succeeded=$((succeeded + 1))
        is_whole 'when the job exits with 0'
    fi
    clean_hosts 1 2 3 4
    sound 'afterwards'
    [ -z "$(versions)" ] || is_whole 'afterwards'
    case $2 in
    second | head) ;; # the repeat finds what the job has left
    *) check_finish "$(others "$lost" | cut -c 1)" ;;
    esac
    repeat "$lost"
    plug "$lost"
}

# A host is cut off for two seconds, less than anybody waits: the job goes on, and succeeds. Without
# its cable it would not: a host that sees no network refuses new connections at once, and Open MPI
# does not try them again.
case_back() { # POINT PLACE
    lost=$(host_of "$2")
    fresh_store
    usual=$KEEPALIVE
    KEEPALIVE='3 1 5'
    begin_held "$(start_of "$2")" "$LAYOUT" "$1" "$(holders "$1" "$lost")"
    pull "$lost" silently
    let_go
    sleep 2
    plug "$lost"
    end_log
    KEEPALIVE=$usual
    [ "$code" = 0 ] || bad "the host is back, but the job exits with $code"
    clean_hosts 1 2 3 4
    sound 'afterwards'
    is_whole 'afterwards'
}

# What was a rank's upsert or finish told? `STATUS MESSAGE`.
told() { # FILE
    await "$shared/hold/$1" || bad "no $1 is heard of"
    cat "$shared/hold/$1"
}

# A host is cut off, and nothing there takes notice: the daemon that would end the rank is stopped.
# The others complete the draft; then the rank goes on. WHAT it computes is the `same` as what took
# its place, or `other`.
case_late() { # POINT PLACE WHAT
    lost=$(host_of "$2")
    rank=$(holders "$1" "$lost" | tr -d ,)
    fresh_store
    on "$lost" rm -f /tmp/other
    [ "$3" = same ] || on "$lost" sh -c 'echo another result >/tmp/other'
    begin_held "$(start_of "$2")" "$LAYOUT" "$1" "$(holders "$1" "$lost")"
    daemon=$(processes "$lost" | awk '$2 == "orted" { print $1 }')
    [ -n "$daemon" ] || bad "there is no daemon on host $lost, but $(processes "$lost")"
    kill -STOP "$daemon"
    pull "$lost" "$(how "$2")"
    end_log
    [ "$code" != 0 ] || bad 'the job exits with 0 without a rank'
    # shellcheck disable=SC2046 # words
    clean_hosts $(echo "$HOSTS" | tr ' ' '\n' | grep -vx "$lost")
    mv "$shared/hold" "$shared/hold.late"
    repeat "$lost"
    mv "$shared/hold" "$shared/hold.repeat"
    mv "$shared/hold.late" "$shared/hold"
    let_go
    check_late "$1" "$rank" "$3"
    kill -CONT "$daemon"
    clean_hosts "$lost"
    sound 'after a late rank'
    is_whole 'after a late rank'
    plug "$lost"
    on "$lost" rm -f /tmp/other
    rm -rf "$shared/hold.repeat"
}

check_late() { # POINT RANK WHAT
    finished=
    if [ "$1" = barrier-1 ] || ! said=$(told "upsert.$2"); then
        said=$(told "finish.$2")
        finished=1
    fi
    case $3$finished in
    same*) [ "${said%% *}" = 0 ] || bad "what is in, is refused: $said" ;;
    *) [ "${said%% *}" = 4 ] || bad "other results than those that are in, and it is told: $said" ;;
    esac
}

# A host is lost when all parts are in, and the job is repeated on fewer ranks, whose share is another
# one: it does not get what the fourth rank has left.
case_fewer() {
    fresh_store
    begin_held 1 "$LAYOUT" gather-1 ,3,
    pull 3 silently
    let_go
    end_log
    clean_hosts 1 2 3 4
    RANKS=3
    begin_log 1 "$(others 3)"
    end_log
    [ "$code" = 4 ] || bad "with a part too many a log exits with $code"
    grep -q 'more than these 3 ranks' "$work/err" || bad 'a log does not say what is too many'
    [ -z "$(versions)" ] || bad 'there is a version with a part too many'
    quire drafts --drop preds --distributed-id "$ID" >/dev/null || bad 'the draft cannot be dropped'
    ID=next
    begin_log 1 "$(others 3)"
    end_log
    ID=job
    RANKS=4
    [ "$code" = 0 ] || bad "after the draft was dropped a log exits with $code"
    sound 'afterwards'
    versions | grep -q '^preds:v0 ' || bad 'there is no version'
    [ "$(versions)" != "preds:v0 $digest" ] || bad 'the lost rank is in'
    clean_hosts 1 2 4
    plug 3
}

# Nothing is cut off: what the ranks do together over several hosts.
case_whole() {
    fresh_store
    begin_log 1 "$LAYOUT"
    end_log
    [ "$code" = 0 ] || bad "a log exits with $code"
    is_whole 'after a log'
    run mpi 1 "$LAYOUT" /tmp/shared/bin/quire-mpi verify preds:latest
    [ "$code" = 0 ] || bad "verify exits with $code"
    run mpi 4 "$LAYOUT" /tmp/shared/bin/quire-mpi get preds:best -o /tmp/copy --each-node
    [ "$code" = 0 ] || bad "get exits with $code"
    for host in 1 2 3; do
        on "$host" sh -euc 'mkdir -p /tmp/whole/out; cp -R /tmp/data /tmp/whole
            for r in 0 1 2 3; do /tmp/shared/bin/files.sh /tmp/whole/out "$r"; done
            diff -r /tmp/whole /tmp/copy' >"$work/out" 2>&1 || bad "host $host has no whole copy"
    done
    [ -z "$(on 4 find /tmp -name copy)" ] || bad 'mpirun has written where no rank is'
    clean_hosts 1 2 3 4
    repeat 2
}
