#!/usr/bin/env bash
# ctest cli_bench: every kind of case at a tiny scale, with few tools, one of which is not installed;
# then whether the page has each row. BUILD tells the build folder.

set -euo pipefail
build=${BUILD:?the build folder}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/quire-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT

fail() {
    echo "bench/test.sh: $*" >&2
    cat "$work/out" "$work/err" >&2
    exit 1
}

row() { # ROW PATTERN: the table of some case has it
    sed -n '/^### /,$p' "$work/page/benchmarks.md" | grep -E "^\| $1 \| $2" >/dev/null || fail "the page has no row $1 like $2"
}

# All programs of this machine but one, which may be installed here and not there.
mkdir "$work/bin"
ln -s /usr/bin/* "$work/bin" 2>/dev/null || true
rm -f "$work/bin/rsync"
ranks=2
[[ -x $build/src/cli/quire-mpi ]] || ranks=

export BENCH_DIR=$work/bench BENCH_OUT=$work/page BENCH_SCALE=0.0002 BENCH_ROUNDS=1 BENCH_VOLUME=no
export BENCH_PEERS='quire startup cp tar rsync' BENCH_RANKS=$ranks BENCH_COMMIT_RANKS=2
CASE='small changed get-large commit overlap' PATH="$work/bin:/usr/sbin:/sbin" \
    "$here/run.sh" "$build" >"$work/out" 2>"$work/err" || fail "run.sh ended with $?"

seconds='[0-9]+\.[0-9]+ \('
row quire "$seconds"
row cp "$seconds"
row cp@sync "$seconds"
row tar "$seconds"
row rsync 'not installed'
if [[ -n $ranks ]]; then
    row quire@2 "$seconds"
    row quire@2-none "$seconds"
    row startup@2 "$seconds"
    row '2 ranks' "$seconds.*\|"
    row 'bound: 2 ranks' "$seconds.*\|"
    row '1 rank' "$seconds.*\|"
fi
for title in 'Store 10 files of 4 KiB$' 'Store 10 files of 4 KiB again, 1 % of them changed' \
    'Write 8 stored files of [0-9.]* KiB' 'Commit by many ranks' 'Storing hidden'; do
    grep -q "^### $title" "$work/page/benchmarks.md" || fail "the page has no part $title"
done
# tar takes one file, cp one for each and three folders; none of the rows may say less than it made.
awk -F ' [|] ' '/^### /{ part++ } part == 1 && /^\| tar / { tar = $(NF - 1) } part == 1 && /^\| cp / { cp = $(NF - 1) }
    END { exit !(tar == 1 && cp == 12) }' "$work/page/benchmarks.md" || fail 'inodes of tar and cp are not 1 and 12'
[[ ! -e $work/bench/quire-bench.tmp ]] || fail 'the files of the cases were left behind'
# Marks keep what stands around them.
sed -i '1i before' "$work/page/benchmarks.md"
"$here/report.sh" "$build" >"$work/out" 2>"$work/err" || fail "report.sh ended with $?"
[[ $(head -n 1 "$work/page/benchmarks.md") == before ]] || fail 'the page was written anew'
[[ $(grep -c '^### Store 10 files of 4 KiB$' "$work/page/benchmarks.md") == 1 ]] || fail 'a table is there twice'
# A run that is ended takes with it what it has begun: its files, and the case under way.
CASE=small BENCH_ROUNDS=1000 BENCH_PEERS='quire cp' "$here/run.sh" "$build" >"$work/out" 2>"$work/err" &
run=$!
for ((i = 0; i < 300; i++)); do
    ! grep -qs ok "$work/bench/results-0.0002/small.new.tsv" || break
    sleep 0.1
done
kill -TERM "$run"
wait "$run" && fail 'an ended run was a success'
[[ ! -e $work/bench/quire-bench.tmp ]] || fail 'an ended run has left its files behind'
