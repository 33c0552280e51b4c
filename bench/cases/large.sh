title="Store 8 files of $(mib "$(scaled 268435456 4096)")"
kind=store

make_source() {
    data "$source" 8 "$(scaled 268435456 4096)" 2
}
