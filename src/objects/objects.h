/**
 * @file
 * Key-value objects: the lower seam of quire. A directory, memory, an object storage.
 *
 * A key is `/`-separated components of `A-Z a-z 0-9 . _ - %`, none empty, none beginning with a
 * dot or longer than 255 bytes; at most 1,024 bytes; the first is neither `tmp` nor `trash`. No key
 * is another's folder. An object is written once, whole, and never changed: there is no
 * overwrite. Everything that must be atomic in quire rests on q_objects_put(): create if absent, of
 * which exactly one of many concurrent callers with different content succeeds.
 *
 * Durability: a *record* is durable when the call returns (unless the store was opened with
 * QUIRE_DURABILITY_NONE); *content* is durable when the call returns under FULL, and after the next
 * q_objects_sync() under BATCH. A crash leaves an object whole or absent (a hint, and everything
 * under NONE, perhaps without its bytes).
 *
 * Threads: several may use a handle at once, each a writer or reader of its own.
 *
 * Errors: QUIRE_NOT_FOUND for a missing key; QUIRE_CONFLICT for a put onto other content; others as
 * in base/error.h. Messages name the object. Every implementation passes tests/objects/.
 */
#ifndef Q_OBJECTS_H
#define Q_OBJECTS_H

#include <quire/store.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/source.h"

typedef struct q_objects q_objects;
typedef struct q_object_writer q_object_writer;
typedef struct q_object_reader q_object_reader;
typedef struct q_object_part q_object_part;

/** Room for what names a shared object before it has a key, the NUL included. */
#define Q_OBJECT_TOKEN_SIZE 96

/** What an object is for, which decides when it must be durable. */
typedef enum q_object_kind {
    Q_OBJECT_CONTENT, /**< blobs, packs, manifests, shards: before the commit */
    Q_OBJECT_RECORD,  /**< small, carries a commit or a promise: at once */
    Q_OBJECT_HINT     /**< leases and the like: need not survive a crash */
} q_object_kind;

typedef struct q_object_info {
    const char *key; /**< borrowed for the duration of a callback */
    uint64_t size;
    int64_t modified; /**< microseconds since 1970 by the store's clock */
} q_object_info;

typedef quire_status (*q_object_callback)(void *context, const q_object_info *info,
                                          quire_error *error);

/** One implementation. Callers use the functions below, which check keys and then call these. */
typedef struct q_objects_ops {
    void (*free)(q_objects *);
    quire_status (*put)(q_objects *, const char *key, q_object_kind, const void *data, size_t size,
                        bool *created, quire_error *);
    quire_status (*get)(q_objects *, const char *key, uint64_t max_size, q_buffer *, quire_error *);
    quire_status (*stat)(q_objects *, const char *key, q_object_info *, quire_error *);
    quire_status (*list)(q_objects *, const char *prefix, bool deep, q_object_callback, void *,
                         quire_error *);
    quire_status (*refresh)(q_objects *, const char *key, quire_error *);
    /** `removed` may be NULL: then an implementation need not find out whether there was anything,
     *  which spares a storage that does not tell a request. */
    quire_status (*remove)(q_objects *, const char *key, int64_t unless_since, bool *removed,
                           quire_error *);
    quire_status (*sync)(q_objects *, quire_error *);
    quire_status (*sync_host)(q_objects *, quire_error *); /**< may be NULL: as sync */
    quire_status (*settle)(q_objects *, const char *key, quire_error *); /**< may be NULL */
    quire_status (*now)(q_objects *, int64_t *microseconds, quire_error *);
    quire_status (*sweep)(q_objects *, int64_t unless_since, quire_error *);
    quire_status (*local_path)(q_objects *, const char *key, char **path, quire_error *);
    quire_status (*writer_open)(q_objects *, q_object_writer **, quire_error *);
    quire_status (*writer_write)(q_object_writer *, const void *data, size_t size, quire_error *);
    quire_status (*writer_publish)(q_object_writer *, const char *key, bool *created,
                                   quire_error *);
    void (*writer_free)(q_object_writer *);
    /** May be NULL: it is opened and written. */
    quire_status (*whole_open)(q_objects *, const char *key, const void *data, size_t size,
                               q_object_writer **, quire_error *);
    /** May be NULL: files are written. */
    quire_status (*link_open)(q_objects *, q_source *, q_object_writer **, quire_error *);
    /* NULL, all of them, where there are no shared objects; these have at most `shared_max` bytes.
     */
    uint64_t shared_max;
    quire_status (*shared_open)(q_objects *, uint64_t size, q_object_writer **,
                                char token[Q_OBJECT_TOKEN_SIZE], quire_error *);
    quire_status (*part_open)(q_objects *, const char *token, uint64_t size, uint64_t offset,
                              q_object_part **, quire_error *);
    quire_status (*part_own)(q_object_writer *, uint64_t offset, q_object_part **, quire_error *);
    quire_status (*part_write)(q_object_part *, const void *data, size_t size, quire_error *);
    quire_status (*part_close)(q_object_part *, quire_error *);
    void (*part_free)(q_object_part *);
    quire_status (*reader_open)(q_objects *, const char *key, uint64_t *size, q_object_reader **,
                                quire_error *);
    quire_status (*reader_read)(q_object_reader *, uint64_t offset, void *data, size_t size,
                                size_t *got, quire_error *);
    void (*reader_free)(q_object_reader *);
} q_objects_ops;

