# Methods: a tool and, behind an @, how it is used: `quire`, `quire@4`, `cp@sync`. A tool is a file in
# peers/ with functions that are called by its name; README.md tells which.

peer='' variant='' prefix=''

take_method() { # METHOD
    peer=${1%%@*}
    variant=${1#"$peer"}
    variant=${variant#@}
    prefix=${peer//-/_}
}

peer_call() { # FUNCTION ARGUMENT…: of the peer that was taken; one that it does not have does nothing
    local name=${prefix}_$1
    shift
    ! declare -F "$name" >/dev/null || "$name" "$@"
}

peer_installed() {
    local program=${prefix}_program
    [[ -n ${!program} ]] && type -P "${!program}" >/dev/null
}

# The methods to measure for store, again or restore. Each gets a line first, so that the rows of the
# report stand in this order, whatever then becomes of them.
methods_of() { # VERB
    local name method
    for name in $BENCH_PEERS; do
        take_method "$name"
        for method in $(peer_call methods "$1"); do
            if peer_installed; then
                record "$method" 0 'not measured'
                echo "$method"
            else
                record "$method" 0 'not installed'
            fi
        done
    done
}

load_peers() {
    local name
    for name in $BENCH_PEERS; do
        [[ -e $bench/peers/$name.sh ]] || die "there is no $bench/peers/$name.sh"
        # shellcheck source=/dev/null
        . "$bench/peers/$name.sh"
    done
}

# Name, version and syncing of each peer that is installed, for the report.
describe_peers() {
    local name
    for name in $BENCH_PEERS; do
        take_method "$name"
        if peer_installed; then
            printf '%s\t%s\t%s\n' "$name" "$(peer_call version 2>/dev/null | head -n 1)" "$(peer_call syncs)"
        else
            printf '%s\tnot installed\t\n' "$name"
        fi
    done
}
