#!/bin/sh
# Install what quire needs and this machine lacks, from Debian's packages.
#
#   deps.sh [build]   to build and run
#   deps.sh test      also what make test needs
#   deps.sh lint      also what lint, format, clang and valgrind need
#   deps.sh fuzz      also what make fuzz needs
#   deps.sh bench     also the tools that make bench measures quire beside
#
# Looks for the tools and libraries themselves, so that those of a cluster's modules will do. Says
# nothing, and takes no time, when all is there. As root, or where sudo asks for no password, it
# installs; else it names the packages to ask the administrator for and exits 1.

set -eu

missing=

need() { # PACKAGE COMMAND…: the package is missing unless the command succeeds
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}

has() {
    command -v "$1"
}

has_ext4() { # among root's commands, which others do not search
    [ -x /sbin/mkfs.ext4 ] || has mkfs.ext4
}

libc_headers() {
    echo '#include <stdio.h>' | cc -E - || echo '#include <stdio.h>' | gcc -E -
}

links_fuzzer() {
    echo 'int LLVMFuzzerTestOneInput(void); int LLVMFuzzerTestOneInput(void) { return 0; }' |
        clang -fsanitize=fuzzer,address,undefined -x c -o /dev/null -
}

# The sanitizers' libraries must be of the clang that is there.
fuzzer_package() {
    if has clang >/dev/null; then
        echo "libclang-rt-$(clang -dumpversion | cut -d. -f1)-dev"
    else
        echo libclang-rt-dev
    fi
}

for set in build "${1:-build}"; do
    case $set in
    build)
        missing=
        need gcc has cc
        need libc6-dev libc_headers
        need make has make
        need cmake has cmake
        need pkg-config has pkg-config
        need openmpi-bin has mpirun
        need libopenmpi-dev has mpicc
        need libcurl4-openssl-dev pkg-config --exists libcurl
        need libcjson-dev pkg-config --exists libcjson
        need libexpat1-dev pkg-config --exists expat
        need libssl-dev pkg-config --exists libcrypto
        need libcmocka-dev pkg-config --exists cmocka
        need iproute2 has ip
        ;;
    test)
        need radosgw has radosgw
        need ceph-mon has ceph-mon
        need ceph-osd has ceph-osd
        need ceph-common has ceph
        need curl has curl
        need openssl has openssl
        need nodejs has node
        need npm has npm
        ;;
    lint)
        need g++ has g++
        need clang has clang
        need clang-format has clang-format
        need clang-tidy has clang-tidy
        need cppcheck has cppcheck
        need shellcheck has shellcheck
        need valgrind has valgrind
        need binutils has nm
        ;;
    fuzz)
        need clang has clang
        need "$(fuzzer_package)" links_fuzzer
        ;;
    bench)
        need git has git
        need rsync has rsync
        need restic has restic
        need borgbackup has borg
        need git-annex has git-annex
        need rclone has rclone
        need s3cmd has s3cmd
        need gnuplot-nox has gnuplot
        need e2fsprogs has_ext4
        ;;
    *)
        echo "usage: deps.sh [build|test|lint|fuzz|bench]" >&2
        exit 2
        ;;
    esac
done

[ -n "$missing" ] || exit 0

if ! has apt-get >/dev/null; then
    echo "quire needs what Debian calls:$missing" >&2
    exit 1
elif [ "$(id -u)" -eq 0 ]; then
    as_root=
elif has sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root='sudo -n'
else
    echo "quire needs packages that are not installed; ask the administrator to run" >&2
    echo "  apt-get install$missing" >&2
    exit 1
fi

echo "installing:$missing" >&2
# Output only of a failure: a demo should not begin with pages of package names. Locks are waited
# for, since a fresh machine often still runs its first update.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086 # both are lists of words
{
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 -q update &&
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 -q \
            install -y --no-install-recommends $missing
} >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    echo "could not install:$missing" >&2
    exit 1
}
