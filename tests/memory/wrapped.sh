#!/bin/sh
# Each function of MPI that a library calls is wrapped by a program: wrapped.sh LIBRARY PROGRAM

set -eu
LC_ALL=C
export LC_ALL

work=$(mktemp -d "${TMPDIR:-/tmp}/quire-wrapped.XXXXXX")
trap 'rm -rf "$work"' EXIT
nm -D --undefined-only "$1" | awk '$2 ~ /^P?MPI_/ { print $2 }' | sort >"$work/called"
nm -D --defined-only "$2" | awk '$2 == "T" { print $3 }' | sort >"$work/wrapped"
[ -s "$work/called" ] || { echo "wrapped.sh: $1 calls nothing of MPI" >&2; exit 1; }
comm -23 "$work/called" "$work/wrapped" >"$work/without"
[ ! -s "$work/without" ] || { sed 's/^/not wrapped: /' "$work/without" >&2; exit 1; }
echo "$(wc -l <"$work/called") functions of MPI, each wrapped"
