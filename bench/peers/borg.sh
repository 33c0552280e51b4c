# borg with its defaults, not encrypted. Each run makes an archive of its own.

borg_program=borg
borg_serial=0
export BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes BORG_RELOCATED_REPO_ACCESS_IS_OK=yes

borg_methods() {
    echo borg
}

borg_version() {
    borg --version
}

borg_syncs() {
    echo 'segments, at the commit'
}

borg_begin() {
    BORG_BASE_DIR=$2/base borg init -e none "$2/repository"
}

borg_store() {
    borg_serial=$((borg_serial + 1))
    echo "$borg_serial" >"$2/last"
    command=(env "BORG_BASE_DIR=$2/base" borg create "$2/repository::$borg_serial" "$1")
}

borg_again() {
    borg_store "$@"
}

borg_restore() {
    command=(env -C "$2" "BORG_BASE_DIR=$1/base" borg extract "$1/repository::$(<"$1/last")")
}