/** The head of every implementation's own struct. */
struct q_objects {
    const q_objects_ops *ops;
};
struct q_object_writer {
    q_objects *objects;
};
struct q_object_reader {
    q_objects *objects;
};
struct q_object_part {
    q_objects *objects;
    uint64_t position, size; /**< where it writes next, and the size of the whole object */
};

void q_objects_free(q_objects *objects);

/** QUIRE_USAGE for a key that breaks the rules above. */
quire_status q_objects_check_key(const char *key, quire_error *error);
/** Whether a name is a key of one component. */
bool q_objects_is_component(const char *name);

/**
 * Create a small object if it is absent. With equal content there already, the call succeeds with
 * `*created` false; with other content it is QUIRE_CONFLICT. `created` may be NULL. A lost reply is
 * no problem: who meets its own content has succeeded (records carry a nonce where who won
 * matters).
 */
quire_status q_objects_put(q_objects *objects, const char *key, q_object_kind kind,
                           const void *data, size_t size, bool *created, quire_error *error);

/** Read a whole object, appended to `out`. QUIRE_INTEGRITY when it is larger than `max_size`. */
quire_status q_objects_get(q_objects *objects, const char *key, uint64_t max_size, q_buffer *out,
                           quire_error *error);

/** Size and time; `info->key` is `key`. */
quire_status q_objects_stat(q_objects *objects, const char *key, q_object_info *info,
                            quire_error *error);

/**
 * List what lies below `prefix` ("" or a folder ending in `/`). Not `deep`: the names directly
 * below, `info->key` being the name alone, with a `/` at the end of a folder's; size and time are
 * 0. A folder without objects is none.
 * Deep: all objects below, with their full keys. In no order; what is put or removed meanwhile may
 * or may not be seen; everything else is. A prefix with nothing below it is an empty listing. The
 * callback may remove what it is shown.
 */
quire_status q_objects_list(q_objects *objects, const char *prefix, bool deep,
                            q_object_callback callback, void *context, quire_error *error);

/** Renew an object's time, so that a removal with an older `unless_since` leaves it. */
quire_status q_objects_refresh(q_objects *objects, const char *key, quire_error *error);

/**
 * Remove an object unless its time is `unless_since` or later (INT64_MAX: in any case). Sound
 * against a concurrent refresh or put of the same content: whichever is later than `unless_since`
 * keeps or restores the object. One whose file has a further name outside the store stays, too: see
 * q_object_writer_open_link(). A missing one is no error. A crash may bring back what was removed
 * shortly before.
 * @param removed receives whether this call has removed it, and says nothing where the call fails;
 *        NULL: not asked, which spares some implementations a request
 */
quire_status q_objects_remove(q_objects *objects, const char *key, int64_t unless_since,
                              bool *removed, quire_error *error);

/** Make durable all content that this handle has written (nothing to do under FULL or NONE). */
quire_status q_objects_sync(q_objects *objects, quire_error *error);

/** The same for what any process of this host has written: one of them may do it for all. */
quire_status q_objects_sync_host(q_objects *objects, quire_error *error);

/**
 * Make an object durable that somebody else has put: what is seen may not be on stable storage yet,
 * and what rests on it must not outlive it. Nothing to do under NONE, or where whatever is seen
 * lasts. To be called before anything is reported or made durable because of a record that was
 * read.
 */
quire_status q_objects_settle(q_objects *objects, const char *key, quire_error *error);

/** The store's clock, the one that `modified` follows. */
quire_status q_objects_now(q_objects *objects, int64_t *microseconds, quire_error *error);

