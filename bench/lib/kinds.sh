# The kinds of case: what is prepared, what is timed. In each round every method has its turn, so that
# whatever the machine does meanwhile meets all of them.

source=  # the case's files; make_source makes them
targets= # where tools store
methods=

kind_begin() { # VERB
    source=$area/source
    targets=$area/targets
    mkdir -p "$targets"
    methods=$(methods_of "$1")
    make_source
    sleep "$BENCH_SETTLE"
}

new_target() { # FOLDER
    mkdir -p "$1"
    peer_call begin "$source" "$1" >"$area/stdout" 2>"$area/stderr" || {
        tail -n 5 "$area/stderr" >&2
        say "$case: $peer cannot begin in $1"
    }
}

warm_source() {
    find "$source" -type f -exec cat {} + >/dev/null
}

# The same content has the same digest, by however many ranks it is stored.
digest=

check_digest() { # METHOD TARGET
    local found
    [[ $1 == quire* ]] || return 0
    found=$("$QUIRE" show bench --store "$2/store" --json | grep -o '"digest": *"[0-9a-f]*"' | head -n 1)
    digest=${digest:-$found}
    [[ -n $found && $found == "$digest" ]] || {
        say "$case: $1 made $found, another method $digest"
        return 1
    }
}

# Store files where there is nothing.
run_store() {
    local round method target=
    look() {
        check_digest "$1" "$target"
    }
    kind_begin store
    digest=
    for ((round = 1; round <= BENCH_ROUNDS; round++)); do
        warm_source
        for method in $methods; do
            take_method "$method"
            target=$targets/t
            new_target "$target"
            peer_call store "$source" "$target"
            measure "$method" "$round" "$target"
            discard "$target"
        done
    done
}

# Store once more what is stored, after change() has changed a part of it, or nothing.
run_again() {
    local round method
    kind_begin again
    for method in $methods; do
        take_method "$method"
        new_target "$targets/$method"
        peer_call store "$source" "$targets/$method"
        "${command[@]}" >"$area/stdout" 2>"$area/stderr" </dev/null || say "$case: $method cannot store"
    done
    for ((round = 1; round <= BENCH_ROUNDS; round++)); do
        change "$round"
        sleep "$BENCH_SETTLE"
        warm_source
        for method in $methods; do
            take_method "$method"
            peer_call again "$source" "$targets/$method"
            measure "$method" "$round" "$targets/$method"
        done
    done
}

# Write what is stored to a new folder.
run_restore() {
    local round method out=$area/out wanted name
    look() { # every file must be there
        [[ $1 == startup* || $(files_below "$out") == "$wanted" ]]
    }
    kind_begin restore
    wanted=$(files_below "$source")
    for name in $(tr ' ' '\n' <<<"$methods" | cut -d@ -f1 | uniq); do
        take_method "$name"
        new_target "$targets/$name"
        peer_call store "$source" "$targets/$name"
        [[ $name == startup ]] || "${command[@]}" >"$area/stdout" 2>"$area/stderr" </dev/null ||
            say "$case: $name cannot store"
    done
    for ((round = 1; round <= BENCH_ROUNDS; round++)); do
        warm_source
        for method in $methods; do
            take_method "$method"
            mkdir "$out"
            peer_call restore "$targets/$peer" "$out"
            measure "$method" "$round" "$out"
            discard "$out"
        done
    done
}

files_below() { # FOLDER: how many, and their bytes
    find "$1" -type f -printf '%s\n' | awk '{ n++; b += $1 } END { printf "%d %.0f\n", n, b }'
}

data() { # as bench_data
    "$build/bench/bench_data" "$@" || die "cannot make the data of $case"
}

ranks_label() { # N
    if [[ $1 -eq 1 ]]; then
        echo '1 rank'
    else
        echo "$1 ranks"
    fi
}

# One run of bench_references; its FIELD (1 the upsert's seconds, 2 the finish's, 3 bytes of memory an
# entry) is the phase, and `extra` how many times the memory of any other rank rank 0 has.
measure_references() { # ROW ROUND RANKS ENTRIES FIELD
    mkdir -p "$area/t"
    "$QUIRE" init --store "$area/t/store" >/dev/null
    measure_ranks "$1" "$2" "$3" "$5" "$build/bench/bench_references" "$area/t/store" bench "$4"
    discard "$area/t"
}

# One run of a program that prints such a line.
measure_ranks() { # ROW ROUND RANKS FIELD COMMAND…
    local row=$1 round=$2 n=$3 field=$4
    look() {
        local values
        read -r -a values <"$area/stdout" && [[ ${#values[@]} -eq 5 ]] || return 1
        phase=${values[field - 1]}
        [[ ${values[4]} == 0 ]] || extra=$(awk -v a="${values[3]}" -v b="${values[4]}" 'BEGIN { printf "%.3f", a / b }')
    }
    shift 4
    mkdir -p "$area/t"
    ranks "$n" "$@"
    measure "$row" "$round" "$area/t"
}
