/**
 * @file
 * A store that holds one version in an array, so that the version layer is tested without a
 * repository, and with versions that no repository would hand out.
 */
#ifndef FAKE_VERSION_H
#define FAKE_VERSION_H

#include "store/store.h"

/** A file, or with `ref` a reference. Sorted by path, bytewise. */
typedef struct fake_entry {
    const char *path;
    const char *data;
    const char *ref;
    const char *digest; /**< of a reference; NULL: its URI */
    uint64_t size;      /**< of a reference */
} fake_entry;

typedef struct fake {
    quire_store store; /* first: the head of every implementation */
    quire_version version;
    const fake_entry *entries;
    size_t count;
    size_t scanned;      /**< entries handed to callbacks so far */
    const char *damaged; /**< reading this path fails with `failure`, half way through */
    quire_status failure;
    const char *last;      /**< the dispatched operation that was called last */
    const char *last_text; /**< its text argument */
} fake;

/** Make a fake with these entries; nothing to free but what tests opened from it. */
void fake_begin(fake *f, const fake_entry *entries, size_t count);

#endif
