/**
 * @file
 * A store written by an enemy who knows the format: manifests of any text, whose checksums all fit.
 * Ends the program when the planting itself fails.
 */
#ifndef HOSTILE_EVIL_H
#define HOSTILE_EVIL_H

#include "store/repository/internal.h"
#include "store/repository/version_record.h"

typedef struct evil {
    q_repository *repository;
    const char *name; /**< of the collection */
    int64_t next;     /**< the number of the next version */
    q_version_record base;
    q_entry_box seed; /**< a file with the content "evil", in a pack */
} evil;

/** What a planted entry says of itself; the content is "evil" unless it is a reference. */
typedef struct evil_entry {
    const char *path;
    size_t size; /**< of the path, which may hold NUL */
    const char *ref;
    const q_entry *as; /**< whose digest, size and place it claims; NULL: the seed's */
} evil_entry;

/** Every `from` in a text becomes `to`, before the text's own checksum is taken. NULL: none. */
typedef struct evil_edit {
    const char *from, *to;
} evil_edit;

/** One chunk under way. Zero-initialise. */
typedef struct evil_chunk {
    q_buffer text;     /**< of the object */
    q_buffer identity; /**< of the entries */
    q_buffer first;    /**< the first path, as JSON */
    uint64_t entries, bytes;
} evil_chunk;

/** The collection is made with a version that is as it should be: file `seed`, content "evil". */
void evil_begin(evil *e, quire_store *store, const char *name);
void evil_end(evil *e);

/** Append a JSON string of any bytes: only what JSON itself cannot hold is escaped. */
void evil_quote(q_buffer *out, const char *text, size_t size);
/** Append an entry, with the checksums of what it says. */
void evil_add(const evil *e, evil_chunk *chunk, const evil_entry *entry);
void evil_chunk_free(evil_chunk *chunk);

/** Store an object of manifests/ under its SHA-256. */
void evil_save(const evil *e, const void *data, size_t size, char hex[Q_SHA256_HEX_SIZE]);
/** Commit what is said to be a root. @return the version's number */
int64_t evil_commit(evil *e, const char *root, uint64_t root_size, const char *digest,
                    uint64_t entries, uint64_t bytes);
/** A version with one chunk of such entries, whose digests all fit. @return its number */
int64_t evil_plant(evil *e, const evil_entry *entries, size_t count);
/** The same with chunk and root edited; the root knows the edited chunk's name and size. */
int64_t evil_plant_edited(evil *e, const evil_entry *entries, size_t count, evil_edit chunk_edit,
                          evil_edit root_edit);

#endif
