# Reads the lines that record() in measure.sh writes (with the case before them when by_case is set).
# For others to use: rows[], count[row], status[row], and middle(row, field) among others. A row is the
# case and method with SUBSEP between.

BEGIN {
    FS = "\t"
    number["wall"] = 4
    number["user"] = 5
    number["system"] = 6
    number["rss"] = 7
    number["inodes"] = 8
    number["bytes"] = 9
    number["phase"] = 10
    number["extra"] = 11
}

{
    shift_by = by_case ? 1 : 0
    row = (by_case ? $1 : "") SUBSEP $(1 + shift_by)
    if (!(row in count)) {
        rows[++row_count] = row
        count[row] = 0
        status[row] = "ok"
    }
    if ($(3 + shift_by) != "ok") { # one failure is enough: nobody reads the rounds that went well
        status[row] = $(3 + shift_by)
        next
    }
    if (status[row] == "not measured")
        status[row] = "ok"
    n = ++count[row]
    for (name in number)
        values[row, name, n] = $(number[name] + shift_by)
    values[row, "cpu", n] = values[row, "user", n] + values[row, "system", n]
}

function sort_values(row, field, sorted,    i, j, n, v) {
    n = 0
    for (i = 1; i <= count[row]; i++) {
        if (values[row, field, i] == "")
            continue
        v = values[row, field, i] + 0
        for (j = n; j >= 1 && sorted[j] > v; j--)
            sorted[j + 1] = sorted[j]
        sorted[j + 1] = v
        n++
    }
    return n
}

function least(row, field,    sorted, n) {
    n = sort_values(row, field, sorted)
    return n ? sorted[1] : ""
}

function most(row, field,    sorted, n) {
    n = sort_values(row, field, sorted)
    return n ? sorted[n] : ""
}

function known(row) {
    return (row in count) && status[row] == "ok" && count[row] > 0
}

# The ranks of a row that starts MPI, by its name: quire@4, quire@2-none, startup@2.
function ranks_of(row,    parts, method) {
    split(row, parts, SUBSEP)
    method = parts[2]
    return match(method, /^(quire|startup)@[0-9]+/) ? substr(method, index(method, "@") + 1) + 0 : 0
}

# `net` is the wall time without the start-up of MPI, which a row of the same case has measured.
function middle(row, field,    sorted, n, parts, start) {
    if (!known(row))
        return ""
    if (field == "net") {
        if (!ranks_of(row))
            return middle(row, "wall")
        split(row, parts, SUBSEP)
        start = parts[1] SUBSEP "startup@" ranks_of(row)
        return known(start) ? middle(row, "wall") - middle(start, "wall") : ""
    }
    n = sort_values(row, field, sorted)
    if (!n)
        return ""
    return n % 2 ? sorted[(n + 1) / 2] : (sorted[n / 2] + sorted[n / 2 + 1]) / 2
}
