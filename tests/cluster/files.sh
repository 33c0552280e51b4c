#!/bin/sh
# What a rank computes: files.sh FOLDER RANK. The same on every host, unless the host is another one
# than it was (/tmp/other), whose results differ.

set -eu
mkdir -p "$1"
cat /tmp/other >"$1/small-$2.txt" 2>/dev/null || echo "result of rank $2" >"$1/small-$2.txt"
echo "also of rank $2" >"$1/note-$2.txt"
head -c 1200000 /dev/zero | tr '\0' "$2" >"$1/large-$2.bin" # above what goes into a pack
