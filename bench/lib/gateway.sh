# An object storage on loopback for the cases s3-*: a Ceph gateway of tests/s3, a new one for each
# measurement, since it keeps all in memory. Sourced by the cases, which set `transfers` for rclone,
# and `methods` where not all make sense.

phase_title=requests
methods=${methods:-quire quire-again rclone s3cmd}

gateway_stop() {
    "$bench/../tests/s3/gateway.sh" stop "$area/gateway"
}

gateway_start() {
    local host
    "$bench/../tests/s3/gateway.sh" start "$area/gateway" || return 1
    # shellcheck source=/dev/null # it is written at run time
    . "$area/gateway/env"
    host=${AWS_ENDPOINT_URL_S3#*://}
    export RCLONE_CONFIG=/dev/null RCLONE_CONFIG_GATEWAY_TYPE=s3 RCLONE_CONFIG_GATEWAY_PROVIDER=Ceph
    export RCLONE_CONFIG_GATEWAY_ENV_AUTH=true RCLONE_CONFIG_GATEWAY_ENDPOINT=$AWS_ENDPOINT_URL_S3
    export QUIRE_STORE=$QUIRE_TEST_URL/store
    bucket=${QUIRE_TEST_URL#s3://}
    s3cmd=(s3cmd --config /dev/null --host "$host" --host-bucket "$host" --no-ssl --no-progress
        --access_key "$AWS_ACCESS_KEY_ID" --secret_key "$AWS_SECRET_ACCESS_KEY")
    "$QUIRE" init >/dev/null
}

gateway_requests() {
    grep -c ' HTTP/1' "$QUIRE_TEST_LOG"
}

# All files must be there; and how much was asked of the gateway.
look() { # METHOD
    local found
    phase=$(($(gateway_requests) - requests))
    case $1 in
    quire*) found=$("$QUIRE" show bench --json | grep -o '"entries": *[0-9]*' | tr -dc 0-9) ;;
    rclone) found=$(rclone lsf -R --files-only "gateway:$bucket/copy" | wc -l) ;;
    s3cmd) found=$("${s3cmd[@]}" ls --recursive "s3://$bucket/copy/" | wc -l) ;;
    esac
    [[ $found == "$files" ]]
}

set_command() { # METHOD
    case $1 in
    quire*) command=("$QUIRE" log bench --type dataset "$source" --quiet) ;;
    rclone) command=(rclone copy -q --transfers "$transfers" "$source" "gateway:$bucket/copy") ;;
    s3cmd) command=("${s3cmd[@]}" put --quiet --recursive "$source/" "s3://$bucket/copy/") ;;
    esac
}

run_own() {
    local round method program
    trap 'gateway_stop; area_clear' EXIT
    source=$area/source
    mkdir -p "$area/none" # nothing is written here
    make_source
    files=$(find "$source" -type f | wc -l)
    for method in $methods; do
        record "$method" 0 'not measured'
    done
    for ((round = 1; round <= BENCH_ROUNDS; round++)); do
        warm_source
        for method in $methods; do
            program=${method%-again}
            if [[ $program != quire ]] && ! type -P "$program" >/dev/null; then
                [[ $round -gt 1 ]] || record "$method" 0 'not installed'
                continue
            fi
            [[ $method == *-again ]] || gateway_start || die "no gateway: cmake/deps.sh test"
            requests=$(gateway_requests)
            set_command "$method"
            measure "$method" "$round" "$area/none"
        done
    done
    gateway_stop
}
