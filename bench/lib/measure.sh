# One measurement: run the array `command`, and record what it took as a line of the case's results.

phase= # set by a case's look() after a measurement: what the program measured itself
extra=
failed=no
command=()
ranks_file= # each rank appends what it took, see ranks()

# Put N ranks of a command, each under the timer, into `command`.
ranks() { # N COMMAND…
    local n=$1
    shift
    # shellcheck disable=SC2206 # a list of options
    command=("$MPIEXEC" $BENCH_MPIRUN -n "$n" "$TIMER" "$ranks_file" "$@")
}

record() { # METHOD ROUND STATUS [FIELD…]: wall user sys rss inodes bytes phase extra
    local line
    line=$(printf '%s\t' "$@")
    printf '%s\n' "${line%$'\t'}" >>"$results/$case.tsv"
}

inventory() { # FOLDER…: inodes and bytes in them
    find "$@" -printf '%i %y %s\n' 2>/dev/null | sort -u |
        awk '{ inodes++; if ($2 == "f") bytes += $3 } END { printf "%d %.0f\n", inodes, bytes }'
}

# What was written before is on disk, and memory is there, before the clock starts.
get_ready() { # ROUND
    sync -f "$area"
    memory_touch "$1"
    rm -f "$area"/took "$area"/ranks "$area"/stdout "$area"/stderr
}

measure() { # METHOD ROUND FOLDER: the folder is what the command adds to
    local method=$1 round=$2 folder=$3 code=0 before after wall user system rss
    before=$(inventory "$folder")
    get_ready "$round"
    "$TIMER" "$area/took" "${command[@]}" >"$area/stdout" 2>"$area/stderr" </dev/null || code=$?
    phase='' extra=''
    if [[ $code -eq 0 ]] && ! look "$method"; then
        code=incomplete
    fi
    if [[ $code != 0 ]]; then
        say "$case: $method, round $round failed ($code): ${command[*]}"
        head -n 20 "$area/stderr" >&2
        record "$method" "$round" "failed ($code)"
        failed=yes
        return 0
    fi
    after=$(inventory "$folder")
    read -r wall user system rss _ <"$area/took"
    [[ ! -s $ranks_file ]] || rss=$(awk '$4 > m { m = $4 } END { print m }' "$ranks_file")
    record "$method" "$round" "ok" "$wall" "$user" "$system" "$rss" \
        $((${after% *} - ${before% *})) $((${after#* } - ${before#* })) "$phase" "$extra"
}

# A case or kind that has something to check, or takes `phase` from the output, has its own.
look() { # METHOD
    return 0
}
