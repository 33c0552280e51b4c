/** @file Times to be relied on: see settled.h. */
#include "cache/settled.h"

#include <linux/magic.h>
#include <stdint.h>
#include <sys/vfs.h>

#ifndef XFS_SUPER_MAGIC
#define XFS_SUPER_MAGIC 0x58465342
#endif
#define ZFS_MAGIC 0x2fc12fc1
#define BCACHEFS_MAGIC 0xca451a4e

static bool is_local_kind(uint32_t kind) {
    static const uint32_t local[] = {EXT4_SUPER_MAGIC,      XFS_SUPER_MAGIC, BTRFS_SUPER_MAGIC,
                                     TMPFS_MAGIC,           RAMFS_MAGIC,     F2FS_SUPER_MAGIC,
                                     OVERLAYFS_SUPER_MAGIC, ZFS_MAGIC,       BCACHEFS_MAGIC};
    for (size_t i = 0; i < sizeof local / sizeof *local; i++) {
        if (local[i] == kind) {
            return true;
        }
    }
    return false;
}

bool q_settled_is_local(q_settled *settled, const char *file, dev_t device) {
    struct statfs system;
    for (size_t i = 0; i < settled->count; i++) {
        if (settled->known[i].device == device) {
            return settled->known[i].is_local;
        }
    }
    bool is_local = statfs(file, &system) == 0 && is_local_kind((uint32_t)system.f_type);
    settled->known[settled->next].device = device;
    settled->known[settled->next].is_local = is_local;
    settled->next = (settled->next + 1) % Q_SETTLED_DEVICES;
    settled->count += settled->count < Q_SETTLED_DEVICES;
    return is_local;
}

static bool is_before(struct timespec time, const struct timespec *opened, time_t margin) {
    return time.tv_sec < opened->tv_sec - margin ||
           (time.tv_sec == opened->tv_sec - margin && time.tv_nsec < opened->tv_nsec);
}

bool q_settled_since(const struct stat *status, const struct timespec *opened, bool is_local) {
    time_t margin = is_local ? Q_SETTLED_LOCAL : Q_SETTLED_REMOTE;
    return is_before(status->st_mtim, opened, margin) && is_before(status->st_ctim, opened, margin);
}
