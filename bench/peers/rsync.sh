# rsync -a between two folders of this machine.

rsync_program=rsync

rsync_methods() {
    echo rsync
}

rsync_version() {
    rsync --version
}

rsync_syncs() {
    echo nothing
}

rsync_store() {
    command=(rsync -a "$1/" "$2/copy/")
}

rsync_again() {
    rsync_store "$@"
}

rsync_restore() {
    command=(rsync -a "$1/copy/" "$2/")
}
