/** @file What the files of objects/s3 share. docs/s3.md tells why each does what it does. */
#ifndef Q_S3_INTERNAL_H
#define Q_S3_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "objects/s3/s3.h"
#include "objects/s3/s3_blocks.h"
#include "objects/s3/s3_request.h"

#define Q_S3_TMP "tmp/"     /* uploads on their way */
#define Q_S3_TRASH "trash/" /* removals on their way */
#define Q_S3_KEY_SIZE 1100  /* of a key and what may be put before or behind it */
#define Q_S3_ATTEMPTS 10    /* of what a concurrent removal can upset */

/** What a handle knows of removals that are under way, and tells of its own. */
typedef struct q_s3_guard {
    pthread_mutex_t lock;
    int64_t clean_until;    /**< by the monotonic clock, in milliseconds */
    char name[48];          /**< of its announcement; empty: there is none */
    int64_t announced;      /**< when that was put, by the monotonic clock */
    int64_t announced_date; /**< the same by the server's, in seconds */
} q_s3_guard;

typedef struct q_s3 {
    q_objects base;
    q_s3_client client;
    q_s3_guard guard;
    q_s3_blocks *blocks;
    atomic_size_t parts; /**< of uploads under way */
    /** Above the one a copy is made in parts of the other; tests have smaller ones. */
    uint64_t copy_max, copy_part;
} q_s3;

int64_t q_s3_monotonic(void);
/** Microseconds of a second of the server's clock. It shows whole seconds: each time is taken for
 *  the end of its second, so that nothing seems older than it is. */
static inline int64_t q_s3_microseconds(int64_t seconds) {
    return seconds * 1000000 + 999999;
}
/** QUIRE_NOT_FOUND for `key`. */
quire_status q_s3_not_found(const q_s3 *s3, const char *key, quire_error *error);
/** That the server's answers have no date, without which nothing can be removed safely. */
quire_status q_s3_no_time(const q_s3 *s3, quire_error *error);
/** As q_s3_perform(), of which anything but success is an error. */
quire_status q_s3_expect(q_s3 *s3, const q_s3_request *request, const char *what,
                         q_s3_answer *answer, quire_error *error);

/* s3_object.c */

/** Look at an object: `answer` has length, modified, etag, date. `*found` false: there is none. */
quire_status q_s3_head(q_s3 *s3, const char *key, bool *found, q_s3_answer *answer,
                       quire_error *error);
/** Read a range, all of it: less is QUIRE_INTEGRITY. */
quire_status q_s3_get_range(q_s3 *s3, const char *key, uint64_t offset, void *data, size_t size,
                            quire_error *error);
quire_status q_s3_delete(q_s3 *s3, const char *key, quire_error *error);
/** Create unless it is there; with other content there it is `otherwise`. */
quire_status q_s3_store(q_s3 *s3, const char *key, q_object_kind kind, const void *data,
                        size_t size, quire_status otherwise, bool *created, quire_error *error);
quire_status q_s3_put(q_objects *objects, const char *key, q_object_kind kind, const void *data,
                      size_t size, bool *created, quire_error *error);
quire_status q_s3_get(q_objects *objects, const char *key, uint64_t max_size, q_buffer *out,
                      quire_error *error);
quire_status q_s3_stat(q_objects *objects, const char *key, q_object_info *info,
                       quire_error *error);
quire_status q_s3_now(q_objects *objects, int64_t *microseconds, quire_error *error);

/* s3_copy.c */

/**
 * Copy an object within the bucket, also onto itself, which renews its time.
 * @param parts of q_s3_upload_parts(), to be kept with it; empty: none
 * @return QUIRE_NOT_FOUND without `from`
 */
quire_status q_s3_copy(q_s3 *s3, const char *from, const char *to, uint64_t size, const char *parts,
                       quire_error *error);
/** Compare two objects of one size, byte by byte. */
quire_status q_s3_compare(q_s3 *s3, const char *one, const char *other, uint64_t size, bool *same,
                          quire_error *error);

/* s3_guard.c */

