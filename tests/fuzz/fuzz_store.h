/**
 * @file
 * Stores in memory, of which one object is what the input says. One good store is made once, with
 * an object of each kind; every input gets a copy of it.
 *
 * Collection `set`: v0 and v1 logged, v2 finished from draft `done`, `best` and `latest` moved,
 * notes of v0 changed; draft `open` of writers 0 and 1; a lease that was left.
 */
#ifndef TESTS_FUZZ_STORE_H
#define TESTS_FUZZ_STORE_H

#include <quire/quire.h>

#include "fuzz.h"
#include "store/repository/internal.h"

typedef struct fuzz_store {
    quire_store *store; /**< NULL: it could not be opened */
    q_objects *objects; /**< the store's */
} fuzz_store;

/** A copy of the good store, not opened. */
q_objects *fuzz_store_copy(void);
/**
 * Copy and open. The input: a byte (which object), a byte (bit 0: seal it as a record), the
 * object's bytes. Manifests and shards take a third form, see fuzz_plant.h.
 */
void fuzz_store_open(fuzz_store *s, fuzz_input *input);
/** One with nothing in it. */
void fuzz_store_empty(fuzz_store *s);
void fuzz_store_close(fuzz_store *s);

/** The key of the only object, or the first, whose key begins and ends so. */
bool fuzz_store_find(q_objects *objects, const char *prefix, const char *suffix, q_key *key);
/** Put an object in place of what is there. */
void fuzz_store_replace(q_objects *objects, const char *key, const void *data, size_t size);

/** An artifact of collection `set` with one file; NULL as text: without any. */
quire_artifact *fuzz_artifact(const char *path, const char *text);

/**
 * Walk through everything a reader can ask of a version, and check what it is told. QUIRE_OK when
 * all of it could be read.
 */
quire_status fuzz_read_version(quire_store *store, const char *address,
                               char hex[Q_SHA256_HEX_SIZE]);

#endif
