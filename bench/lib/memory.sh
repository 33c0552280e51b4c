# Free memory stays with this machine while it is measured. A virtual machine may give what has been free for
# a moment back to its host; to get it again costs several times what writing it does, and whoever is
# measured at that moment pays. As root, where the kernel has a setting for it: BENCH_KEEP_MEMORY=no
# leaves it alone.

memory_setting=/sys/module/page_reporting/parameters/min_free_ms
memory_before=

memory_keep() {
    [[ $BENCH_KEEP_MEMORY == yes && -w $memory_setting ]] || return 0
    memory_before=$(<"$memory_setting")
    echo 300000 2>/dev/null >"$memory_setting" || memory_before=
}

memory_release() {
    [[ -z $memory_before ]] || echo "$memory_before" >"$memory_setting"
    memory_before=
}
