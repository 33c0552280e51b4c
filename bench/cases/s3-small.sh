title="Store $(grouped "$(scaled 50000 10)") files of 4 KiB in a Ceph gateway on loopback"
kind=own
transfers=32
methods='quire quire-again rclone' # s3cmd sends one file after another
# shellcheck source=bench/lib/gateway.sh
. "$bench/lib/gateway.sh"

make_source() {
    data "$source" "$(scaled 50000 10)" 4096 1
}
