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
#define LUSTRE_MAGIC 0x0bd00bd0
#define GPFS_MAGIC 0x47504653
#define BEEGFS_MAGIC 0x19830326
#define GFS2_SUPER_MAGIC 0x01161970

static q_times times_of(uint32_t kind) {
    static const struct {
        uint32_t kind;
        q_times times;
    } known[] = {
        {EXT4_SUPER_MAGIC, Q_TIMES_LOCAL},   {XFS_SUPER_MAGIC, Q_TIMES_LOCAL},
        {BTRFS_SUPER_MAGIC, Q_TIMES_LOCAL},  {TMPFS_MAGIC, Q_TIMES_LOCAL},
        {RAMFS_MAGIC, Q_TIMES_LOCAL},        {F2FS_SUPER_MAGIC, Q_TIMES_LOCAL},
        {ZFS_MAGIC, Q_TIMES_LOCAL},          {BCACHEFS_MAGIC, Q_TIMES_LOCAL},
        {NFS_SUPER_MAGIC, Q_TIMES_REMOTE},   {LUSTRE_MAGIC, Q_TIMES_REMOTE},
        {CEPH_SUPER_MAGIC, Q_TIMES_REMOTE},  {GPFS_MAGIC, Q_TIMES_REMOTE},
        {BEEGFS_MAGIC, Q_TIMES_REMOTE},      {GFS2_SUPER_MAGIC, Q_TIMES_REMOTE},
        {OCFS2_SUPER_MAGIC, Q_TIMES_REMOTE}, {OVERLAYFS_SUPER_MAGIC, Q_TIMES_LAYERED},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (known[i].kind == kind) {
            return known[i].times;
        }
    }
    return Q_TIMES_MADE_UP;
}

q_times q_settled_times(q_settled *settled, const char *file, dev_t device) {
    struct statfs system;
    for (size_t i = 0; i < settled->count; i++) {
        if (settled->known[i].device == device) {
            return settled->known[i].times;
        }
    }
    if (statfs(file, &system) != 0) { /* this file's affair, and none of the device */
        return Q_TIMES_MADE_UP;
    }
    q_times times = times_of((uint32_t)system.f_type);
    settled->known[settled->next].device = device;
    settled->known[settled->next].times = times;
    settled->next = (settled->next + 1) % Q_SETTLED_DEVICES;
    settled->count += settled->count < Q_SETTLED_DEVICES;
    return times;
}

static bool is_before(struct timespec time, const struct timespec *opened, time_t margin) {
    return time.tv_sec < opened->tv_sec - margin ||
           (time.tv_sec == opened->tv_sec - margin && time.tv_nsec < opened->tv_nsec);
}

bool q_settled_since(const struct stat *status, const struct timespec *opened, q_times times) {
    time_t margin = times == Q_TIMES_REMOTE ? Q_SETTLED_REMOTE : Q_SETTLED_LOCAL;
    if (times == Q_TIMES_MADE_UP) {
        return false;
    }
    /* Most images, below an overlay too, know whole seconds, which a clock hardly ever tells. */
    if (times == Q_TIMES_LAYERED && status->st_ctim.tv_nsec == 0) {
        return false;
    }
    return is_before(status->st_mtim, opened, margin) && is_before(status->st_ctim, opened, margin);
}
