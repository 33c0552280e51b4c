title="Write $(grouped "$(scaled 50000 10)") stored files of 4 KiB to a folder"
kind=restore

make_source() {
    data "$source" "$(scaled 50000 10)" 4096 1
}
