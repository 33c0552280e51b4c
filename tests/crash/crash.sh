#!/bin/sh
# Harm at every store-changing call of a command, and whether the store stands it.
#
#   crash.sh SCENARIO STRIDE KIND...             every STRIDE-th point, with each kind of harm
#   crash.sh replay SCENARIO POINT KIND [RANK]   one point again; leaves its folder to be looked at
#
# Scenarios are in scenarios.sh. Kinds are those of faultline.h, and `errors`: at each point one of
# those that let a call fail, in turn. After each point, in a store of its own:
#
# - the store is sound, nothing that has to stay is gone or changed, and what a reader sees is as it
#   was before the command or as it is after it;
# - a command that was not killed has done all, or says in one line why it has not;
# - the command given again succeeds, and all is as if it had never been disturbed.
#
# By hand it takes the programs of build/, or of BUILD=DIR.

# Nothing here depends on a disk, and thousands of syncs of one would take minutes.
[ -n "${TMPDIR:-}" ] || [ ! -w /dev/shm ] || TMPDIR=/dev/shm
export TMPDIR="${TMPDIR:-/tmp}"
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"
# shellcheck source=tests/crash/scenarios.sh
. "$(dirname "$0")/scenarios.sh"
needs FAULTLINE

# A call has the same number each time it is counted only where one thread makes them.
export QUIRE_THREADS=1
LIMIT=20 # seconds; a command that takes longer hangs
point=0
kind=none
rank=0
preload=

# A finding: what, where, and how to see it again.
bad() {
    show_run
    fail "$*
  at point $(sed -n "${point}p" "$work/trace.$rank" 2>/dev/null | grep . || echo "$point")
  again: $me replay $scenario $point $kind $rank"
}

# What a reader sees, without times; a collection that is not there is empty.
state() {
    : >"$work/list"
    for command in 'ls new -l' 'ls other -l' 'drafts -l'; do
        # shellcheck disable=SC2086 # words
        run "$QUIRE" $command
        [ "$code" = 0 ] || [ "$code" = 5 ] || bad "$command exits with $code"
        cat "$work/out" >>"$work/list"
    done
    awk '/:v/ { print "version", $1, $3, $4, $6
                for (n = split($8, names, ","); n > 0; n--)
                    if (names[n] != "latest") print "alias", names[n], $1
                next }
         { sub(/, since .*/, ""); print "draft", $0 }' "$work/list"
}

# What was committed; what is under way, and drafts, come and go.
committed() {
    (cd "$QUIRE_STORE" && find . -type f ! -path './tmp/*' ! -path './trash/*' \
        ! -path './leases/*' ! -path '*/drafts/*' -exec sha256sum {} + | sort)
}

names() { # LISTING: without digests, as records have times
    cut -c 67- "$work/$1" | sort
}

# The command of the scenario, in a fresh store, with harm at $point. What it has beside the store, a
# cache or a target, is that of the beginning, too.
disturb() {
    rm -rf "$QUIRE_STORE" "$work/cache" "$work/target" "$work"/trace.*
    cp -a "$work/base" "$QUIRE_STORE"
    [ ! -d "$work/cache.base" ] || cp -a "$work/cache.base" "$work/cache"
    mkdir "$work/target"
    if [ "$point" -gt 0 ]; then
        export QUIRE_FAULT_AT="$point" QUIRE_FAULT_KIND="$kind" QUIRE_FAULT_RANK="$rank"
    fi
    preload=$FAULTLINE
    { run "command_$scenario"; } 2>/dev/null # where the shell tells of killed children
    unset QUIRE_FAULT_AT QUIRE_FAULT_KIND QUIRE_FAULT_RANK
    preload=
    [ "$code" -ne 124 ] || bad "hangs for $LIMIT s"
    [ "$code" -ne 126 ] || bad "the ranks exit with $(tr '\n' ' ' <"$work/exits")"
    [ "$code" -ne 125 ] || bad 'the harness is set up wrongly'
}

sound() { # WHEN
    run "$QUIRE" verify --all
    [ "$code" = 0 ] || bad "the store is not sound $1"
    state >"$work/state"
    committed >"$work/files"
    comm -23 "$work/keep" "$work/files" >"$work/gone"
    [ ! -s "$work/gone" ] || bad "gone or changed $1: $(head -n 3 "$work/gone")"
}