/** Remove what unfinished writers older than `unless_since` left behind. */
quire_status q_objects_sweep(q_objects *objects, int64_t unless_since, quire_error *error);

/** Where an object lies as a local file, freed with free(); NULL where there is no such thing. */
quire_status q_objects_local_path(q_objects *objects, const char *key, char **path,
                                  quire_error *error);

/**
 * Write an object as a stream, its key known at the end. Nothing is seen before it is published.
 * Publishing over an object of the same size and content succeeds with `*created` false and renews
 * its time; over other content it is QUIRE_INTEGRITY, since the keys of content name the content.
 * Publishing ends the writer but does not free it.
 */
quire_status q_object_writer_open(q_objects *objects, q_object_writer **writer, quire_error *error);
quire_status q_object_writer_write(q_object_writer *writer, const void *data, size_t size,
                                   quire_error *error);
quire_status q_object_writer_publish(q_object_writer *writer, const char *key, bool *created,
                                     quire_error *error);
/** Frees it, and what was not published with it. NULL is fine. */
void q_object_writer_free(q_object_writer *writer);

/**
 * Write an object whose bytes and key are known, all but its publication: what takes its time goes
 * on in the meantime, so that several which are published one after the other wait for the disk
 * about once. `*writer` is NULL, with QUIRE_OK, where the object was found to be there with these
 * bytes: its time is renewed, and there is nothing to publish.
 */
quire_status q_object_writer_open_whole(q_objects *objects, const char *key, const void *data,
                                        size_t size, q_object_writer **writer, quire_error *error);

/**
 * Begin an object that a local file becomes as it is, before it is read: by a clone, which shares
 * its blocks, else by a further name of the file itself (`source->is_linked` then). Nothing is
 * written through the writer. The file must not change any more, nor lose its own name before the
 * object is protected by other means than its time: a further name leaves the file's mode, owner
 * and mtime alone, so that q_objects_remove() goes by the number of its names instead. `*writer` is
 * NULL, with QUIRE_OK, where the file cannot be had so: it has to be written.
 */
quire_status q_object_writer_open_link(q_objects *objects, q_source *source,
                                       q_object_writer **writer, quire_error *error);

/** Whether there are objects of this size that several processes write. */
bool q_objects_can_share(const q_objects *objects, uint64_t size);
/**
 * An object of known size that several processes write: who begins it hands the token to the others
 * and publishes it, by q_object_writer_publish() and under the same rules, when all of it was
 * written; what was not written has any bytes. Until then nobody sees it. Nothing is written
 * through its writer; freeing that gives the object up.
 */
quire_status q_object_writer_open_shared(q_objects *objects, uint64_t size,
                                         q_object_writer **writer, char token[Q_OBJECT_TOKEN_SIZE],
                                         quire_error *error);

/**
 * A run of a shared object: from `offset` on, written in order by one process. Runs of different
 * processes do not overlap; `offset` is a multiple of 64 MiB, and a run ends at one or at the end
 * of the object, so that an object storage can take it as parts of an upload. Nothing is believed
 * of the token but what can be seen: QUIRE_USAGE for what can be none, QUIRE_TEMPORARY when there
 * is no such object (any more), QUIRE_INTEGRITY when it is not of this size or kind.
 */
quire_status q_object_part_open(q_objects *objects, const char *token, uint64_t size,
                                uint64_t offset, q_object_part **part, quire_error *error);
/**
 * The same in the process that began the object, by its writer: several threads may have a run
 * each. Ended before the object is published, which makes durable what it wrote.
 */
quire_status q_object_part_own(q_object_writer *writer, uint64_t offset, q_object_part **part,
                               quire_error *error);
quire_status q_object_part_write(q_object_part *part, const void *data, size_t size,
                                 quire_error *error);
/** End a run: what another process wrote is as durable as content is before it has its name. Ends
 *  it, does not free it. */
quire_status q_object_part_close(q_object_part *part, quire_error *error);
/** NULL is fine. */
void q_object_part_free(q_object_part *part);

/** Read ranges of an object. `*got` is less than `size` only at its end. */
quire_status q_object_reader_open(q_objects *objects, const char *key, uint64_t *size,
                                  q_object_reader **reader, quire_error *error);
quire_status q_object_reader_read(q_object_reader *reader, uint64_t offset, void *data, size_t size,
                                  size_t *got, quire_error *error);
void q_object_reader_free(q_object_reader *reader);

#endif
