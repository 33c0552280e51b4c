/** @file The frame of a collective test: folder, store, checks that do not jump, summing up. */
#include "mpi/harness.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/repository/internal.h"

/* Of the leak sanitizer, when the test is built with it. What the MPI library never frees is no
 * leak of quire's; it can be told apart only while the library and its plugins are loaded. */
void __lsan_do_leak_check(void) __attribute__((weak));
void __lsan_disable(void) __attribute__((weak));
void __lsan_enable(void) __attribute__((weak));
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) {
    return "leak:libopen-pal\nleak:libopen-rte\nleak:libmpi.so\nleak:libpmix\nleak:mca_\n"
           "leak:libevent\nleak:libhwloc\nleak:libltdl\n"
           "leak:__vasprintf_internal\n"; /* only MPI calls that, in code without frame pointers */
}

void harness_initialize(void) {
    if (__lsan_disable) {
        __lsan_disable();
    }
#ifdef HARNESS_FUNNELED
    int provided = MPI_THREAD_SINGLE;
    MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided);
#else
    MPI_Init(NULL, NULL);
#endif
    if (__lsan_enable) {
        __lsan_enable();
    }
}

void harness_finalize(void) {
    MPI_Barrier(MPI_COMM_WORLD);
    if (__lsan_do_leak_check) {
        __lsan_do_leak_check();
    }
    MPI_Finalize();
}

static int remove_one(const char *path, const struct stat *status, int flag, struct FTW *walk) {
    (void)status;
    (void)flag;
    (void)walk;
    (void)chmod(path, 0700);
    return remove(path);
}

static void begin(harness *h) {
    memset(h, 0, sizeof *h);
    MPI_Comm_dup(MPI_COMM_WORLD, &h->comm);
    MPI_Comm_rank(h->comm, &h->rank);
    MPI_Comm_size(h->comm, &h->size);
    quire_error error = {0};
    if (h->rank == 0) {
        const char *tmp = getenv("TMPDIR");
        (void)snprintf(h->folder, sizeof h->folder, "%s/quire-mpi-XXXXXX", tmp ? tmp : "/tmp");
        CHECK(h, mkdtemp(h->folder) != NULL);
    }
    MPI_Bcast(h->folder, sizeof h->folder, MPI_CHAR, 0, h->comm);
    /* For tests that do not look into its folder it may be elsewhere. */
    const char *base = getenv("QUIRE_TEST_URL");
    (void)snprintf(h->url, sizeof h->url, "%s%s/store", base ? base : "",
                   base ? strrchr(h->folder, '/') : h->folder);
    if (h->rank == 0) {
        CHECK_OK(h, quire_store_init(h->url, NULL, &error), &error);
    }
    MPI_Barrier(h->comm);
    CHECK_OK(h, quire_store_open(h->url, NULL, &h->store, &error), &error);
}

