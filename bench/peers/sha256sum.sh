# sha256sum in two processes: what many have in their scripts today.

sha256sum_program=sha256sum

sha256sum_methods() {
    [[ $1 != store ]] || echo sha256sum
}

sha256sum_version() {
    sha256sum --version
}

sha256sum_syncs() {
    echo 'nothing: stores sums alone'
}

# As many files a process that both have some turns, and at most 500.
sha256sum_store() {
    local files
    files=$(find "$1" -type f | wc -l)
    # shellcheck disable=SC2016 # for the shell below
    command=(sh -c 'find "$1" -type f -print0 | xargs -0 -P 2 -n "$3" sha256sum >"$2"' sh "$1" "$2/sums"
        $((files >= 8000 ? 500 : files / 16 + 1)))
}
