#!/bin/sh
# Run the unit tests under valgrind: valgrind.sh BUILD_DIR
# Errors and definite leaks of the test program itself are faults; children it forks to let them die
# are left alone. Tests that hash or write much are left to the sanitizers: they would take most of
# the time.

set -eu

build=${1:?usage: valgrind.sh BUILD_DIR}
log=$(mktemp -d)
trap 'rm -rf "$log"' EXIT

ctest --test-dir "$build" -N -V -L '^unit$' | sed -n 's/^[0-9]*: Test command: //p' |
    grep -vE '/test_(base_digest|manifest_patch_random|objects_conformance|store_content|store_divided|store_stream|store_draft_large|store_loads|store_load_faults|store_linked|store_merging|store_shared|version_place|push_[a-z]*|hostile_[a-z]*)$' >"$log/commands"
[ -s "$log/commands" ] || {
    echo 'valgrind.sh: there are no unit tests' >&2
    exit 1
}

export log
# shellcheck disable=SC2016 # for the inner shell to expand
xargs -P "$(nproc)" -I '{}' sh -c '
    name=$(basename "$1")
    begin=$(date +%s)
    valgrind --quiet --leak-check=full --errors-for-leak-kinds=definite --error-exitcode=9 \
        --child-silent-after-fork=yes --trace-children=no "$1" >"$log/$name.log" 2>&1
    code=$?
    if [ "$code" -ne 0 ]; then
        cat "$log/$name.log"
        echo "valgrind: $name: exit code $code"
        echo "$name" >>"$log/failed"
    else
        echo "valgrind: $name: clean, $(($(date +%s) - begin)) s"
    fi
' sh '{}' <"$log/commands"

echo "valgrind: $(wc -l <"$log/commands") unit tests"
[ ! -s "$log/failed" ]