void harness_test(void **state) {
    const harness_body *body = *state;
    harness h;
    begin(&h);
    int failures = 0;
    MPI_Allreduce(&h.failures, &failures, 1, MPI_INT, MPI_SUM, h.comm);
    if (failures == 0) {
        body->run(&h);
        MPI_Allreduce(&h.failures, &failures, 1, MPI_INT, MPI_SUM, h.comm);
    }
    quire_store_free(h.store);
    MPI_Barrier(h.comm);
    if (h.rank == 0) {
        (void)nftw(h.folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    }
    MPI_Comm_free(&h.comm);
    assert_int_equal(failures, 0);
}

int harness_main(const char *name, const struct CMUnitTest *tests, size_t count) {
    harness_initialize();
    int failed = _cmocka_run_group_tests(name, tests, count, NULL, NULL);
    harness_finalize();
    return failed ? 1 : 0;
}

bool harness_check(harness *h, bool good, const char *what, const char *file, int line) {
    if (!good) {
        h->failures++;
        (void)fprintf(stderr, "%s:%d: rank %d of %d: %s\n", file, line, h->rank, h->size, what);
    }
    return good;
}

bool harness_status(harness *h, quire_status status, quire_status expected,
                    const quire_error *error, const char *file, int line) {
    char what[1200];
    (void)snprintf(what, sizeof what, "status %s, expected %s: %s", quire_status_name(status),
                   quire_status_name(expected), status ? error->message : "");
    return harness_check(h, status == expected && (!status || error->status == (int)status), what,
                         file, line);
}

bool harness_same(harness *h, const void *data, size_t size, const char *file, int line) {
    void *first = malloc(size ? size : 1);
    memcpy(first, data, size);
    MPI_Bcast(first, (int)size, MPI_BYTE, 0, h->comm);
    bool same = memcmp(first, data, size) == 0;
    free(first);
    return harness_check(h, same, "not what rank 0 has", file, line);
}

bool harness_failed(harness *h, quire_status status, quire_status expected, int failing,
                    const quire_error *error, const char *file, int line) {
    bool good = harness_status(h, status, expected, error, file, line);
    struct {
        int status, rank;
        char message[QUIRE_MESSAGE_SIZE];
    } seen;
    memset(&seen, 0, sizeof seen);
    seen.status = (int)status;
    seen.rank = error->rank;
    (void)snprintf(seen.message, sizeof seen.message, "%s", error->message);
    good = harness_same(h, &seen, sizeof seen, file, line) && good;
    if (expected != QUIRE_OK) {
        char what[1200];
        (void)snprintf(what, sizeof what, "rank %d told, expected %d: %s", error->rank, failing,
                       error->message);
        good = harness_check(h, error->rank == failing, what, file, line) && good;
        good = harness_check(h, error->message[0] != '\0', "no message", file, line) && good;
    }
    return good;
}

const char *harness_path(harness *h, const char *name) {
    static char path[1024];
    (void)snprintf(path, sizeof path, "%s/%s", h->folder, name);
    return path;
}

const char *harness_write(harness *h, const char *name, const void *data, size_t size) {
    char *path = strdup(harness_path(h, name));
    for (char *c = path + strlen(h->folder) + 1; *c; c++) {
        if (*c == '/') {
            *c = '\0';
            (void)mkdir(path, 0777);
            *c = '/';
        }
    }
    FILE *file = fopen(path, "wb");
    bool good = file && fwrite(data, 1, size, file) == size;
    good = file && fclose(file) == 0 && good;
    CHECK(h, good);
    free(path);
    return harness_path(h, name);
}

quire_artifact *harness_artifact(harness *h, const char *name) {
    quire_error error = {0};
    quire_artifact *artifact = NULL;
    CHECK_OK(h, quire_artifact_new(name, "dataset", &artifact, &error), &error);
    return artifact;
}

void harness_add(harness *h, quire_artifact *artifact, int i) {
    quire_error error = {0};
    char path[32], content[64];
    (void)snprintf(path, sizeof path, "f/%d", i);
    int size = snprintf(content, sizeof content, "the content of number %d\n", i);
    CHECK_OK(h, quire_artifact_add_buffer(artifact, path, content, (size_t)size, NULL, &error),
             &error);
}

static int counted;

static int count_one(const char *path, const struct stat *status, int flag, struct FTW *walk) {
    (void)path;
    (void)status;
    (void)walk;
    counted += flag == FTW_F;
    return 0;
}

int harness_count_files(const char *folder) {
    counted = 0;
    (void)nftw(folder, count_one, 16, FTW_PHYS);
    return counted;
}

static q_objects *objects_of(harness *h) {
    return q_repository_of(h->store)->objects;
}

static quire_status count_object(void *context, const q_object_info *info, quire_error *error) {
    (void)info;
    (void)error;
    ++*(int *)context;
    return QUIRE_OK;
}

int harness_count_objects(harness *h, const char *prefix) {
    int count = 0;
    quire_error error = {0};
    CHECK_OK(h, q_objects_list(objects_of(h), prefix, true, count_object, &count, &error), &error);
    return count;
}

typedef struct flipping {
    q_objects *objects;
    uint64_t size, at;
    char first;
} flipping;

static quire_status flip(void *context, const q_object_info *info, quire_error *error) {
    const flipping *this = context;
    q_buffer blob = {0};
    if (info->size <= this->at || (this->size > 0 && info->size != this->size)) {
        return QUIRE_OK;
    }
    quire_status status = q_objects_get(this->objects, info->key, UINT64_MAX, &blob, error);
    if (!status && (!this->first || blob.data[0] == this->first)) {
        blob.data[this->at] ^= 1;
        status = q_objects_remove(this->objects, info->key, INT64_MAX, NULL, error);
        status = status ? status
                        : q_objects_put(this->objects, info->key, Q_OBJECT_CONTENT, blob.data,
                                        blob.size, NULL, error);
    }
    q_buffer_free(&blob);
    return status;
}

void harness_flip(harness *h, char first, uint64_t size, uint64_t at) {
    flipping all = {objects_of(h), size, at, first};
    quire_error error = {0};
    CHECK_OK(h, q_objects_list(all.objects, Q_KEY_BLOBS, true, flip, &all, &error), &error);
}

static quire_status count_version(void *context, const quire_version_info *info) {
    (void)info;
    ++*(int *)context;
    return QUIRE_OK;
}

int harness_count_versions(harness *h, const char *name) {
    int count = 0;
    quire_error error = {0};
    quire_status status = quire_version_each(h->store, name, count_version, &count, &error);
    CHECK(h, status == QUIRE_OK || status == QUIRE_NOT_FOUND);
    return count;
}
