# Each round changes other files.
title="Store $(grouped "$(scaled 50000 10)") files of 4 KiB again, 1 % of them changed"
kind=again

make_source() {
    data "$source" "$(scaled 50000 10)" 4096 1
}

change() { # ROUND
    local every=$(($(scaled 50000 10) < 100 ? 10 : 100))
    data "$source" "$(scaled 50000 10)" 4096 "$((100 + $1))" "$every" "$(($1 % every))"
}
