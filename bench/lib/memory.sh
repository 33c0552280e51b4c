# Free memory stays with this machine while it is measured. A virtual machine may give what has been free for
# a moment back to its host; to get it again costs several times what writing it does, and whoever is
# measured at that moment pays. As root, where the kernel has settings for it, the longest delay it takes and no
# bound on what waits: BENCH_KEEP_MEMORY=no leaves them alone.

memory_settings=/sys/module/page_reporting/parameters
memory_before=() # NAME=VALUE of those that were changed
memory_touched=  # the round that memory was touched in

memory_set() { # NAME VALUE
    local file=$memory_settings/$1 old
    [[ -w $file ]] && old=$(<"$file") || return 0
    echo "$2" 2>/dev/null >"$file" && memory_before+=("$1=$old")
}

memory_keep() {
    [[ $BENCH_KEEP_MEMORY == yes ]] || return 0
    memory_set min_free_ms 300000
    memory_set max_waiting_mib 1000000
}

memory_release() {
    local setting
    for setting in "${memory_before[@]}"; do
        echo "${setting#*=}" >"$memory_settings/${setting%%=*}"
    done
    memory_before=()
}

# Memory is there: once a round where it stays, before each measurement where it may be given back.
memory_touch() { # ROUND
    [[ $BENCH_TOUCH_MIB -gt 0 ]] || return 0
    [[ ${#memory_before[@]} -eq 0 || $memory_touched != "$1" ]] || return 0
    "$build/bench/bench_touch" "$BENCH_TOUCH_MIB" || true
    memory_touched=$1
}
