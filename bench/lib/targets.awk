# What was to be reached, from the file `list`, and whether it was: a line a target. Its fields: what;
# case, row, field of the one figure; < or > ; a factor; case, row, field of the other (none: 1).

function figure(name, row, field,    value) {
    return middle(name SUBSEP row, field)
}

END {
    print "| target | limit | reached | |"
    print "|---|---:|---:|---|"
    while ((getline line < list) > 0) {
        if (line ~ /^#/ || split(line, f, "\t") < 6)
            continue
        a = figure(f[2], f[3], f[4])
        b = f[7] == "" ? 1 : figure(f[7], f[8], f[9])
        sign = f[5] == "<" ? "≤" : "≥"
        if (a == "" || b == "" || b <= 0) {
            printf "| %s | %s %s | | not measured |\n", f[1], sign, f[6]
            continue
        }
        met = f[5] == "<" ? a / b <= f[6] : a / b >= f[6]
        printf "| %s | %s %s | %.3g | %s |\n", f[1], sign, f[6], a / b, met ? "met" : "not met"
    }
}
