title="Write 8 stored files of $(mib "$(scaled 268435456 4096)") to a folder"
kind=restore

make_source() {
    data "$source" 8 "$(scaled 268435456 4096)" 2
}
