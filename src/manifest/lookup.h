/**
 * @file
 * Looking up single paths of a manifest, best in ascending order: then each chunk is loaded at most
 * once. Where a reader checks all that the root says of a chunk, this passes over the lines of
 * other paths as text and parses the one that is found, which makes a hint cheap: a chunk's bytes
 * are those that its name says, but whether its entries add up is not looked at. Holds one chunk.
 */
#ifndef Q_MANIFEST_LOOKUP_H
#define Q_MANIFEST_LOOKUP_H

#include "manifest/chunk.h"

typedef struct q_manifest_lookup q_manifest_lookup;

/** @param root,io borrowed until the lookup is freed */
quire_status q_manifest_lookup_new(const q_manifest_io *io, const q_root *root,
                                   q_manifest_lookup **lookup, quire_error *error);
void q_manifest_lookup_free(q_manifest_lookup *lookup);
/** The entry at `path`, borrowed until the next call; NULL when there is none. QUIRE_INTEGRITY, or
 *  what the loading says; the next call begins anew. */
quire_status q_manifest_lookup_find(q_manifest_lookup *lookup, const char *path,
                                    const q_entry **entry, quire_error *error);

#endif
