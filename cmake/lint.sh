#!/bin/sh
# Check the rules of the code that a compiler does not: lint.sh BUILD_DIR
# The build directory gives compile_commands.json and the libraries whose symbols are looked at.

set -eu

build=${1:?usage: lint.sh BUILD_DIR}
jobs=$(nproc 2>/dev/null || echo 2)
faults=$(mktemp) # not a variable: what stands behind a pipe has its own
trap 'rm -f "$faults"' EXIT

complain() { # RULE, offenders on stdin
    offenders=$(cat)
    if [ -n "$offenders" ]; then
        printf '%s:\n%s\n' "$1" "$offenders" | tee -a "$faults" >&2
    fi
}

check() { # NAME COMMAND…
    name=$1
    shift
    "$@" || {
        echo "$name found faults" | tee -a "$faults" >&2
    }
}

sources() {
    find src mpi_examples bench tests -name '*.c' | sort
}

headers() {
    find include src tests -name '*.h' | sort
}

# Words of the design.
grep -rnw --include='*.[ch]' MPI_COMM_WORLD src | grep -v '^src/cli/' |
    complain 'MPI_COMM_WORLD outside src/cli: take the caller'"'"'s communicator'
grep -rnwE --include='*.[ch]' 'getenv|secure_getenv|environ|setenv|putenv' src |
    grep -v '^src/base/environment\.[ch]:' | complain 'the environment is read in src/base/environment.c'
grep -rnwE --include='*.c' 'abort|exit|_exit|signal|sigaction|atexit|chdir|umask|setlocale' src |
    grep -v '^src/cli/' | grep -vE '^[^:]*:[0-9]+: *(/?\*|//)' | grep -E '\b(abort|_?exit|signal|sigaction|atexit|chdir|umask|setlocale)\(' |
    complain 'a library does not do this to its caller'
{ sources; headers; } | xargs wc -l | awk '$2 != "total" && $1 > 800 { print $2 ": " $1 " lines" }' |
    complain 'files of more than 800 lines'

# Symbols.
for library in "$build"/src/libquire.so "$build"/src/libquire_mpi.so; do
    [ ! -e "$library" ] || nm -D --defined-only "$library" |
        awk '$2 != "A" && $3 !~ /^quire_/ { print $3 }' |
        complain "$library exports other than quire_ symbols"
done

# Tools.
find . -path './build*' -prune -o -path ./.git -prune -o -name '*.sh' -print | sort |
    check shellcheck xargs shellcheck -x .ci/run
scripts() {
    find tests -name '*.js' | sort | while read -r file; do
        node --check "$file" || return 1
    done
}
check 'node --check' scripts
check cppcheck cppcheck --quiet --std=c11 --error-exitcode=1 -j "$jobs" --inline-suppr \
    --enable=warning,performance,portability --suppress=missingInclude \
    --suppress=missingIncludeSystem --suppress=unusedFunction -D_GNU_SOURCE -D__GNUC__ \
    -Iinclude -Isrc src bench mpi_examples
# Only files that this configuration compiles: clang-tidy has no flags for others. Tests without its
# analyzer, which takes most of the time.
compiled() {
    sources | while read -r file; do
        ! grep -qF "/$file\"" "$build/compile_commands.json" || echo "$file"
    done
}
compiled | grep -v '^tests/' | check clang-tidy xargs -P "$jobs" -n 1 clang-tidy --quiet -p "$build"
compiled | grep '^tests/' |
    check clang-tidy xargs -P "$jobs" -n 1 clang-tidy --quiet --checks='-clang-analyzer-*' -p "$build"

[ ! -s "$faults" ]
