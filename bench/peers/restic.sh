# restic with its defaults. Its cache is part of what it makes; content is checked as it is restored.

restic_program=restic
export RESTIC_PASSWORD=bench

restic_methods() {
    echo restic
}

restic_version() {
    restic version
}

restic_syncs() {
    echo 'packs and index'
}

restic_begin() {
    restic -q -r "$2/repository" --cache-dir "$2/cache" init
}

restic_store() {
    command=(restic -q -r "$2/repository" --cache-dir "$2/cache" backup "$1")
}

restic_again() {
    restic_store "$@"
}

restic_restore() {
    command=(restic -q -r "$1/repository" --cache-dir "$1/cache" restore latest --target "$2")
}