# What a get has delivered: no file under its name but a whole one, all of them where it ended well,
# and what a file is called meanwhile stays only where it was killed.
delivered() { # EXIT_CODE WHEN
    is_get "$scenario" || return 0
    diff -r "$work/tree" "$work/target" >"$work/diff" 2>&1 || true
    # shellcheck disable=SC2016 # for awk
    awk -v code="$1" -v target="$work/target" -v killed="${kind%%-*}" '
        index($0, "Only in " target) == 1 && $NF ~ /^[.]quire-/ && killed == "kill" { next }
        index($0, "Only in ") == 1 && index($0, target) == 0 && code != 0 { next }
        { print }' "$work/diff" >"$work/wrong"
    [ ! -s "$work/wrong" ] || bad "delivered $2: $(head -n 3 "$work/wrong")"
}

check_exit() {
    case $kind in
    kill*)
        [ "$code" -ne 0 ] || bad 'was killed, but exits with 0'
        return
        ;;
    esac
    [ "$code" -ne 0 ] || return 0
    [ "$(grep -cE '^quire(-mpi)?: ' "$work/err")" = 1 ] || bad "exits with $code, not with one message"
    [ ! -s "$work/out" ] || [ "$ranks" -gt 1 ] || bad "exits with $code, but answers"
}

# Each line of the state is one of the store before or after, none is missing that both have, and no
# alias points to what is not there. Drafts may be in between, where the scenario says so.
check_state() { # EXIT_CODE
    awk -v any="$(in_between "$scenario")" '
        $1 == any { next }
        FILENAME ~ /before/ { old[$0]; next }
        FILENAME ~ /after/ { if ($0 in old) keep[$0]; fine[$0]; next }
        !($0 in old || $0 in fine) { print "neither old nor new:", $0 }
        { seen[$0] }
        $1 == "version" { there[$2] }
        $1 == "alias" { at[$2] = $3 }
        END { for (line in keep) if (!(line in seen)) print "missing:", line
              for (name in at) if (!(at[name] in there)) print "dangling:", name, at[name] }
    ' "$work/before.state" "$work/after.state" "$work/state" >"$work/wrong"
    [ ! -s "$work/wrong" ] || bad "$(cat "$work/wrong")"
    [ "$1" -ne 0 ] || cmp -s "$work/state" "$work/after.state" || bad 'exits with 0, but is not done'
}

check_again() {
    run "again_$scenario"
    [ "$code" = 0 ] || bad "given again it exits with $code"
    delivered 0 'by a repeat'
    sound 'after a repeat'
    diff "$work/after.state" "$work/state" >"$work/diff" || bad "does not converge: $(cat "$work/diff")"
    [ "$scenario" != gc ] || [ "$(names files)" = "$(names after.files)" ] || bad 'garbage stays'
}

# Disturb at $point and check; 1 when the command ended before.
try() {
    disturb
    exit_code=$code
    [ "$(wc -l <"$work/trace.$rank")" -ge "$point" ] || return 1
    if ! grep -q ' FAULT$' "$work/trace.$rank"; then
        # Where they race, the last write may have come earlier than when they were counted.
        [ "$kind" = short ] && [ "$racing" = yes ] &&
            ! tail -n "+$point" "$work/trace.$rank" | grep -qE ' (p?writev?|copy) ' && return 1
        bad 'no harm was done'
    fi
    check_exit
    delivered "$exit_code" 'afterwards'
    sound 'afterwards'
    check_state "$exit_code"
    check_again
}

# A call that only who loses a race makes: until it comes, 19 times.
try_again() {
    for _ in $(seq 19); do
        ! try || return 0
    done
    return 1
}

# The references: the store before, and after the command was given undisturbed.
prepare() {
    rm -rf "$QUIRE_STORE"
    QUIRE_STORE=$work/base
    "prepare_$scenario"
    cp -a "$work/base" "$work/store"
    QUIRE_STORE=$work/store
    QUIRE_FAULT_DIR=$QUIRE_STORE
    ! is_get "$scenario" || QUIRE_FAULT_DIR=$work/target
    export QUIRE_FAULT_DIR QUIRE_FAULT_TRACE="$work/trace"
    : >"$work/keep"
    sound 'at the beginning'
    cp "$work/state" "$work/before.state"
    cp "$work/files" "$work/before.files"
    disturb
    [ "$code" = 0 ] || bad "undisturbed it exits with $code"
    expected "$scenario" || bad 'it does not do what the scenario is about'
    delivered 0 undisturbed
    run "again_$scenario"
    sound 'undisturbed'
    cp "$work/state" "$work/after.state"
    cp "$work/files" "$work/after.files"
    comm -12 "$work/before.files" "$work/after.files" >"$work/keep"
    for r in $(seq 0 $((ranks - 1))); do
        cp "$work/trace.$r" "$work/count.$r"
    done
}

