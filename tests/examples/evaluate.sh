#!/bin/sh
# The evaluation on a number of ranks against the same computed by knn.awk: evaluate.sh RANKS
# evaluate.sh reference makes what the others compare with.

# shellcheck source=tests/examples/common.sh
. "$(dirname "$0")/common.sh"
here=$(cd "$(dirname "$0")" && pwd)
ranks=$1
[ "$ranks" != reference ] || ranks=1
begin

ranks "$ranks" evaluate "$QUIRE_STORE" "$DATA" >output.txt
expect 'the version' 'digits-evaluation:v0' "$(head -n 1 output.txt | cut -d' ' -f1)"
digest digits-evaluation:v0 >digest.txt

if [ "$1" = reference ]; then
    awk -f "$here/knn.awk" "$DATA" >expected.txt
    exit 0
fi

# Whatever is compared is read out of the store.
quire verify digits-evaluation:v0 >verify.txt
quire get digits-evaluation:v0 -o out >get.txt
find out -type f | LC_ALL=C sort >files.txt
{
    echo out/confusion.table.json
    for block in 0 1 2 3 4 5 6 7; do
        echo "out/parts/000$block.table.json"
    done
    echo out/predictions.partitioned-table.json
} >expected-files.txt
expect_same 'files' expected-files.txt files.txt

rows() { # FILE PATTERN: rows of a table that match, cells divided by blanks
    tr -d ' \n' <"$1" | grep -oE "$2" | tr -d '[]' | tr ',' ' '
}

for part in out/parts/*.table.json; do
    rows "$part" '\[[0-9]+,[0-9]+,[0-9]+,[0-9]+,(true|false)\]'
done >predictions.txt
awk '{ print "prediction", $1, $2, $3, $4 }' predictions.txt >actual.txt
rows out/confusion.table.json '\[[0-9]+(,[0-9]+){10}\]' | sed 's/^/confusion /' >>actual.txt
echo "correct $(grep -c 'true$' predictions.txt)" >>actual.txt
expect_same 'predictions' "$REFERENCE/expected.txt" actual.txt

# The metrics are metadata, the data is an input.
correct=$(sed -n 's/^correct //p' "$REFERENCE/expected.txt")
quire show digits-evaluation:v0 --json | tr -d ' \n' >show.json
grep -q "\"accuracy\":$(awk "BEGIN { printf \"%.6f\", $correct / 797 }")" show.json ||
    fail "no such accuracy: $(cat show.json)"
grep -q 'digits:v0' show.json || fail "no lineage: $(cat show.json)"

expect 'the digest' "$(cat "$REFERENCE/digest.txt")" "$(cat digest.txt)"

# A second run makes no new version, and a missing file ends all ranks alike.
ranks "$ranks" evaluate "$QUIRE_STORE" "$DATA" >again.txt
expect 'a second run' 'digits-evaluation:v0' "$(head -n 1 again.txt | cut -d' ' -f1)"
code=0
ranks "$ranks" evaluate "$QUIRE_STORE" missing.csv >missing.txt 2>&1 || code=$?
expect 'exit code of a missing file' 3 "$code"
grep -q 'missing.csv' missing.txt || fail "the message does not name the file"
