/** @file What tests of the repository share: a store of its own for each test, and short words for
 *  logging into it, reading back and damaging it. */
#ifndef REPOSITORY_KIT_H
#define REPOSITORY_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <quire/quire.h>

#include "objects/memory/memory.h"
#include "store/repository/internal.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#define assert_status(expected, call, error)                                                       \
    do {                                                                                           \
        quire_status got_ = (call);                                                                \
        if (got_ != (expected)) {                                                                  \
            print_error("%s\n", got_ ? (error)->message : "no error");                             \
        }                                                                                          \
        assert_int_equal(got_, expected);                                                          \
    } while (0)
#define assert_ok(call, error) assert_status(QUIRE_OK, call, error)
#define assert_says(error, words)                                                                  \
    do {                                                                                           \
        if (!strstr((error)->message, words)) {                                                    \
            print_error("'%s' does not say '%s'\n", (error)->message, words);                      \
        }                                                                                          \
        assert_non_null(strstr((error)->message, words));                                          \
    } while (0)

typedef struct kit {
    quire_store *store;
    q_objects *objects; /**< the store's */
    q_repository *repository;
    quire_error error;
    char folder[256]; /**< for files of the test */
    char url[320];    /**< of a store in a directory, below the folder */
} kit;

/** Fixtures: `*state` is a kit; the store is in memory or in a directory. Where QUIRE_TEST_URL is
 *  set, which is for tests that neither set the clock nor look for files, it is below that. */
int kit_setup_memory(void **state);
int kit_setup_directory(void **state);
int kit_teardown(void **state);
/** Skip a test where the store is below QUIRE_TEST_URL: it sets the clock of a store in memory; or
 * it looks into the directory, or uses what only a directory can do. First in the test. */
void kit_needs_memory(const kit *k);
void kit_needs_directory(const kit *k);
/** 1; where the store is in a bucket, `rare`: of many cases alike, each of which takes requests by
 *  the hundred, one in so many. */
size_t kit_stride(const kit *k, size_t rare);
/** Make and open a store for a kit that has none. Returns 0. */
int kit_open(kit *k, const char *url);

/** The clock of a store in memory, in microseconds, when the test begins. */
#define KIT_CLOCK ((int64_t)1700000000 * 1000000)

/** A path below the folder, good until the fourth call after it. */
const char *kit_path(const kit *k, const char *below);
void kit_write_file(const kit *k, const char *below, const void *data, size_t size);

/** An artifact `name` of type "dataset" with files "path", "content", …, NULL. */
quire_artifact *kit_artifact(kit *k, const char *name, ...) __attribute__((sentinel));
/** Log and free it; must succeed. */
quire_version_id kit_log(kit *k, quire_artifact *artifact);
/** Upsert and free it; must succeed. */
void kit_upsert(kit *k, quire_artifact *artifact, const char *id, const char *writer);
quire_status kit_finish(kit *k, const char *name, const char *id, quire_version_id *version);
quire_status kit_patch(kit *k, const char *base, quire_artifact *artifact,
                       quire_version_id *version);

/** Number of versions of a collection that are not deleted. */
size_t kit_versions(kit *k, const char *name);
/** The number that an address resolves to; -1: QUIRE_NOT_FOUND. */
int64_t kit_number(kit *k, const char *address);
/** A file's text, NUL-terminated, freed by the caller; must be there. */
char *kit_text(kit *k, const char *address, const char *path);
/** Read all files of a version and throw them away. */
quire_status kit_read_all(kit *k, const char *address);
quire_status kit_verify(kit *k);
/** gc with grace in seconds (-1: none). */
quire_gc_report kit_gc(kit *k, int64_t grace, int dry_run);

/** Objects below a prefix. */
size_t kit_count(kit *k, const char *prefix);
/** The one object whose key begins and ends so; fails if there is none. */
void kit_find(kit *k, const char *prefix, const char *suffix, q_key *key);
void kit_get(kit *k, const char *key, q_buffer *out);
/** What unfinished writers have left: files in tmp/, and in a bucket uploads, too. */
size_t kit_count_temporary(kit *k);
/** Replace an object, whatever was there; NULL: remove it. */
void kit_put(kit *k, const char *key, const void *data, size_t size);

/** A text that changes with every change of any object but leases: keys and contents. Freed by the
 *  caller. */
char *kit_fingerprint(kit *k);

#endif
