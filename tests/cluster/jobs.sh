# shellcheck shell=sh
# shellcheck disable=SC2016,SC2034,SC2153,SC2154
# Jobs over the hosts: started, held at a point, waited for, and what they leave in the store.

ID=job
RANKS=4

quire() {
    QUIRE_STORE="$store" LD_LIBRARY_PATH=$bin "$bin/quire" "$@"
}

# What a shell on a host needs to run quire there.
FROM_HOST='
    export QUIRE_STORE=/tmp/shared/store LD_LIBRARY_PATH=/tmp/shared/bin PATH="/tmp/shared/bin:$PATH"'

# What ends a job that has lost a host within seconds (see docs/clusters.md): the probes of idle
# connections, and the limit of repeating what was sent on busy ones.
KEEPALIVE='1 1 1'


# Busy connections end after some 5 s without an answer, and looking for a neighbour takes longer.
set_patience() {
    for h in $HOSTS; do
        on "$h" sh -c 'echo 5 >/proc/sys/net/ipv4/tcp_retries2
                       echo 10 >/proc/sys/net/ipv4/neigh/eth0/mcast_solicit'
    done
}

# mpi HOST HOSTS COMMAND...: mpirun on HOST, ranks on HOSTS, `1:1,2:2` (so many ranks on each).
mpi() {
    from=$1
    list=$(echo ",$2" | sed "s/,/,$SUBNET./g")
    shift 2
    # shellcheck disable=SC2086 # three words
    set -- $KEEPALIVE "${list#,}" "$@"
    time=$1 interval=$2 probes=$3 list=$4
    shift 4
    on "$from" setsid --wait env TMPDIR=/tmp "$MPIEXEC" -H "$list" -n "$RANKS" --bind-to none \
        --mca plm_rsh_agent /tmp/shared/bin/agent.sh --mca pml ob1 --mca btl tcp,self \
        --mca btl_tcp_if_include "$SUBNET.0/24" --mca oob_tcp_if_include "$SUBNET.0/24" \
        --mca oob_tcp_keepalive_time "$time" --mca oob_tcp_keepalive_intvl "$interval" \
        --mca oob_tcp_keepalive_probes "$probes" --mca mpi_yield_when_idle 1 \
        --mca odls_base_sigkill_timeout 0 \
        -x QUIRE_STORE=/tmp/shared/store -x HOLD_DIR=/tmp/shared/hold -x HOLD_AT -x HOLD_RANKS \
        -x LD_LIBRARY_PATH=/tmp/shared/bin "$@" </dev/null
}

# Begin a log of all ranks' results; its exit code comes to $work/code.
begin_log() { # HOST HOSTS
    rm -rf "$work/code" "$shared/hold"
    mkdir "$shared/hold"
    for h in $(echo "$2" | tr ',' '\n' | cut -d : -f 1); do
        on "$h" rm -rf /tmp/out
    done
    {
        code=0
        mpi "$@" /tmp/shared/bin/job.sh log preds -t dataset --distributed-id "$ID" \
            --under data /tmp/data --under out '/tmp/out/part-{rank}' --alias best \
            >"$work/out" 2>"$work/err" || code=$?
        echo "$code" >"$work/code.new"
        mv "$work/code.new" "$work/code"
    } &
}

end_log() { # its exit code is in $code afterwards
    await "$work/code" || bad "the job does not end within $LIMIT s"
    code=$(cat "$work/code")
}

# Nobody may be left where the network is whole again, or where nobody waits for it.
clean_hosts() { # HOST...
    until_true none_left "$@" || bad "processes are left: $(processes "$@" | tr '\n' ' ')"
}

is_held() { # RANKS: as HOLD_RANKS
    for held in $(echo "$1" | tr ',' ' '); do
        [ -e "$shared/hold/held.$held" ] || return 1
    done
}

# A log with these ranks stopped at that point.
begin_held() { # HOST HOSTS POINT RANKS
    export HOLD_AT="$3" HOLD_RANKS="$4"
    begin_log "$1" "$2"
    export HOLD_AT='' HOLD_RANKS=''
    until_true is_held "$4" || bad "ranks $4 do not come to $3"
}

let_go() {
    touch "$shared/hold/go"
}

sound() { # WHEN
    run quire verify --all
    [ "$code" = 0 ] || bad "the store is not sound $1"
}

# What a reader sees of the collection: `preds:v0 DIGEST` a line.
versions() {
    run quire ls preds -l
    [ "$code" = 0 ] || [ "$code" = 5 ] || bad "ls exits with $code"
    awk '/^preds:v/ { print $1, $3 }' "$work/out"
}

is_whole() { # WHEN: there is the one version, with the digest of one process that logs it all
    seen=$(versions)
    [ "$seen" = "preds:v0 $digest" ] || bad "$1 there is '$seen', not preds:v0 $digest"
}

# How many writers' parts are in the store, seen or not by anybody.
parts() {
    find "$store/collections/preds/drafts" -path '*/writers/*' -type f 2>/dev/null |
        sed 's|/[^/]*$||' | sort -u | wc -l
}

others() { # HOST: the three other ones, with ranks: `1:2,3:1,4:1`
    echo "$HOSTS" | tr ' ' '\n' | grep -vx "$1" | awk '{ printf "%s%s:%d", s, $1, NR == 1 ? 2 : 1; s = "," }'
}

# The same job again, on other hosts than this one.
repeat() { # HOST
    hosts=$(others "$1")
    begin_log "${hosts%%:*}" "$hosts"
    end_log
    cp "$work/out" "$work/said"
    [ "$code" = 0 ] || bad "a repeat on hosts $hosts exits with $code"
    grep -q '^preds:v0$' "$work/said" || bad "a repeat says $(cat "$work/said")"
    sound 'after a repeat'
    is_whole 'after a repeat'
    # shellcheck disable=SC2046 # words
    clean_hosts $(echo "$HOSTS" | tr ' ' '\n' | grep -vx "$1")
}

fresh_store() {
    rm -rf "$store"
    cp -a "$work/base" "$store"
}
