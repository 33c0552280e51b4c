#!/bin/sh
# The heat equation on a number of ranks: heat.sh RANKS
# heat.sh reference makes what the others compare with.

# shellcheck source=tests/examples/common.sh
. "$(dirname "$0")/common.sh"
here=$(cd "$(dirname "$0")" && pwd)
ranks=$1
[ "$ranks" != reference ] || ranks=1
begin

steps=40
ranks "$ranks" heat "$QUIRE_STORE" "$steps" 10 >output.txt
expect 'the last line' 'field verified' "$(tail -n 1 output.txt)"
for version in v0 v1 v2 v3; do
    digest "heat:$version"
done >digests.txt
expect 'versions' 4 "$(sort -u digests.txt | wc -l)"

# After 40 steps heat has reached row 40: bands 0 to 2 of 16 rows, of which the patch of step 20
# changes the first two.
quire diff heat:v0 heat:v1 >diff.txt
expect 'bands in a patch' 2 "$(grep -c 'field/band-' diff.txt)"
grep -qx 'heat:v1 step 20, 2 of 16 bands' output.txt || fail "$(cat output.txt)"

# The first version was stored while the ten steps to the next one were computed.
expect 'hidden' 1 "$(grep -cE '^hidden behind 10 steps: -?[0-9]+ % of [0-9.]+ ms$' output.txt)"

if [ "$1" = reference ]; then
    awk -v steps="$steps" -f "$here/heat.awk" >expected.txt
    exit 0
fi
expect_same 'digests' "$REFERENCE/digests.txt" digests.txt

# The field out of the store against the one computed by awk.
quire verify heat:v3 >verify.txt
quire get heat:v3 -o out >get.txt
cat out/field/band-*.f64 | od -An -v -w8 -t f8 | tr -d ' ' >actual.txt
paste "$REFERENCE/expected.txt" actual.txt | awk '
    function abs(x) { return x < 0 ? -x : x }
    abs($1 - $2) > 1e-12 * abs($1) { print "point " NR - 1 ": expected " $1 ", got " $2; bad++ }
    END { exit bad > 0 || NR != 256 * 128 }' >differences.txt ||
    fail "the field differs: $(head -n 3 differences.txt)"

# A second run finds every version there; only how long it took is its own.
ranks "$ranks" heat "$QUIRE_STORE" "$steps" 10 >again.txt
sed '/^hidden/d' output.txt >first.txt
sed '/^hidden/d' again.txt >second.txt
expect_same 'two runs' first.txt second.txt

# A store that is not there ends all ranks alike.
code=0
ranks "$ranks" heat "$WORK/nowhere" 1 >nowhere.txt 2>&1 || code=$?
expect 'exit code without a store' 5 "$code"
