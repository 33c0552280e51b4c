# cp -r; `sync`: and a sync of the file system, so that as much is durable as after quire.

cp_program='cp'

cp_methods() {
    echo cp
    [[ $1 == restore ]] || echo cp@sync
}

cp_version() {
    cp --version
}

cp_syncs() {
    echo 'nothing; @sync: the file system'
}

cp_store() {
    if [[ $variant == sync ]]; then
        # shellcheck disable=SC2016 # for the shell below
        command=(sh -c 'cp -r "$1" "$2" && sync -f "$2"' sh "$1" "$2/copy")
    else
        command=(cp -r "$1" "$2/copy")
    fi
}

cp_again() {
    if [[ $variant == sync ]]; then
        # shellcheck disable=SC2016
        command=(sh -c 'cp -ru "$1/." "$2" && sync -f "$2"' sh "$1" "$2/copy")
    else
        command=(cp -ru "$1/." "$2/copy")
    fi
}

cp_restore() {
    command=(cp -r "$1/copy" "$2")
}
