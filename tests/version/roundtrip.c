/** @file A real tree through a real directory store and back, byte for byte. */
#include "version/unit.h"

#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>

#define TREE "/usr/include/openssl"

static char base[256];
static size_t compared;

static void assert_same_file(const char *a, const char *b) {
    FILE *files[2] = {fopen(a, "r"), fopen(b, "r")};
    char data[2][8192];
    size_t got;
    assert_non_null(files[0]);
    assert_non_null(files[1]);
    do {
        got = fread(data[0], 1, sizeof data[0], files[0]);
        assert_int_equal(fread(data[1], 1, sizeof data[1], files[1]), got);
        assert_memory_equal(data[0], data[1], got);
    } while (got > 0);
    fclose(files[0]);
    fclose(files[1]);
}

static int compare_one(const char *path, const struct stat *status, int kind) {
    (void)status;
    if (kind == FTW_F) {
        char below[512];
        snprintf(below, sizeof below, "out%s", path + strlen(base));
        assert_same_file(path, scratch(below));
        compared++;
    }
    return 0;
}

static quire_store *make_store(void) {
    quire_store *store = NULL;
    quire_error error = {0};
    char url[512];
    snprintf(url, sizeof url, "file://%s", scratch("a%20store"));
    assert_status(QUIRE_OK, quire_store_init(scratch("a store"), NULL, &error), &error);
    assert_status(QUIRE_OK, quire_store_init(url, NULL, &error), &error);
    assert_status(QUIRE_OK, quire_store_open(url, NULL, &store, &error), &error);
    assert_string_equal(quire_store_url(store), url);
    return store;
}

static quire_status add_size(void *context, const quire_entry *entry) {
    *(uint64_t *)context += entry->size;
    return QUIRE_OK;
}

static quire_status count_bytes(void *context, const void *data, size_t size) {
    (void)data;
    *(uint64_t *)context += size;
    return QUIRE_OK;
}

typedef struct rewalk {
    quire_version *version;
    char path[512]; /* the entry before */
    uint64_t count;
} rewalk;

/** Look elsewhere in the version while it is walked: the walk must go on where it was. */
static quire_status read_entry(void *context, const quire_entry *entry) {
    rewalk *w = context;
    quire_entry found;
    uint64_t size = 0;
    if (strcmp(entry->path, w->path) <= 0) {
        return QUIRE_CONFLICT;
    }
    snprintf(w->path, sizeof w->path, "%s", entry->path);
    w->count++;
    if (quire_version_read(w->version, w->path, 0, UINT64_MAX, count_bytes, &size, NULL) ||
        quire_version_get_entry(w->version, "ssl.h", &found, NULL)) {
        return QUIRE_ERROR;
    }
    return strcmp(entry->path, w->path) == 0 && size == entry->size ? QUIRE_OK : QUIRE_INTEGRITY;
}

static void assert_reads(quire_version *version) {
    quire_entry entry;
    quire_error error = {0};
    uint64_t sum = 0;
    uint64_t walked = 0;
    uint64_t tail = 0;
    rewalk rewalked = {.version = version};
    const quire_version_info *info = quire_version_get_info(version);

    assert_status(QUIRE_OK, quire_version_list(version, NULL, add_size, &sum, &error), &error);
    assert_status(QUIRE_OK, quire_version_walk(version, NULL, add_size, &walked, &error), &error);
    assert_int_equal(sum, info->bytes);
    assert_int_equal(walked, info->bytes);
    assert_status(QUIRE_OK, quire_version_walk(version, NULL, read_entry, &rewalked, &error),
                  &error);
    assert_int_equal(rewalked.count, info->entries);
    assert_status(QUIRE_OK, quire_version_get_entry(version, "ssl.h", &entry, &error), &error);
    assert_status(
        QUIRE_OK,
        quire_version_read(version, "ssl.h", 1000, UINT64_MAX, count_bytes, &tail, &error), &error);
    assert_int_equal(tail, entry.size - 1000);
}

static void test_round_trip(void **state) {
    quire_store *store = make_store();
    quire_version *version = NULL;
    quire_version_id id;
    quire_error error = {0};
    quire_read_report report;
    uint64_t files = 0;
    (void)state;
    snprintf(base, sizeof base, "%s", TREE);
    assert_status(QUIRE_OK, quire_save(store, "headers", "dataset", TREE, &id, &error), &error);
    assert_int_equal(id.created, 1);
    assert_status(QUIRE_OK, quire_version_open(store, "headers", &version, &error), &error);
    assert_status(QUIRE_OK, quire_version_verify(version, NULL, &report, &error), &error);
    assert_int_equal(report.files, quire_version_get_info(version)->entries);
    for (int64_t part = 0; part < 3; part++) {
        const quire_download_options options = {.part = part, .parts = 3};
        assert_status(QUIRE_OK,
                      quire_version_download(version, scratch("out"), &options, &report, &error),
                      &error);
        files += report.files;
    }
    assert_int_equal(files, quire_version_get_info(version)->entries);
    assert_int_equal(ftw(TREE, compare_one, 16), 0);
    assert_int_equal(compared, files);
    assert_true(compared > 50);
    assert_reads(version);
    quire_version_free(version);
    assert_status(QUIRE_OK, quire_store_verify(store, NULL, NULL, &error), &error);
    assert_status(QUIRE_OK, quire_store_gc(store, NULL, NULL, &error), &error);
    quire_store_free(store);
}

static void test_opening(void **state) {
    static const char *const refused[] = {
        "s3://",         "wandb://entity/project/more", "ftp://user:secret@host/x",
        "file://host/x", "file://u:secret@localhost/x", ""};
    quire_store *store = NULL;
    quire_error error = {0};
    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++) {
        assert_status(QUIRE_USAGE, quire_store_open(refused[i], NULL, &store, &error), &error);
        assert_null(strstr(error.message, "secret"));
        assert_status(QUIRE_USAGE, quire_store_init(refused[i], NULL, &error), &error);
        assert_null(store);
    }
    assert_status(QUIRE_NOT_FOUND, quire_store_open(scratch("none"), NULL, &store, &error), &error);
    assert_status(
        QUIRE_USAGE,
        quire_store_open(scratch("none"), &(quire_store_options){.version = 1}, &store, &error),
        &error);
    scratch_write("taken", "a file");
    assert_int_not_equal(quire_store_open(scratch("taken"), NULL, &store, &error), QUIRE_OK);
    assert_int_not_equal(quire_store_init(scratch("taken"), NULL, &error), QUIRE_OK);
    assert_null(store);
    assert_null(quire_store_url(NULL));
    quire_store_free(NULL);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_round_trip),
        TEST(test_opening),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
