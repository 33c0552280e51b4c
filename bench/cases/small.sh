title="Store $(grouped "$(scaled 50000 10)") files of 4 KiB"
kind=store

make_source() {
    data "$source" "$(scaled 50000 10)" 4096 1
}
