/**
 * @file
 * Collective tests: every rank runs every test, in a folder of the test's own with an empty store.
 *
 * A check that fails on one rank must not jump out of the test, or the others would wait for ever:
 * checks here count and go on, and when the test ends the ranks sum up, so that it fails on all.
 */
#ifndef TESTS_MPI_HARNESS_H
#define TESTS_MPI_HARNESS_H

/* cmocka's header needs these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <quire/mpi.h>
#include <stdbool.h>

typedef struct harness {
    MPI_Comm comm; /**< all ranks of the test program; a duplicate made for this test */
    int rank, size;
    char folder[512]; /**< the same on all ranks; removed when the test has ended */
    char url[640];    /**< of an empty store in it, or below QUIRE_TEST_URL where that is set */
    quire_store *store;
    int failures;
} harness;

typedef struct harness_body {
    void (*run)(harness *);
} harness_body;

void harness_test(void **state);
void harness_initialize(void);
/** MPI_Finalize, after a look for leaks. */
void harness_finalize(void);
/** MPI_Init (MPI_Init_thread with MPI_THREAD_FUNNELED where HARNESS_FUNNELED is defined), run,
 * MPI_Finalize; the exit code. */
int harness_main(const char *name, const struct CMUnitTest *tests, size_t count);

#define HARNESS_TEST(body)                                                                         \
    {                                                                                              \
#body, harness_test, NULL, NULL, &(harness_body) {                                         \
            body                                                                                   \
        }                                                                                          \
    }
#define HARNESS_MAIN(name, ...)                                                                    \
    int main(void) {                                                                               \
        const struct CMUnitTest tests[] = {__VA_ARGS__};                                           \
        return harness_main(name, tests, sizeof tests / sizeof *tests);                            \
    }

/** Count a failure on this rank, and go on. Returns `good`. */
bool harness_check(harness *h, bool good, const char *what, const char *file, int line);
#define CHECK(h, condition) harness_check(h, condition, #condition, __FILE__, __LINE__)

/** Local: the status is the expected one; tells the message when it is not. */
bool harness_status(harness *h, quire_status status, quire_status expected,
                    const quire_error *error, const char *file, int line);
#define CHECK_OK(h, status, error) harness_status(h, status, QUIRE_OK, error, __FILE__, __LINE__)
#define CHECK_STATUS(h, status, expected, error)                                                   \
    harness_status(h, status, expected, error, __FILE__, __LINE__)

/** Collective: the same bytes on all ranks. */
bool harness_same(harness *h, const void *data, size_t size, const char *file, int line);
#define CHECK_SAME(h, data, size) harness_same(h, data, size, __FILE__, __LINE__)

/** Collective: `expected` on all ranks, and when it is a failure the same error, of that rank. */
bool harness_failed(harness *h, quire_status status, quire_status expected, int failing,
                    const quire_error *error, const char *file, int line);
#define CHECK_FAILED(h, status, expected, failing, error)                                          \
    harness_failed(h, status, expected, failing, error, __FILE__, __LINE__)

/** Local: write a file of the test's folder; parent folders are made. Returns its path, borrowed
 *  until the next call. */
const char *harness_write(harness *h, const char *name, const void *data, size_t size);
/** Local: its path. */
const char *harness_path(harness *h, const char *name);
/** Local: a new artifact named `name` of type "dataset". */
quire_artifact *harness_artifact(harness *h, const char *name);
/** Local: the file number `i` of a set in which each has other content; its path is `f/<i>`. */
void harness_add(harness *h, quire_artifact *artifact, int i);
/** Local: entries of these names below `folder`, regular files. */
int harness_count_files(const char *folder);
/** Local: how many objects the store has below a prefix. */
int harness_count_objects(harness *h, const char *prefix);
/** Local: change a byte of all blobs that begin with `first` ('\0': with anything) and are of
 * `size` bytes (0: any); again, and it is undone. */
void harness_flip(harness *h, char first, uint64_t size, uint64_t at);
/** Local: how many versions a collection has. */
int harness_count_versions(harness *h, const char *name);

#endif
