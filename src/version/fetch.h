/** @file Bringing one entry's bytes into a target folder, checked. */
#ifndef Q_VERSION_FETCH_H
#define Q_VERSION_FETCH_H

#include "version/divided.h"
#include "version/range.h"
#include "version/target.h"

typedef struct q_fetch {
    quire_version *version;
    q_copier *copier; /**< for files */
    q_target *target;
    /** Called for the bytes of files as they are written; not for those of references. Another
     *  status than QUIRE_OK ends the file. */
    quire_status (*advance)(void *context, uint64_t bytes);
    void *context;
} q_fetch;

/** Write a file entry. */
quire_status q_fetch_file(const q_fetch *fetch, const q_entry *entry, quire_error *error);

/** Write one that q_divided_applies() to. Of the fetch only version and target are used. */
quire_status q_fetch_divided(const q_fetch *fetch, q_readers *readers, size_t lane,
                             const q_entry *entry, quire_error *error);

/**
 * Write what a reference names: `file:`, `http:` and `https:`.
 *
 * Size and digest (of the content, or the server's ETag) must be what was recorded, else
 * QUIRE_INTEGRITY. A web reference recorded without a checksum has its URI for a digest and perhaps
 * no size, and is taken as it comes. A `file:` reference is copied only by the digest of its
 * content, and nobody may read the copy who may not read the file.
 * @param fetched false for any other scheme, and a `file:` without digest: nothing was done
 * @param bytes how many were written
 */
quire_status q_fetch_reference(const q_fetch *fetch, const q_entry *entry, bool *fetched,
                               uint64_t *bytes, quire_error *error);

#endif