void q_s3_guard_open(q_s3 *s3);
void q_s3_guard_close(q_s3 *s3);
/** Before content is put or renewed. */
quire_status q_s3_guard_before(q_s3 *s3, quire_error *error);
/** After it: whether it is there to stay. */
quire_status q_s3_guard_after(q_s3 *s3, const char *key, bool *kept, quire_error *error);
quire_status q_s3_refresh(q_objects *objects, const char *key, quire_error *error);

/* s3_remove.c */

quire_status q_s3_remove(q_objects *objects, const char *key, int64_t unless_since, bool *removed,
                         quire_error *error);
/** Take back the announcement of this handle, if there is one. */
void q_s3_removals_end(q_s3 *s3);
/** SHA-256 of a key, under which removals of it are entered in trash/. */
quire_status q_s3_trash_prefix(const char *key, char prefix[Q_S3_KEY_SIZE], quire_error *error);
/** No removal that was entered so many seconds ago does anything any more. */
#define Q_S3_REMOVAL_SECONDS 60
/** No handle removes anything after its announcement has become so many seconds old. */
#define Q_S3_ANNOUNCED_SECONDS 600
/** How long a handle waits between announcing removals and its first, in milliseconds. */
#define Q_S3_ANNOUNCED_WAIT 1000

/* s3_list.c */

/** What a listing shows: an object, or a folder, whose key ends in a slash. */
typedef struct q_s3_listed {
    char *key; /**< below the store's prefix */
    uint64_t size;
    int64_t modified; /**< in seconds; -1: a folder */
} q_s3_listed;

typedef struct q_s3_page {
    q_s3_listed *items;
    size_t count, capacity;
    char *next; /**< where the next page begins; NULL: there is none */
    int64_t date;
} q_s3_page;

/** Read a page. @param most 0: as many as the server likes @param after NULL: the first page */
quire_status q_s3_list_page(q_s3 *s3, const char *prefix, bool deep, int most, const char *after,
                            q_s3_page *page, quire_error *error);
void q_s3_page_free(q_s3_page *page);
quire_status q_s3_list(q_objects *objects, const char *prefix, bool deep,
                       q_object_callback callback, void *context, quire_error *error);

/* s3_sweep.c */

quire_status q_s3_sweep(q_objects *objects, int64_t unless_since, quire_error *error);

/* s3_writer.c */

quire_status q_s3_writer_open(q_objects *objects, q_object_writer **writer, quire_error *error);
quire_status q_s3_shared_open(q_objects *objects, uint64_t size, q_object_writer **writer,
                              char token[Q_OBJECT_TOKEN_SIZE], quire_error *error);
quire_status q_s3_writer_write(q_object_writer *writer, const void *data, size_t size,
                               quire_error *error);
quire_status q_s3_writer_publish(q_object_writer *writer, const char *key, bool *created,
                                 quire_error *error);
void q_s3_writer_free(q_object_writer *writer);
quire_status q_s3_part_own(q_object_writer *writer, uint64_t offset, q_object_part **part,
                           quire_error *error);

/* s3_part.c */

quire_status q_s3_part_open(q_objects *objects, const char *token, uint64_t size, uint64_t offset,
                            q_object_part **part, quire_error *error);
quire_status q_s3_part_write(q_object_part *part, const void *data, size_t size,
                             quire_error *error);
quire_status q_s3_part_close(q_object_part *part, quire_error *error);
void q_s3_part_free(q_object_part *part);

/* s3_reader.c */

quire_status q_s3_reader_open(q_objects *objects, const char *key, uint64_t *size,
                              q_object_reader **reader, quire_error *error);
quire_status q_s3_reader_read(q_object_reader *reader, uint64_t offset, void *data, size_t size,
                              size_t *got, quire_error *error);
void q_s3_reader_free(q_object_reader *reader);

/* s3_probe.c */

/** Find out whether the storage keeps what a store rests on; see q_objects_s3_open(). */
quire_status q_s3_probe(q_s3 *s3, quire_error *error);

#endif
