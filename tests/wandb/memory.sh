#!/bin/sh
# memory.sh FILES [GIB]: a process that logs and reads so many files, or one of so many GiB, needs less than 64 MiB.

# shellcheck source=tests/wandb/lib.sh
. "$(dirname "$0")/lib.sh"
needs PEAK
files=$1
wandb_begin

bound() { # WHAT: of the last run
    kilobytes=$(cat peak.txt)
    echo "$1: $kilobytes KiB"
    grep -qs '^QUIRE_SANITIZE:[A-Z]*=.' "$BUILD/CMakeCache.txt" || [ "$kilobytes" -lt 65536 ] ||
        fail "$1 needs $kilobytes KiB"
}

mkdir many
awk -v files="$files" 'BEGIN {
    for (i = 0; i < files; i++) {
        folder = "many/" int(i / 1000)
        if (i % 1000 == 0) system("mkdir " folder)
        name = folder "/a-name-of-some-length-" i
        print "content of", i > name
        close(name)
    }
}'
expect_code 0 "$PEAK" peak.txt "$QUIRE" log many -t dataset many
bound "a log of $files files"
expect_code 0 "$PEAK" peak.txt "$QUIRE" get many -o back
bound "reading $files files"
same_tree many back
rm -rf many back

# A table, and a stream of unknown length, wait in a file.
if [ $# -gt 1 ]; then
    truncate -s "${2}G" large
    printf end >>large
    expect_code 0 "$PEAK" peak.txt "$QUIRE" log large -t model large
    bound "a log of $2 GiB"
    [ "$(count PUT-part)" -gt 20 ] || fail 'it was not sent in parts'
    expect_code 0 "$PEAK" peak.txt "$QUIRE" get large -o back
    bound "reading $2 GiB"
    cmp large back/large
fi
no_problems
