/**
 * @file
 * What the files of objects/fs share. Helpers that return an `int` return an errno, 0 for done, for
 * callers that act on the number; those that return a quire_status have filled the error.
 */
#ifndef Q_OBJECTS_FS_INTERNAL_H
#define Q_OBJECTS_FS_INTERNAL_H

#include <pthread.h>
#include <sys/stat.h>

#include "objects/fs/fs.h"

#define Q_FS_TMP "tmp/"
#define Q_FS_TRASH "trash/"
#define Q_FS_ATTEMPTS 10 /* of what a concurrent removal or a stale NFS handle can upset */
#define Q_FS_NAME_SIZE 1016
/** So much written is handed to the disk at once, for little to be left when the sync comes. */
#define Q_FS_FLUSH_SIZE ((uint64_t)8 << 20)

typedef struct q_fs {
    q_objects base;
    int root;
    int tmp;    /**< -1 until the first write, so that opening a store writes nothing; then it
                     keeps its number, whichever folder that stands for */
    char *path; /**< absolute, of the root */
    quire_durability durability;
    pthread_mutex_t syncing; /**< who syncs; another waits, as what it means may be in that one */
    pthread_mutex_t lock;    /**< of what changes below */
    bool unsynced;           /**< names of contents were made or relied on since the last syncfs */
    /** Folders whose own names this handle has synced: who made a folder may not have got that far.
     */
    char **durable;
    size_t durable_count;
} q_fs;

/** Files below this are written, not linked: there is nothing to win. */
#define Q_FS_LINK_MIN ((int64_t)1 << 20)
#define Q_FS_TEMP_SIZE 48
/** What the names of temporary files end in that are further names of files from outside. */
#define Q_FS_TEMP_LINK ".link"

/** A stream into a temporary file, or one that others write, or that is a file as it is. */
typedef struct q_fs_writer {
    q_object_writer base;
    int fd;
    char temp[Q_FS_TEMP_SIZE];
    char name[Q_FS_NAME_SIZE]; /**< what messages call it before it has a key */
    uint64_t size;
    uint64_t flushed;
    bool shared; /**< others write it, or nobody; `size` is what it has when it is whole */
    bool linked; /**< it is a further name of a file from outside */
    bool ended;
} q_fs_writer;

/** "KEY in ROOT", as messages name an object. Returns `name`. */
const char *q_fs_name(const q_fs *fs, const char *key, char name[Q_FS_NAME_SIZE]);
int64_t q_fs_microseconds(const struct stat *status);
/** The time of its inode, which a further name sets, too. */
int64_t q_fs_inode_microseconds(const struct stat *status);
/** QUIRE_NOT_FOUND for `key`. */
quire_status q_fs_not_found(const q_fs *fs, const char *key, quire_error *error);
/** Whether the name of an object of this kind is synced at once. */
bool q_fs_syncs(const q_fs *fs, q_object_kind kind);
/** Whether its bytes are, before it has a name: else a crash might leave the name without them. */
bool q_fs_syncs_bytes(const q_fs *fs, q_object_kind kind);

/* fs_path.c */

/**
 * Open the folder that the first `length` bytes of `key` name (they end in `/`, or are none), as an
 * O_PATH descriptor, without following a symbolic link below the root.
 * @param create make what is missing; else a missing folder is QUIRE_NOT_FOUND
 */
quire_status q_fs_open_folder(const q_fs *fs, const char *key, size_t length, bool create, int *fd,
                              quire_error *error);
/** The folder of an object; `*leaf` points to the last component of `key`. */
quire_status q_fs_open_parent(const q_fs *fs, const char *key, bool create, int *fd,
                              const char **leaf, quire_error *error);
/** Open an object for reading; a thing that is no regular file is refused. */
quire_status q_fs_open_object(const q_fs *fs, const char *key, int *fd, struct stat *status,
                              quire_error *error);
/** fstatat() without following; ENOENT for a folder, ELOOP for what is no regular file. */
int q_fs_stat_at(int folder, const char *leaf, struct stat *status);
/** Set the time to now, and make sure that the object is still in its place afterwards. */
int q_fs_touch_at(int folder, const char *leaf);
/**
 * Give a file a further name unless that is taken (EEXIST). Where there are no hard links the file
 * is renamed instead, and the first name is gone. ENOTSUP: the filesystem can do neither.
 */
int q_fs_link(int from_folder, const char *from, int to_folder, const char *to);

/* fs_durable.c */

/** Make the name of an object in `folder` durable, and the names of all folders above it. */
int q_fs_sync_name(q_fs *fs, const char *key, int folder);
quire_status q_fs_settle(q_objects *objects, const char *key, quire_error *error);
void q_fs_forget_durable(q_fs *fs);

/** Content was made or relied on, whose name the next sync is for. */
void q_fs_note_unsynced(q_fs *fs, q_object_kind kind);

/* fs_writer.c */

/** Open tmp/ for fs->tmp, making that folder when needed. @param again also if it is open: it may
 *  have been exchanged by hand */
quire_status q_fs_tmp_open(q_fs *fs, bool again, quire_error *error);
/** Open a new file in tmp/, making that folder when needed. */
quire_status q_fs_temp_open(q_fs *fs, char name[33], int *fd, quire_error *error);
quire_status q_fs_put(q_objects *objects, const char *key, q_object_kind kind, const void *data,
                      size_t size, bool *created, quire_error *error);
quire_status q_fs_writer_open(q_objects *objects, q_object_writer **writer, quire_error *error);
quire_status q_fs_writer_write(q_object_writer *writer, const void *data, size_t size,
                               quire_error *error);
quire_status q_fs_writer_publish(q_object_writer *writer, const char *key, bool *created,
                                 quire_error *error);
void q_fs_writer_free(q_object_writer *writer);
quire_status q_fs_shared_open(q_objects *objects, uint64_t size, q_object_writer **writer,
                              char token[Q_OBJECT_TOKEN_SIZE], quire_error *error);
quire_status q_fs_part_own(q_object_writer *writer, uint64_t offset, q_object_part **part,
                           quire_error *error);

/** A new writer of the temporary file `temp`, open as `fd`; both are given up on failure. */
quire_status q_fs_writer_new(q_fs *fs, const char *temp, int fd, q_fs_writer **writer,
                             quire_error *error);

/* fs_whole.c */

quire_status q_fs_whole_open(q_objects *objects, const char *key, const void *data, size_t size,
                             q_object_writer **writer, quire_error *error);

/* fs_link.c */

quire_status q_fs_link_open(q_objects *objects, q_source *source, q_object_writer **writer,
                            quire_error *error);

/* fs_part.c */

quire_status q_fs_part_open(q_objects *objects, const char *token, uint64_t size, uint64_t offset,
                            q_object_part **part, quire_error *error);
/** A run through a descriptor of the process's own, which stays open for as long. */
quire_status q_fs_part_new(q_objects *objects, int fd, const char *name, uint64_t size,
                           uint64_t offset, q_object_part **part, quire_error *error);
quire_status q_fs_part_write(q_object_part *part, const void *data, size_t size,
                             quire_error *error);
quire_status q_fs_part_close(q_object_part *part, quire_error *error);
void q_fs_part_free(q_object_part *part);

/* fs_list.c, fs_remove.c */

quire_status q_fs_list(q_objects *objects, const char *prefix, bool deep,
                       q_object_callback callback, void *context, quire_error *error);
quire_status q_fs_remove(q_objects *objects, const char *key, int64_t unless_since, bool *removed,
                         quire_error *error);
quire_status q_fs_sweep(q_objects *objects, int64_t unless_since, quire_error *error);

#endif
