#!/bin/sh
# Every function that a library exports has a case: names.sh LIBRARY PROGRAM

set -eu
LC_ALL=C
export LC_ALL

work=$(mktemp -d "${TMPDIR:-/tmp}/quire-names.XXXXXX")
trap 'rm -rf "$work"' EXIT
nm -D --defined-only "$1" | awk '$2 == "T" { print $3 }' | sort >"$work/exported"
"$2" --list | sed 's,/.*,,' | sort -u >"$work/cases"
[ -s "$work/exported" ] || { echo "names.sh: $1 exports nothing" >&2; exit 1; }
comm -23 "$work/exported" "$work/cases" >"$work/without"
[ ! -s "$work/without" ] || { sed 's/^/no case for /' "$work/without" >&2; exit 1; }
echo "$(wc -l <"$work/exported") functions, each with a case"
