/**
 * @file
 * Roots of several chunks that do not belong together: the same twice, out of order, overlapping,
 * an entry in two of them, a root in a chunk's place. All checksums fit.
 */
#include <unistd.h>

#include "base/digest.h"
#include "hostile/unit.h"

/** The root's line about its one chunk, of the version planted last. */
static void summary_of(const evil *e, int64_t number, q_buffer *line, char logical[65],
                       char root[65]) {
    q_version_record record;
    q_buffer text = {0};
    char key[128];
    quire_error error = {0};
    assert_ok(q_version_record_get(e->repository, e->name, number, &record, &error), &error);
    snprintf(key, sizeof key, "manifests/%s", record.root);
    snprintf(root, 65, "%s", record.root);
    assert_ok(q_objects_get(e->repository->objects, key, 1 << 20, &text, &error), &error);
    const char *second = strchr(text.data, '\n') + 1;
    assert_ok(q_buffer_append_string(line, second, &error), &error);
    snprintf(logical, 65, "%s", strstr(second, "\"digest\":\"") + 10);
    q_buffer_free(&text);
    q_version_record_free(&record);
}

/** Commit a root of these lines, with the sums and the digest that they make. */
static int64_t commit(evil *e, char *const lines[2], char logical[2][65], uint64_t entries) {
    char text[256], digest[Q_SHA256_HEX_SIZE], root[Q_SHA256_HEX_SIZE];
    q_buffer out = {0};
    quire_error error = {0};
    int size = snprintf(text, sizeof text, "quire-manifest-1\n%s\n%s\n", logical[0], logical[1]);
    assert_ok(q_sha256_hex(text, (size_t)size, digest, &error), &error);
    assert_ok(q_buffer_printf(&out, &error,
                              "{\"quire\":\"root\",\"format\":1,\"entries\":%" PRIu64
                              ",\"bytes\":%" PRIu64 ",\"chunks\":2,\"digest\":\"%s\"}\n%s%s",
                              entries, 4 * entries, digest, lines[0], lines[1]),
              &error);
    evil_save(e, out.data, out.size, root);
    int64_t number = evil_commit(e, root, out.size, digest, entries, 4 * entries);
    q_buffer_free(&out);
    return number;
}

static quire_status get(quire_store *store, int64_t number, quire_error *error) {
    char address[64];
    quire_version *version = NULL;
    memset(error, 0, sizeof *error);
    snprintf(address, sizeof address, "evil:v%" PRId64, number);
    alarm(10);
    quire_status status = quire_version_open(store, address, &version, error);
    status = status ? status : quire_version_download(version, scratch("out"), NULL, NULL, error);
    alarm(0);
    quire_version_free(version);
    return status;
}

typedef struct chunk_of {
    evil_entry entries[3];
    size_t count;
} chunk_of;

static const struct {
    chunk_of first, second;
    quire_status status;
    const char *what;
} roots[] = {
    {{{{"a", 1, NULL, NULL}, {"b", 1, NULL, NULL}}, 2},
     {{{"c", 1, NULL, NULL}}, 1},
     QUIRE_OK,
     "as it should be"},
    {{{{"a", 1, NULL, NULL}}, 1}, {{{"a", 1, NULL, NULL}}, 1}, QUIRE_INTEGRITY, "the same twice"},
    {{{{"c", 1, NULL, NULL}}, 1}, {{{"a", 1, NULL, NULL}}, 1}, QUIRE_INTEGRITY, "out of order"},
    {{{{"a", 1, NULL, NULL}, {"c", 1, NULL, NULL}}, 2},
     {{{"b", 1, NULL, NULL}}, 1},
     QUIRE_INTEGRITY,
     "overlapping"},
    {{{{"a", 1, NULL, NULL}, {"b", 1, NULL, NULL}}, 2},
     {{{"b", 1, NULL, NULL}, {"c", 1, NULL, NULL}}, 2},
     QUIRE_INTEGRITY,
     "an entry in both"},
    {{{{"a", 1, NULL, NULL}}, 1},
     {{{"a/b", 3, NULL, NULL}}, 1},
     QUIRE_ERROR,
     "a file and its folder"},
};

static void test_roots(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(roots); i++) {
        void *inner = NULL;
        quire_error error = {0};
        q_buffer one = {0}, two = {0};
        char logical[2][65], root[65];
        evil e;
        assert_int_equal(scratch_setup(&inner), 0);
        quire_store *store = open_store();
        evil_begin(&e, store, "evil");
        summary_of(&e, evil_plant(&e, roots[i].first.entries, roots[i].first.count), &one,
                   logical[0], root);
        summary_of(&e, evil_plant(&e, roots[i].second.entries, roots[i].second.count), &two,
                   logical[1], root);
        char *const lines[2] = {one.data, two.data};
        int64_t number = commit(&e, lines, logical, roots[i].first.count + roots[i].second.count);
        quire_status status = get(store, number, &error);
        if (status != roots[i].status) {
            fail_msg("%s: status %d, %s", roots[i].what, (int)status, error.message);
        }
        q_buffer_free(&one);
        q_buffer_free(&two);
        evil_end(&e);
        quire_store_free(store);
        assert_int_equal(scratch_teardown(&inner), 0);
    }
    print_message("%zu roots of two chunks\n", COUNT(roots));
}

/** A chunk whose object is a root, and a root that is a chunk, or a record, or nothing. */
static void test_kinds(void **state) {
    static const char *const texts[] = {"",     "\n",     "{}",
                                        "{}\n", "null\n", "{\"quire\":\"chunk\",\"format\":1}\n"};
    const evil_entry entry = {"a", 1, NULL, NULL};
    quire_error error = {0};
    q_buffer line = {0};
    char logical[65], root[65], edit[96], object[Q_SHA256_HEX_SIZE];
    evil e;
    (void)state;
    quire_store *store = open_store();
    evil_begin(&e, store, "evil");
    summary_of(&e, evil_plant(&e, &entry, 1), &line, logical, root);
    snprintf(edit, sizeof edit, "\"object\":\"%s\",\"x\":\"", root);
    const evil_edit none = {NULL, NULL}, to_root = {"\"object\":\"", edit};
    assert_status(QUIRE_INTEGRITY,
                  get(store, evil_plant_edited(&e, &entry, 1, none, to_root), &error), &error);
    assert_non_null(strstr(error.message, root));
    for (size_t i = 0; i < COUNT(texts); i++) {
        evil_save(&e, texts[i], strlen(texts[i]), object);
        int64_t number = evil_commit(&e, object, strlen(texts[i]), logical, 1, 4);
        assert_status(QUIRE_INTEGRITY, get(store, number, &error), &error);
        assert_non_null(strstr(error.message, object));
    }
    assert_true(scratch_absent("out/a"));
    q_buffer_free(&line);
    evil_end(&e);
    quire_store_free(store);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_roots), TEST(test_kinds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
