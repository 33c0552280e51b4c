# shellcheck shell=sh
# shellcheck disable=SC2154
# A cluster of four hosts on one machine. A host is a network of its own (on a bridge by a cable that
# can be pulled), a name, shared memory and mounts of its own: /tmp and /dev/shm are private, and
# only /tmp/shared is the same everywhere. There lie the store, and the programs.
#
# All of it, the bridge too, is inside namespaces that cluster.sh has entered before: of networks, of
# mounts, and of processes, in which it is process 1. So any number of clusters stand side by side
# under the same names, and when that process ends, however it does, nothing of the cluster is left.

HOSTS='1 2 3 4'
SUBNET=10.77.0

# Why there can be no cluster here; nothing when there can.
why_not() {
    for tool in ip unshare nsenter setsid setpriv mount hostname; do
        command -v "$tool" >/dev/null || {
            echo "there is no $tool"
            return
        }
    done
    unshare --net --uts --ipc --mount --pid --fork --kill-child --mount-proc sh -c '
        mount -t tmpfs probe /dev/shm || { echo "mounting is not allowed"; exit; }
        ip link add probe type bridge || { echo "there can be no network bridge"; exit; }
        ip link add probe0 type veth peer name probe1 || echo "there can be no virtual cable"
    ' 2>/dev/null || echo 'namespaces are not allowed (CAP_SYS_ADMIN and CAP_NET_ADMIN are needed)'
}

pid_of() { # HOST: of the process that holds its namespaces
    cat "/dev/shm/shared/hosts/$1"
}

on() { # HOST COMMAND...
    on_pid=$(pid_of "$1")
    shift
    nsenter -t "$on_pid" --net --uts --mount --ipc "$@"
}

start_host() { # HOST
    # shellcheck disable=SC2016 # for the other shell
    unshare --net --uts --mount --ipc sh -euc '
        hostname "host$0"
        mount -t tmpfs host /tmp
        mkdir /tmp/shared /tmp/data
        mount --bind /dev/shm/shared /tmp/shared
        mount -t tmpfs host /dev/shm
        for i in 1 2 3 4 5 6; do echo "line $i" >"/tmp/data/$i.txt"; done
        echo $$ >"/tmp/shared/hosts/$0.new"
        mv "/tmp/shared/hosts/$0.new" "/tmp/shared/hosts/$0"
        exec sleep infinity' "$1" &
    await "/dev/shm/shared/hosts/$1" || fail "host $1 does not start"
    ip link add "port$1" type veth peer name eth0 netns "$(pid_of "$1")"
    on "$1" ip link set lo up
    on "$1" ip addr add "$SUBNET.$1/24" dev eth0
    on "$1" ip link set eth0 up
}

start_hosts() {
    mount -t tmpfs shared /dev/shm
    mkdir -p /dev/shm/shared/hosts /dev/shm/shared/bin /dev/shm/shared/hold
    cp "$QUIRE" "$QUIRE_MPI" "$LIBQUIRE"/libquire*.so* "$here"/agent.sh "$here"/files.sh \
        "$here"/job.sh /dev/shm/shared/bin
    cp "$HOLDLINE" /dev/shm/shared/bin/holdline.so
    ip link set lo up
    ip link add switch type bridge
    ip link set switch up
    for host in $HOSTS; do
        start_host "$host"
    done
    for host in $HOSTS; do
        plug "$host"
    done
}

# Cut a host off: by its own cable, which it sees, or behind it, so that what it sends is just lost.
pull() { # HOST cable|silently
    touch "/dev/shm/shared/hosts/$1.cut"
    case $2 in
    cable) ip link set "port$1" down ;;
    silently) ip link set "port$1" nomaster ;;
    esac
}

is_up() { # HOST
    ip -o link show "port$1" | grep -q 'state UP' && on "$1" ip -o link show eth0 | grep -q 'state UP'
}

# The kernel takes up to a second to send again; and nobody remembers who was not there.
plug() { # HOST
    ip link set "port$1" master switch up
    rm -f "/dev/shm/shared/hosts/$1.cut"
    until_true is_up "$1" || fail "the cable of host $1 does not work"
    for h in $HOSTS; do
        on "$h" ip neigh flush dev eth0
    done
}

# The processes on these hosts, by number and name, but for those that are the hosts.
processes() { # HOST...
    spaces=
    for host in "$@"; do
        spaces="$spaces $(readlink "/proc/$(pid_of "$host")/ns/uts")"
    done
    find /proc -maxdepth 3 -path '/proc/[0-9]*/ns/uts' -printf '%p %l\n' 2>/dev/null |
        while IFS=' /' read -r _ _ pid _ _ space; do
            case "$spaces " in
            *" $space "*) echo "$pid $(cat "/proc/$pid/comm" 2>/dev/null)" ;;
            esac
        done | grep -v ' sleep$' || true
}

none_left() { # HOST...
    [ -z "$(processes "$@")" ]
}

# Wait for a file, or until a command succeeds, for LIMIT seconds.
await() { # FILE
    until_true test -e "$1"
}

until_true() { # COMMAND...
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        [ "$tries" -lt $((LIMIT * 20)) ] || return 1
        sleep 0.05
    done
}
