# The folder `area` in which a case works, and its end.
#
# As root each case gets a new ext4 file system with a journal, in a loop device: without a journal,
# ext4 makes new files slowly after many were deleted, so one tool would pay for the tidying behind
# another. Elsewhere folders of many files are put aside, and deleted when all is done. Everything is
# below `scratch`, which nobody else has.

scratch=$BENCH_DIR/quire-bench.tmp
area=
area_kind=
area_mounted=no
area_serial=0
PATH=$PATH:/usr/sbin:/sbin

area_can_mount() {
    [[ $BENCH_VOLUME != no && $(id -u) -eq 0 ]] && command -v mkfs.ext4 losetup mount >/dev/null
}

area_make_volume() { # fails, leaving nothing, where the system does not let us
    local image=$scratch/volume.ext4 size device
    size=$(df -B1G --output=avail "$scratch" | awk -v most="$BENCH_VOLUME_GIB" \
        'NR == 2 { g = int($1 * 3 / 4); print (g < most) ? g : most }')
    # Allocated before it is used, and without a page cache of its own below that of the volume.
    mkdir -p "$scratch/volume" &&
        fallocate -l "${size}G" "$image" &&
        mkfs.ext4 -q -F -i 65536 -E nodiscard,lazy_itable_init=0,lazy_journal_init=0 "$image" &&
        device=$(losetup --find --show --direct-io=on "$image") &&
        mount "$device" "$scratch/volume" && area_mounted=yes
}

area_begin() {
    area_clear # what a killed run has left
    mkdir -p "$scratch"
    if area_can_mount && area_make_volume 2>"$scratch/why"; then
        area=$scratch/volume/bench
        area_kind='new ext4 with a journal in a loop device'
    elif [[ $BENCH_VOLUME == yes ]]; then
        die "no file system of its own in $scratch: $(cat "$scratch/why" 2>/dev/null || echo 'needs root and mkfs.ext4')"
    else
        [[ ! -s $scratch/why ]] || say "no file system of its own: $(cat "$scratch/why")"
        area_clear
        area=$scratch/work
        area_kind="$(stat -f -c %T "$BENCH_DIR") of the host"
    fi
    export HOME=$area/home # no tool finds settings or caches of whoever runs this
    mkdir -p "$HOME"
}

# What a signal has ended may take a moment to let go of its files.
area_unmount() {
    local try
    for ((try = 0; try < 20; try++)); do
        mountpoint -q "$scratch/volume" || return 0
        umount "$scratch/volume" 2>/dev/null || sleep 0.5
    done
    say "$scratch/volume is in use: it goes when that ends"
    umount -l "$scratch/volume"
}

area_clear() {
    local device
    area_unmount
    area_mounted=no
    if [[ -e $scratch/volume.ext4 ]]; then
        for device in $(losetup -j "$scratch/volume.ext4" 2>/dev/null | cut -d: -f1); do
            losetup -d "$device"
        done
    fi
    if [[ -d $scratch ]] && ! rm -rf --one-file-system "$scratch" 2>/dev/null; then
        chmod -R u+w "$scratch" # git-annex takes the right to write away
        rm -rf --one-file-system "$scratch"
    fi
}

discard() { # FOLDER
    [[ -e $1 ]] || return 0
    if [[ $area_mounted == no ]] && find "$1" | sed -n '1000{p;q;}' | grep -q .; then
        area_serial=$((area_serial + 1))
        mkdir -p "$scratch/aside"
        mv "$1" "$scratch/aside/$area_serial"
    elif ! rm -rf "$1" 2>/dev/null; then
        chmod -R u+w "$1"
        rm -rf "$1"
    fi
}
