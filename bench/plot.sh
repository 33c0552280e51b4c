#!/usr/bin/env bash
# Draw what run.sh measured: plot.sh BUILD_DIR, the SVG to stdout. Needs gnuplot.
#
# Bars for the cases that compare tools; lines for those that ask how quire grows with ranks and entries.

set -uo pipefail
build=$(cd "${1:?usage: plot.sh BUILD_DIR}" && pwd) || exit 2
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=bench/lib/settings.sh
. "$here/lib/settings.sh"

bars=(small large huge again changed changed-large get-small get-large)
lines=(patch commit entries)
columns=3
data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT

# LABEL MEDIAN LEAST MOST of each row that was measured; of a case that grows, its number for the label.
medians() { # CASE FIELD
    awk -f "$here/lib/median.awk" -f <(
        cat <<'EOF'
END {
    for (i = 1; i <= row_count; i++)
        if (known(rows[i]) && middle(rows[i], field) != "")
            printf "%s\t%s\t%s\t%s\n", substr(rows[i], 2), middle(rows[i], field), least(rows[i], field), most(rows[i], field)
}
EOF
    ) -v field="$2" "$results/$1.tsv" | grep -Ev '^(startup@|bound:)'
}

title() { # CASE
    awk -F '\t' '$1 == "title" { print $2 }' "$results/$1.about" | sed "s/'/''/g"
}

drawn=()
for name in "${bars[@]}" "${lines[@]}"; do
    [[ -e $results/$name.tsv ]] || continue
    field=wall
    [[ $name != commit && $name != entries ]] || field=phase
    medians "$name" "$field" >"$data/$name"
    [[ ! -s $data/$name ]] || drawn+=("$name")
done
[[ ${#drawn[@]} -gt 0 ]] || die 'nothing to draw'
rows=$(((${#drawn[@]} + columns - 1) / columns))

{
    cat <<EOF
set terminal svg size $((columns * 460)),$((rows * 380)) font 'sans,11' background '#ffffff'
set datafile separator '\t'
set multiplot layout $rows,$columns
set style fill solid 0.8
set grid
unset key
EOF
    for name in "${drawn[@]}"; do
        echo "set title '$(title "$name")' noenhanced"
        if [[ " ${lines[*]} " == *" $name "* ]]; then
            cat <<EOF
set logscale xy
set format x '%.0s%c'
set ylabel 'seconds'
set xlabel '$([[ $name == commit ]] && echo ranks || echo entries)'
set xtics auto norotate
plot '$name' using (real(word(strcol(1), 1))):2:3:4 with yerrorlines linecolor '#1f5a96' pointtype 7 title '$name'
unset logscale
EOF
        else # quire in another colour; from zero on, so that lengths can be compared
            cat <<EOF
set yrange [0:*]
set offsets 0.6, 0.6, graph 0.05, 0
set format x '%g'
set ylabel 'seconds'
unset xlabel
set xtics rotate by 45 right noenhanced
plot '$name' using 0:2:(0.7):(strcol(1)[1:5] eq 'quire' ? 0x1f5a96 : 0x9a9a9a):xtic(1) with boxes linecolor rgb variable title '$name'
set autoscale y
unset offsets
EOF
        fi
    done
    echo 'unset multiplot'
} >"$data/script"
cd "$data" && gnuplot script # the SVG tells names of what it has read
