#!/bin/sh
# crash.sh WITH_SERVER MODULES: killed at each request, before the server acts on it or after, alone and as rank 0 of
# several: nothing is committed, or the whole; the same command again completes it, and makes no second version.
#
# Most of the time is waiting, for requests to be held and for mpirun to notice: each command and each of before and
# after is a lane, with a server of its own, beside the others. By hand one lane is
#   with_server.sh MODULES -- crash.sh lane log|upsert|finish|ranks before|after

set -eu
if [ "${1:-}" != lane ]; then
    : "${2:?usage: crash.sh WITH_SERVER MODULES}"
    folder=$(mktemp -d "${TMPDIR:-/tmp}/wandb-crash.XXXXXX")
    lanes=
    # shellcheck disable=SC2317 # the trap calls it
    stop() {
        for lane in $lanes; do
            kill "${lane#*=}" 2>/dev/null || true
        done
        rm -rf "$folder"
    }
    trap stop EXIT
    trap 'exit 143' TERM
    trap 'exit 130' INT
    for lane in ranks-before ranks-after log-before log-after finish-before finish-after upsert-before upsert-after; do
        "$1" "$2" -- "$0" lane "${lane%-*}" "${lane#*-}" >"$folder/$lane" 2>&1 &
        lanes="$lanes $lane=$!"
    done
    result=0
    for lane in $lanes; do
        code=0
        wait "${lane#*=}" || code=$?
        sed "s/^/${lane%=*}: /" "$folder/${lane%=*}"
        [ "$code" = 0 ] || [ "$result" = 1 ] || result=$code
        [ "$code" = 0 ] || [ "$code" = 77 ] || result=1 # one that failed is more than one that was not run
    done
    lanes=
    exit "$result"
fi

# shellcheck source=tests/wandb/lib.sh
. "$(dirname "$0")/lib.sh"
needs QUIRE_MPI MPIEXEC
wandb_begin
mkdir small
cases=0

versions() {
    "$QUIRE" ls "$name" 2>/dev/null | wc -l
}

check_whole() { # WHAT
    rm -rf back
    expect_code 0 "$QUIRE" get "$name" -o back
    diff -r small back >/dev/null || fail "another content after $1"
}

begin_log() {
    exec "$QUIRE" log "$name" -t dataset small --alias good
}
begin_upsert() {
    exec "$QUIRE" upsert "$name" -t dataset --distributed-id one --writer a small
}
begin_finish() {
    exec "$QUIRE" finish "$name" -t dataset --distributed-id one --alias good
}
# The process of rank 0 tells who it is, and is the one that is killed.
begin_ranks() {
    # shellcheck disable=SC2016 # for the shell of each rank
    TMPDIR=/tmp exec "$MPIEXEC" --oversubscribe -n 3 sh -c \
        '[ "$OMPI_COMM_WORLD_RANK" != 0 ] || echo $$ >victim; exec "$0" "$@"' \
        "$QUIRE_MPI" log "$name" -t dataset --distributed-id one small --alias good
}

prepare() { # MAKER: what has to be there before
    for i in 1 2 3; do
        echo "file $i of $name" >small/$i
    done
    [ "$1" != begin_finish ] || expect_code 0 "$QUIRE" upsert "$name" -t dataset --distributed-id one \
        --writer a small
}

again() { # MAKER
    case $1 in
    begin_upsert)
        expect_code 0 "$QUIRE" upsert "$name" -t dataset --distributed-id one --writer a small
        expect_code 0 "$QUIRE" finish "$name" -t dataset --distributed-id one --alias good
        ;;
    *)
        run sh -c "exit 0"
        ( "$1" ) >"$work/out" 2>"$work/err" || {
            show_run
            fail "$1 again: $name"
        }
        ;;
    esac
}

# kill_at MAKER N WHEN: 1 when there is no N-th request
kill_at() {
    name=$(echo "$1" | tr -d _)-$2-$3
    prepare "$1"
    rm -f victim
    control hold -d "{\"operation\":\"*\",\"at\":$2,\"count\":1000,\"when\":\"$3\"}" >/dev/null
    ( "$1" ) >"$work/out" 2>"$work/err" &
    process=$!
    wait_held=1
    until control 'held?count=1&wait=1' >/dev/null 2>&1; do
        if ! kill -0 "$process" 2>/dev/null; then # it is through
            wait_held=0
            break
        fi
    done
    victim=$process
    [ ! -s victim ] || victim=$(cat victim)
    kill -KILL "$victim" 2>/dev/null || true
    wait "$process" 2>/dev/null || true
    control release -d '{"act":false}' >/dev/null
    [ "$wait_held" = 1 ] || return 1
    cases=$((cases + 1))
    sleep 0.02 # what the server was at when it let go
    found=$(versions)
    [ "$found" -le 1 ] || fail "$found versions: $name"
    [ "$found" = 0 ] || check_whole "a kill at $name"
    again "$1"
    same "versions after $name" 1 "$(versions)"
    check_whole "$name, again"
    expect_code 0 "$QUIRE" show "$name:good"
}

maker=begin_$2
when=$3
n=1
while kill_at "$maker" $n "$when"; do
    n=$((n + 1))
    [ $n -lt 60 ] || fail "no end of requests: $maker"
done
[ $n -gt 4 ] || fail "only $n requests: $maker"
echo "$cases cases"
no_problems
