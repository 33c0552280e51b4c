#!/bin/sh
# A Ceph RADOS Gateway on this host's loopback, of one monitor and one OSD that keeps all in memory.
#
#   gateway.sh start DIR   bring it up below DIR, which is made; DIR/env then says how to get there
#   gateway.sh stop DIR    end it, and remove DIR
#
# Needs neither root nor a disk; about 150 MB of memory, and twice what is stored. Several, in folders of
# their own, can be up at once.

set -eu

dir=${2:?usage: gateway.sh start|stop DIR}

say() {
    echo "gateway: $*" >&2
}

# --- stopping ---

stop() {
    for name in radosgw osd mon; do
        file=$dir/$name.pid
        [ -s "$file" ] || continue
        pid=$(cat "$file")
        # Only what was started here: its command line names the folder.
        if tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF "$dir/"; then
            kill -KILL "$pid" 2>/dev/null || true # it has nothing that it should save
        fi
    done
    rm -rf "$dir"
}

# --- starting ---

# A range of ports that nobody listens on: Ceph takes the first free ones of a range by itself, all
# but the monitor's and the gateway's.
port_is_free() {
    ! ss -Htln "sport = :$1" | grep -q .
}

find_ports() {
    base=$((20000 + $$ % 2000 * 8))
    while :; do
        free=1
        for offset in 0 1 2 3 4 5 6 7; do
            port_is_free $((base + offset)) || free=
        done
        [ -z "$free" ] || return 0
        base=$((base + 8))
        [ "$base" -lt 60000 ] || base=20000
    done
}

write_config() {
    cat >"$dir/ceph.conf" <<END
[global]
fsid = $fsid
mon_host = [v2:127.0.0.1:$base]
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_msgr1 = false
ms_bind_port_min = $((base + 2))
ms_bind_port_max = $((base + 6))
ms_mon_client_mode = crc
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
run_dir = $dir
admin_socket = $dir/\$name.asok
keyring = $dir/keyring
log_file = $dir/\$name.log
mon_cluster_log_file = $dir/cluster.log
mon_data = $dir/mon
osd_data = $dir/osd
rgw_data = $dir/rgw
crash_dir = $dir/crash
pid_file = $dir/\$type.pid
osd_objectstore = memstore
memstore_device_bytes = 17179869184
osd_pool_default_size = 1
osd_pool_default_min_size = 1
mon_allow_pool_size_one = true
osd_crush_chooseleaf_type = 0
osd_pool_default_pg_num = 4
osd_pool_default_pg_autoscale_mode = off
mon_max_pg_per_osd = 1000
paxos_propose_interval = 0.01
paxos_min_wait = 0.01
osd_class_update_on_start = false

[client.admin]
rgw_frontends = beast endpoint=127.0.0.1:$((base + 1)) tcp_nodelay=1 ssl_endpoint=127.0.0.1:$((base + 7)) ssl_certificate=$dir/tls.pem ssl_private_key=$dir/tls.key
rgw_dns_name = localhost
rgw_enable_apis = s3
rgw_run_sync_thread = false
rgw_gc_obj_min_wait = 2
rgw_gc_processor_period = 2
rgw_max_concurrent_requests = 256
rgw_thread_pool_size = 64
END
}

is_up() {
    curl -s -o /dev/null --max-time 2 "http://127.0.0.1:$((base + 1))/"
}

start() {
    for program in monmaptool ceph-mon ceph-osd ceph radosgw radosgw-admin curl openssl ss; do
        command -v "$program" >/dev/null || {
            say "there is no $program; cmake/deps.sh installs it"
            exit 1
        }
    done
    [ ! -e "$dir" ] || stop
    mkdir -p "$dir/mon" "$dir/osd" "$dir/rgw"
    dir=$(cd "$dir" && pwd)
    fsid=$(cat /proc/sys/kernel/random/uuid)
    osd=$(cat /proc/sys/kernel/random/uuid)
    find_ports
    write_config
    export CEPH_CONF="$dir/ceph.conf"
    {
        openssl req -x509 -newkey rsa:2048 -nodes -keyout "$dir/tls.key" -out "$dir/tls.pem" -days 2 \
            -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1
        monmaptool --create --fsid "$fsid" --addv a "[v2:127.0.0.1:$base]" "$dir/monmap"
        ceph-mon --mkfs -i a --monmap "$dir/monmap"
        ceph-mon -i a --pid-file "$dir/mon.pid"
        ceph-osd --mkfs -i 0 --osd-uuid "$osd"
        ceph --connect-timeout 30 osd new "$osd" 0
        ceph-osd -i 0 --pid-file "$dir/osd.pid"
        radosgw -n client.admin --pid-file "$dir/radosgw.pid"
        radosgw-admin user create --uid tester --display-name tester \
            --access-key quire-test-key --secret-key 'quire/test+secret=KEY'
    } >"$dir/start.log" 2>&1 || {
        tail -n 20 "$dir/start.log" >&2
        stop
        exit 1
    }
    tries=0
    until is_up; do
        tries=$((tries + 1))
        if [ "$tries" -gt 300 ]; then
            say 'it does not come up'
            stop
            exit 1
        fi
        sleep 0.1
    done
    bucket=quire-tests
    curl -sf --retry 5 --retry-all-errors --aws-sigv4 aws:amz:us-east-1:s3 \
        --user 'quire-test-key:quire/test+secret=KEY' -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' \
        -X PUT "http://127.0.0.1:$((base + 1))/$bucket" || {
        say 'it makes no bucket'
        stop
        exit 1
    }
    cat >"$dir/env" <<END
export QUIRE_TEST_URL=s3://$bucket
export QUIRE_TEST_ROUNDS=3
export QUIRE_TEST_TLS=https://127.0.0.1:$((base + 7))
export QUIRE_TEST_CA=$dir/tls.pem
export QUIRE_TEST_LOG=$dir/client.admin.log
export AWS_ENDPOINT_URL_S3=http://127.0.0.1:$((base + 1))
export AWS_ACCESS_KEY_ID=quire-test-key
export AWS_SECRET_ACCESS_KEY=quire/test+secret=KEY
export AWS_REGION=us-east-1
unset AWS_SESSION_TOKEN AWS_PROFILE AWS_CA_BUNDLE AWS_ENDPOINT_URL
END
}

case ${1:-} in
start) start ;;
stop) stop ;;
*)
    echo 'usage: gateway.sh start|stop DIR' >&2
    exit 2
    ;;
esac