errors() { # N: the name of an error, another one for each N
    set -- $(($1 % 6)) eio enospc edquot eintr estale lost
    shift $(($1 + 1))
    echo "$1"
}

# Every stride-th point of all ranks; the first one differs from kind to kind and rank to rank.
loop() { # STRIDE KIND...
    stride=$1
    shift
    offset=0
    for wish in "$@"; do
        covered=0
        absent=0
        for rank in $(seq 0 $((ranks - 1))); do
            point=$((offset % stride + 1))
            offset=$((offset + 1))
            last=$(wc -l <"$work/count.$rank")
            while :; do
                kind=$wish
                [ "$wish" != errors ] || kind=$(errors $((point / stride + offset)))
                if [ "$wish" = short ] && ! sed -n "${point}p" "$work/count.$rank" |
                    grep -qE ' (p?writev?|copy) '; then
                    [ "$point" -le "$last" ] || break # only writes can be short
                elif try || { [ "$racing" = yes ] && [ "$point" -le "$last" ] && try_again; }; then
                    covered=$((covered + 1))
                elif [ "$point" -gt "$last" ]; then
                    break
                elif [ "$racing" = yes ]; then
                    # Who loses a race makes more calls: this one came when they were counted only.
                    absent=$((absent + 1))
                else
                    bad "ended before point $point of $last"
                fi
                point=$((point + stride))
            done
        done
        echo "$scenario: $wish: $covered points covered, stride $stride, $ranks ranks with" \
            "$(cat "$work"/count.* | wc -l) points, $absent of them never came again"
    done
}

# What is asked for is there: a scenario, and kinds of harm.
check() { # SCENARIO KIND...
    scenario=$1
    grep -qs "^command_$scenario()" "$(dirname "$0")/scenarios.sh" || usage "no such scenario: $scenario"
    ranks=$(ranks_of "$scenario")
    racing=no # ranks or threads, whose calls come in another order each time
    [ "$ranks" = 1 ] && [ "$(threads_of "$scenario")" = 1 ] || racing=yes
    [ "$ranks" = 1 ] || needs QUIRE_MPI MPIEXEC
    shift
    for wish in "$@"; do
        case $wish in
        kill | kill-after | eio | enospc | edquot | eintr | estale | lost | short) ;;
        errors) [ "$replay" = no ] || usage 'errors stands for many: name one' ;;
        *) usage "no such kind of harm: $wish" ;;
        esac
    done
}

is_number() {
    case $1 in
    '' | *[!0-9]*) false ;;
    *) [ "$1" -gt 0 ] ;;
    esac
}

replay=no
if [ "${1:-}" = replay ] && { [ $# -eq 4 ] || [ $# -eq 5 ]; }; then
    replay=yes
    check "$2" "$4"
    is_number "$3" || usage "no such point: $3"
    case ${5:-0} in
    0 | 1 | 2) [ "${5:-0}" -lt "$ranks" ] ;;
    *) false ;;
    esac || usage "no such rank: $5"
    begin
    prepare
    if [ "$racing" = no ] && [ "$3" -gt "$(wc -l <"$work/count.0")" ]; then
        usage "no such point: $3 of $(wc -l <"$work/count.0")"
    fi
    trap 'echo "left in $work: base, store, trace.$rank, out, err"' EXIT
    point=$3 kind=$4 rank=${5:-0}
    try || usage "no such point: the command ended before point $point"
    echo "$scenario, point $(sed -n "${point}p" "$work/trace.$rank"), $kind, rank $rank: stood"
else
    if [ $# -lt 3 ] || ! is_number "$2"; then
        usage 'SCENARIO STRIDE KIND..., or replay SCENARIO POINT KIND [RANK]'
    fi
    scenario=$1
    shift
    stride=$1
    shift
    check "$scenario" "$@"
    set -- "$stride" "$@"
    begin
    prepare
    loop "$@"
fi
