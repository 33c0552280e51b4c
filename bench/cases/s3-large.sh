title="Store 8 files of $(mib "$(scaled 268435456 4096)") in a Ceph gateway on loopback"
kind=own
transfers=4
# shellcheck source=bench/lib/gateway.sh
. "$bench/lib/gateway.sh"

make_source() {
    data "$source" 8 "$(scaled 268435456 4096)" 2
}
