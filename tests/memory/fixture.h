/**
 * @file
 * What a case works on: a store with a bit of everything, and the handles that it may open.
 *
 * The store is made once; a case that writes gets a copy of it (of hard links: no object is ever
 * overwritten) for each try.
 */
#ifndef TESTS_MEMORY_FIXTURE_H
#define TESTS_MEMORY_FIXTURE_H

#include <quire/merge.h>
#include <quire/quire.h>
#include <stdbool.h>

typedef struct fixture {
    char url[512]; /**< of the store */
    char place[QUIRE_PLACE_SIZE];
    quire_store *store;
    quire_artifact *artifact;
    quire_version *version, *other;
    quire_file *file;
    quire_table *table;
    quire_merge *merge;
    quire_store *beside; /**< what is pushed from */
    quire_push *push;
    char *text;
    char result[16384]; /**< what the call told, to be compared between tries */
    size_t size;
} fixture;

/** The distributed_id of the draft of "set" that is in the store, upserted by writers 0 and 1. */
#define DRAFT "open-draft"

/** Make the folder of the program with the store and the files to be added; remove it. */
void fixture_make(void);
void fixture_remove(void);
/** A path below that folder; good until the fourth call after it. */
const char *fixture_path(const char *below);
/** Of a web server that runs meanwhile; see tests/http/server.c for what it serves. */
int fixture_port(void);

/** Begin a try, on a copy of the store when it writes. */
void fixture_begin(fixture *f, bool writes);
/** Free all handles. */
void fixture_free(fixture *f);
/** Remove the copy, and what the case has written into the folder `out`. */
void fixture_end(fixture *f, bool writes);
/** Verify the store of this try; tells what is wrong with it. */
bool fixture_sound(const fixture *f);

/** Add to the result. Asks for no memory. */
__attribute__((format(printf, 2, 3))) void fixture_tell(fixture *f, const char *format, ...);
void fixture_tell_id(fixture *f, const quire_version_id *id);

/** A step of the harness itself must not fail. */
void fixture_must(quire_status status, const quire_error *error, const char *what);
#define MUST(call)                                                                                 \
    do {                                                                                           \
        quire_error error_ = {0};                                                                  \
        quire_error *error = &error_;                                                              \
        fixture_must(call, error, #call);                                                          \
    } while (0)

/** Steps of setups. */
void fixture_open(fixture *f);     /**< the store */
void fixture_artifact(fixture *f); /**< an artifact "set" with one buffer */
void fixture_compose(fixture *f);  /**< the store, and an artifact with everything in it */
/** Open another store, below that folder, whose "vast" has one file of two blocks, "huge". Nothing
 *  is written into it. */
void fixture_vast(fixture *f, const char *root);
/** The same of its "many": 80 files. */
void fixture_many(fixture *f, const char *root);
/** The store to be pushed to, and "set:v1" of the store that it is a copy of: large files are there
 *  already, small ones lie at no path of a version before, as it is pushed under another name. */
void fixture_push(fixture *f);
/** The same, and a version of that other store: "many", or "wide", which has two parts. */
void fixture_push_beside(fixture *f, const char *root, const char *name);
void fixture_version(fixture *f); /**< the store, and version set:v1 */

#endif
