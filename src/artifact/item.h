/**
 * @file
 * One entry of an artifact as its caller gave it: a path, and where its content comes from. A
 * million of them are usual, so that the struct is small and files of one folder share its name.
 */
#ifndef Q_ARTIFACT_ITEM_H
#define Q_ARTIFACT_ITEM_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/source.h"
#include "manifest/entry.h"

typedef enum q_item_kind {
    Q_ITEM_FILE,     /**< `file` */
    Q_ITEM_BELOW,    /**< a file of `folder` */
    Q_ITEM_BUFFER,   /**< `size` bytes at `data`, owned */
    Q_ITEM_BORROWED, /**< `size` bytes at `data`, the caller's */
    Q_ITEM_STAGED,   /**< `entry`: written to a store, not yet committed */
    Q_ITEM_REFERENCE /**< `entry`: a URI */
} q_item_kind;

/** A folder whose files were added: the file of an item is `name`, then its path from `skip` on. */
typedef struct q_folder {
    struct q_folder *next;
    size_t skip; /**< bytes of the prefix in the artifact, its `/` included */
    char name[]; /**< ends in `/` */
} q_folder;

typedef struct q_item {
    char *path; /**< owned */
    union {
        char *file;
        const q_folder *folder;
        const void *data;
        q_entry *entry; /**< owned, one allocation; its path is NULL */
    } from;
    quire_seen *seen; /**< owned: what a file looked like; its content of that time will do. NULL:
                         it is looked at when it is read */
    uint64_t size;    /**< as last seen; QUIRE_SIZE_UNKNOWN */
    q_item_kind kind;
    bool is_promised; /**< a file that stays unchanged: it may be linked */
} q_item;

void q_item_free(q_item *item);

/** Copy an entry without its path into one allocation, for `from.entry`. */
quire_status q_item_copy_entry(const q_entry *entry, q_entry **copy, quire_error *error);

/** Whether the content is a local file or memory, to be opened as a source. */
bool q_item_is_source(const q_item *item);

/** Whether it is a local file; its name as the process can open it goes to `name`. */
bool q_item_is_file(const q_item *item);
quire_status q_item_file_name(const q_item *item, q_buffer *name, quire_error *error);

/** Open such content. `name` keeps the file's name and must live as long as the source. */
quire_status q_item_open(const q_item *item, q_source *source, q_buffer *name, quire_error *error);

/**
 * What the item is as an entry; borrowed from the item and from `digest`, which is filled for
 * content that has to be read, with a digest of that kind.
 */
quire_status q_item_entry(const q_item *item, q_entry *entry, q_digest_kind kind,
                          char digest[Q_DIGEST_TEXT_SIZE], quire_error *error);

/** Whether two items have the same content, reading it where nothing cheaper tells. */
quire_status q_item_same(const q_item *a, const q_item *b, bool *same, quire_error *error);

#endif
