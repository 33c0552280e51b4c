# The table of one case. What the rows are compared with is quire on 2 ranks, else quire alone, else the
# first row; a case with a phase of its own compares that, another the whole time.

function shown(value, form) {
    return value == "" ? "" : sprintf(form, value)
}

function plain(value) { # whole ones with all their digits
    return value == "" ? "" : value == int(value) ? sprintf("%.0f", value) : sprintf("%.4g", value)
}

function is_timed() { # the phase is seconds, and what ratios are of
    return phase ~ /, s$/
}

function ratio(row, field,    a, b) {
    a = middle(row, field)
    b = middle(base, field)
    return a == "" || b == "" || b <= 0 ? "" : sprintf("%.2f", a / b)
}

function spread(row) {
    return sprintf("%.3f (%.3f–%.3f)", middle(row, "wall"), least(row, "wall"), most(row, "wall"))
}

function has_startup(    i) {
    for (i = 1; i <= row_count; i++)
        if (rows[i] ~ /startup@/ && known(rows[i]))
            return 1
    return 0
}

function find_base() {
    base = SUBSEP "quire@2"
    if (!known(base))
        base = SUBSEP "quire"
    if (!known(base))
        base = rows[1]
}

function cells(row, method,    line) {
    line = "| " method " | " spread(row) " | "
    if (startups)
        line = line (method ~ /^startup@/ ? "" : shown(middle(row, "net"), "%.3f")) " | "
    line = line (is_timed() ? ratio(row, "phase") : ratio(row, "wall")) " | "
    if (startups)
        line = line (method ~ /^startup@/ ? "" : ratio(row, "net")) " | "
    line = line shown(middle(row, "cpu"), "%.2f") " | " shown(middle(row, "rss") / 1024, "%.1f") " | "
    line = line shown(middle(row, "inodes"), "%d") " | "
    line = line shown(middle(row, "bytes") / 1048576, "%.4g") " |"
    if (phase != "")
        line = line " " plain(middle(row, "phase")) " |"
    if (extra != "")
        line = line " " shown(middle(row, "extra"), "%.2f") " |"
    return line
}

END {
    find_base()
    split(base, parts, SUBSEP)
    startups = has_startup()
    of = is_timed() ? ", of what is timed" : ""
    head = "| | s (least–most) | " (startups ? "s without MPI start-up | " : "") "÷ " parts[2] of " | "
    head = head (startups ? "÷ without start-up | " : "") "CPU s | peak MiB | inodes | MiB written |"
    head = head (phase != "" ? " " phase " |" : "") (extra != "" ? " " extra " |" : "")
    print head
    columns = gsub(/\|/, "|", head) - 1
    line = "|---|"
    for (i = 2; i <= columns; i++)
        line = line "---:|"
    print line
    for (i = 1; i <= row_count; i++) {
        split(rows[i], parts, SUBSEP)
        if (known(rows[i])) {
            print cells(rows[i], parts[2])
            continue
        }
        line = "| " parts[2] " | " status[rows[i]] " |"
        for (j = 3; j <= columns; j++)
            line = line " |"
        print line
    }
}
