#!/usr/bin/env bash
# Run the fuzz targets of a build folder (QUIRE_FUZZ=ON), two at a time.
#
#   fuzz.sh BUILD run SECONDS [TARGET…]   each for that long; exits 1 when one breaks a promise
#   fuzz.sh BUILD check [TARGET…]         exits with 2 when there is no such target
#   fuzz.sh BUILD merge [TARGET…]         take into the corpus what new inputs reach that it does not
#
# Inputs that were found on the way stay in BUILD/fuzz/<target>/, one that breaks a promise becomes
# BUILD/fuzz/<target>-<kind>-<hash>: replay it with BUILD/tests/fuzz/fuzz_<target> FILE.

set -euo pipefail
build=$1
action=$2
shift 2
here=$(cd "$(dirname "$0")/.." && pwd)
corpus=$here/tests/fuzz/corpus
seconds=0
if [ "$action" = run ]; then
    seconds=$1
    shift
fi
if [ $# -eq 0 ]; then
    # shellcheck disable=SC2046 # names without blanks
    set -- $(ls "$corpus")
fi

for target in "$@"; do
    [ -d "$corpus/$target" ] || {
        echo "fuzz.sh: no such target: $target; there are: $(cd "$corpus" && echo *)" >&2
        exit 2
    }
done
[ "$action" != check ] || exit 0

# What a sanitizer keeps of freed memory would count as the parser's own.
export ASAN_OPTIONS=quarantine_size_mb=8:intercept_tls_get_addr=0:${ASAN_OPTIONS:-}
# An input may make a parser take 256 MiB at most, 80 at once (a block of a file is 64), and 5 s.
limits=(-rss_limit_mb=256 -malloc_limit_mb=80 -timeout=5)
# Inputs of the corpus are small, so that all of it stays small and quick.
merged_max=2048

dict_of() { # TARGET: libFuzzer's option for its words, if it has some
    local name=$1
    case $1 in
    chunk | shard | merge | manifest | ranges) name=entry ;;
    store | draft) name=record ;;
    esac
    [ ! -f "$here/tests/fuzz/dict/$name.dict" ] || echo "-dict=$here/tests/fuzz/dict/$name.dict"
}

run_one() { # TARGET
    local target=$1 log=$build/fuzz/$1.log state=0 found
    mkdir -p "$build/fuzz/$target"
    # shellcheck disable=SC2046 # one option or none
    "$build/tests/fuzz/fuzz_$target" "${limits[@]}" -max_len=8192 -max_total_time="$seconds" \
        -print_final_stats=1 $(dict_of "$target") -artifact_prefix="$build/fuzz/$target-" \
        "$build/fuzz/$target" "$corpus/$target" >"$log" 2>&1 || state=$?
    printf '%-9s %9s executions, coverage %s\n' "$target" \
        "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" \
        "$(grep -ao ' cov: [0-9]*' "$log" | tail -1 | grep -o '[0-9]*')"
    [ "$state" -eq 0 ] && return
    found=$(sed -n 's/.*Test unit written to //p' "$log" | tail -1)
    printf '%-9s FAILED: %s\n' "$target" "$(grep -aE 'broken promise|runtime error|SUMMARY' "$log" | head -1)"
    printf '%-9s replay: %s/tests/fuzz/fuzz_%s %s\n' "$target" "$build" "$target" "${found:-(no input: see $log)}"
    return 1
}

merge_one() { # TARGET
    local target=$1 small=$build/fuzz/$1.small
    rm -rf "$small"
    mkdir -p "$small"
    find "$build/fuzz/$target" -type f -size "-$((merged_max + 1))c" -exec cp -t "$small" {} +
    "$build/tests/fuzz/fuzz_$target" "${limits[@]}" -merge=1 "$corpus/$target" "$small" \
        >"$build/fuzz/$target.merge.log" 2>&1
    rm -rf "$small"
    printf '%-9s %4d inputs, %7d bytes\n' "$target" "$(find "$corpus/$target" -type f | wc -l)" \
        "$(find "$corpus/$target" -type f -printf '%s\n' | awk '{ sum += $1 } END { print sum + 0 }')"
}

mkdir -p "$build/fuzz"
failed=0
[ "$action" != run ] || echo "fuzzing for $seconds s each, two at a time: $*"
for target in "$@"; do
    while [ "$(jobs -rp | wc -l)" -ge 2 ]; do
        wait -n || failed=1
    done
    case $action in
    run) run_one "$target" & ;;
    merge) merge_one "$target" & ;;
    *)
        echo 'usage: fuzz.sh BUILD run SECONDS|merge|check [TARGET…]' >&2
        exit 2
        ;;
    esac
done
while [ -n "$(jobs -p)" ]; do
    wait -n || failed=1
    jobs >/dev/null # forgets those that have ended
done
exit "$failed"
