#!/bin/sh
# What the last run of ctest covered, in the tests' own words: covered.sh BUILD_DIR [short]
# Exits 1 when nothing was covered. With `short` a line a kind of test, with the sums, and what did not
# run and why; that succeeds in any case.

set -eu

build=${1:?usage: covered.sh BUILD_DIR [short]}
log=$build/Testing/Temporary/LastTest.log
what='points|pauses|moments|events|cases|swaps|lies|claims|plants|stand-ins|records|arguments'
what="$what|manifests|odd names|lying servers|local files|objects|versions|findings|inputs"

why() {
    grep -ah 'not run: ' "$log" | sort -u || true
}

# A line may tell several numbers; those of single functions are in the sum that follows them.
sums() {
    awk -v kinds="points|pauses|moments|cases|judged|inputs|swaps|lies|claims|plants|stand-ins|arguments|manifests|odd names|lying servers" '
        /^[0-9]+\/[0-9]+ Test: / { kind = $3; sub(/_.*/, "", kind); if ($3 ~ /hostile/) kind = "hostile" }
        /quire: / || (/ harmless/ && !/ cases, /) { next }
        { line = $0; sub(/, stride .*/, "", line)
          while (match(line, "(^|[ :])[0-9]+ (" kinds "|states judged)($|[^a-z-])")) {
              found = substr(line, RSTART, RLENGTH); line = substr(line, RSTART + RLENGTH - 1)
              gsub(/^[ :]+|[^a-z]+$/, "", found)
              number = found + 0; sub(/^[0-9]+ /, "", found)
              if (found ~ /judged/) found = "states judged"
              if (!((kind, found) in sum)) { order[kind] = order[kind] SUBSEP found; seen[kind] }
              sum[kind, found] += number } }
        END { for (kind in seen) { n = split(order[kind], units, SUBSEP); text = ""
                  for (i = 2; i <= n; i++) if (sum[kind, units[i]] > 0)
                      text = text (text == "" ? "" : ", ") sum[kind, units[i]] " " units[i]
                  if (text != "") printf "%-8s %s\n", kind, text } }' "$log" | sort
}

if [ "${2:-}" = short ]; then
    [ -f "$log" ] || exit 0
    lines=$(sums)
    [ -z "$lines" ] || printf 'covered (one by one: cmake/covered.sh %s):\n%s\n' "$build" "$lines"
    why
else
    code=0
    grep -ahE "(^|[ :])[0-9]+ ($what)\b" "$log" | grep -av -e 'quire: ' -e 'not run: ' || code=1
    why
    exit "$code"
fi
