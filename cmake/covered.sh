#!/bin/sh
# What the last run of ctest covered, in the tests' own words: covered.sh BUILD_DIR [why]
# With `why` only what did not run, and why. Exits 1 when nothing was covered.

set -eu

log=${1:?usage: covered.sh BUILD_DIR [why]}/Testing/Temporary/LastTest.log
if [ "${2:-}" = why ]; then
    grep -ah 'not run: ' "$log" || true
else
    what='points|pauses|moments|events|cases|swaps|lies|claims|plants|stand-ins|records|arguments'
    what="$what|manifests|odd names|lying servers|local files|objects|versions|findings"
    grep -ahE "(^|[ :])[0-9]+ ($what)\b|not run: " "$log" | grep -av 'quire: '
fi
