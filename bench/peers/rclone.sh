# rclone copy between two folders of this machine; `check`: and a comparison of all content.

rclone_program=rclone
export RCLONE_CONFIG=/dev/null

rclone_methods() {
    echo rclone
    [[ $1 != store ]] || echo rclone@check
}

rclone_version() {
    rclone version
}

rclone_syncs() {
    echo nothing
}

rclone_store() {
    if [[ $variant == check ]]; then
        # shellcheck disable=SC2016 # for the shell below
        command=(sh -c 'rclone copy -q "$1" "$2" && rclone check -q "$1" "$2"' sh "$1" "$2/copy")
    else
        command=(rclone copy -q "$1" "$2/copy")
    fi
}

rclone_again() {
    rclone_store "$@"
}

rclone_restore() {
    command=(rclone copy -q "$1/copy" "$2")
}
