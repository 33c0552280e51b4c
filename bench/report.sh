#!/usr/bin/env bash
# Turn the results of run.sh into tables and a plot: report.sh BUILD_DIR
#
# Tables go to stdout and, between two marks, into benchmarks.md in BENCH_OUT; what stands around the marks
# there is left as it is. The plot is benchmarks.svg beside it.

set -uo pipefail
build=$(cd "${1:?usage: report.sh BUILD_DIR}" && pwd) || exit 2
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=bench/lib/settings.sh
. "$here/lib/settings.sh"

order='small large huge again changed changed-large get-small get-large patch commit entries memory overlap s3-small s3-large'

cases() { # those with results: known ones in their order, then others
    local name
    for name in $order; do
        [[ ! -e $results/$name.tsv ]] || echo "$name"
    done
    for name in "$results"/*.tsv; do
        name=$(basename "$name" .tsv)
        [[ " $order " == *" $name "* || $name == *.new || $name == '*' ]] || echo "$name"
    done
}

about() { # CASE KEY
    awk -F '\t' -v key="$2" '$1 == key { print $2 }' "$results/$1.about"
}

left_out() { # CASE
    local peers
    peers=$(about "$1" left_out)
    [[ -z $peers ]] || printf '; not measured: %s' "${peers// /, }"
}

machine() {
    local cpu
    cpu=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1)
    echo "Machine: $(nproc) cores, ${cpu:-$(uname -m)}$(grep -qw hypervisor /proc/cpuinfo && echo ' (virtual)')," \
        "SHA extensions: $(grep -qw sha_ni /proc/cpuinfo && echo yes || echo no)," \
        "$(awk '/^MemTotal:/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo) of memory," \
        "Linux $(uname -r), $(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release 2>/dev/null)."
}

tools() {
    echo '| tool | version | what it has synced when it ends |'
    echo '|---|---|---|'
    awk -F '\t' '{ printf "| %s | %s | %s |\n", $1, $2, $3 }' "$results/peers"
}

tables() {
    local name
    machine
    echo
    tools
    for name in $(cases); do
        printf '\n### %s\n\n' "$(about "$name" title)"
        echo "\`make bench CASE=$name\`; $(about "$name" date), quire $(about "$name" quire)," \
            "$(about "$name" rounds) rounds, scale $(about "$name" scale), mpirun $(about "$name" mpirun)," \
            "durability $(about "$name" durability); $(about "$name" area)$(left_out "$name")."
        echo
        awk -f "$here/lib/median.awk" -f "$here/lib/table.awk" -v phase="$(about "$name" phase)" \
            -v extra="$(about "$name" extra)" "$results/$name.tsv"
    done
    [[ $full_size == yes ]] || return 0
    printf '\n### Targets\n\n'
    targets
}

targets() {
    local name
    for name in $(cases); do
        sed "s/^/$name\t/" "$results/$name.tsv"
    done | awk -f "$here/lib/median.awk" -f "$here/lib/targets.awk" -v list="$here/targets.tsv" -v by_case=1
}

new_page() {
    cat <<'EOF'
# Benchmarks

quire beside other tools, on the same data, in interleaved rounds, all of it made by `make bench`. Each
figure is the median of the rounds; the smallest and the largest stand behind the seconds, and ratios of
figures whose ranges overlap tell little. Rows in which quire loses are here like all others. quire runs
with `--durability batch`: when it ends, everything is on stable storage, by one sync for many files; its
default, `full`, syncs each object, and `-none` nothing, as most of the others do. What is measured, and how,
tells [bench/README.md](../bench/README.md).

![Seconds of each tool](benchmarks.svg)

<!-- bench:begin -->
<!-- bench:end -->
EOF
}

write_page() { # TABLES PAGE
    local mark
    [[ -e $2 ]] || new_page >"$2"
    for mark in begin end; do
        grep -qx "<!-- bench:$mark -->" "$2" || die "$2 lacks a line <!-- bench:$mark -->"
    done
    {
        sed '/^<!-- bench:begin -->$/q' "$2"
        echo
        cat "$1"
        echo
        sed -n '/^<!-- bench:end -->$/,$p' "$2"
    } >"$2.new" && mv "$2.new" "$2"
}

[[ -n $(cases) ]] || die "no results in $results"
tables >"$results/tables.md" || exit 1
cat "$results/tables.md"
write_page "$results/tables.md" "$BENCH_OUT/benchmarks.md" || exit 1
if type -P gnuplot >/dev/null; then
    "$here/plot.sh" "$build" >"$BENCH_OUT/benchmarks.svg.new" &&
        mv "$BENCH_OUT/benchmarks.svg.new" "$BENCH_OUT/benchmarks.svg" || exit 1
else
    say 'no plot: gnuplot is not installed'
fi
say "wrote $BENCH_OUT/benchmarks.md"
