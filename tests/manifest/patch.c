/** @file Patches case by case: folders, replacements, errors, and which chunks are read. */
#include "manifest/patch.h"

#include "base/unit.h"
#include "manifest/entry_set.h"
#include "manifest/memory_io.h"

#define CHANGES_MAX 16
#define PACK "00112233445566778899aabbccddeeff"

typedef struct changes {
    q_change list[CHANGES_MAX];
    size_t given;
} changes;

static quire_status supply(void *context, const q_change **change, quire_error *error) {
    changes *c = context;
    (void)error;
    *change = c->list[c->given].path ? &c->list[c->given++] : NULL;
    return QUIRE_OK;
}

static quire_status patch(memory_io *memory, const q_root *base, const q_change *list,
                          q_root *patched, quire_error *error) {
    q_manifest_writer *writer = NULL;
    changes c = {{{0}}, 0};
    for (size_t i = 0; list[i].path; i++) {
        c.list[i] = list[i];
    }
    quire_status status = q_manifest_writer_new_limited(&memory->io, &small_limits, &writer, error);
    if (status == QUIRE_OK) {
        status = q_manifest_patch(&memory->io, base, supply, &c, writer, error);
    }
    if (status == QUIRE_OK) {
        status = q_manifest_writer_finish(writer, patched, NULL, NULL, error);
    }
    q_manifest_writer_free(writer);
    return status;
}

static void fill(entry_set *set, const char *const *paths) {
    for (; *paths; paths++) {
        q_entry entry = file_entry(*paths, 1);
        entry_set_put(set, &entry);
    }
}

/** Patch `before`; gives the status, and checks the paths `after` when there are any. */
static quire_status check(const char *const *before, const q_change *list, const char *const *after,
                          quire_error *error) {
    memory_io memory;
    entry_set set = {0}, wanted = {0};
    q_root base = {0}, patched = {0};
    char object[Q_SHA256_HEX_SIZE];
    memory_io_open(&memory);
    fill(&set, before);
    entry_set_write(&set, &memory.io, &small_limits, &base, object);
    quire_status status = patch(&memory, &base, list, &patched, error);
    if (after) {
        assert_string_equal(error->message, "");
        fill(&wanted, after);
        entry_set_assert_manifest(&wanted, &memory.io, &patched);
    }
    q_root_free(&base);
    q_root_free(&patched);
    entry_set_free(&set);
    entry_set_free(&wanted);
    memory_io_close(&memory);
    return status;
}

#define PATHS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define CHANGES(...) ((const q_change[]){__VA_ARGS__, {NULL, NULL}})

static void test_folders(void **state) {
    (void)state;
    quire_error error = {0};
    EXPECT(QUIRE_OK,
           check(PATHS("a", "a-b", "a/x", "a0"), CHANGES({"a", NULL}), PATHS("a-b", "a0"), &error));
    EXPECT(QUIRE_OK, check(PATHS("a-b", "a/x", "a/y/z", "a0"), CHANGES({"a", NULL}),
                           PATHS("a-b", "a0"), &error));
    EXPECT(QUIRE_OK, check(PATHS("a-b", "a-b/c", "a/x", "ab"), CHANGES({"a", NULL}, {"a-b", NULL}),
                           PATHS("ab"), &error));
    EXPECT(QUIRE_OK, check(PATHS("a/x", "a/y"), CHANGES({"a", NULL}, {"a/x", NULL}),
                           (const char *const[]){NULL}, &error));
    q_entry new = file_entry("d/new", 1);
    EXPECT(QUIRE_OK, check(PATHS("d/old", "e"), CHANGES({"d", NULL}, {"d/new", &new}),
                           PATHS("d/new", "e"), &error));
    EXPECT(QUIRE_OK, check(PATHS("d/new", "e"), CHANGES({"d", NULL}, {"d/new", &new}),
                           PATHS("d/new", "e"), &error));
    new.path = "d";
    EXPECT(QUIRE_OK,
           check(PATHS("d/old", "e"), CHANGES({"d", NULL}, {"d", &new}), PATHS("d", "e"), &error));
    EXPECT(QUIRE_OK, check((const char *const[]){NULL}, CHANGES({"d", &new}), PATHS("d"), &error));
}

static void test_unmatched(void **state) {
    (void)state;
    static const char *const names[] = {"0", "a", "b/x/z", "b/x", "bb", "d", "c/y"};
    const char *const *base = PATHS("b/xx", "b/y", "b0", "c", "c-d");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        quire_error error = {0};
        char message[64];
        snprintf(message, sizeof message, "path '%s' cannot be removed", names[i]);
        EXPECT(QUIRE_NOT_FOUND, check(base, CHANGES({names[i], NULL}), NULL, &error));
        EXPECT_MESSAGE(message);
    }
    quire_error error = {0};
    q_entry new = file_entry("d/new", 1);
    EXPECT(QUIRE_NOT_FOUND,
           check(base, CHANGES({"b", NULL}, {"d", NULL}, {"d/new", &new}), NULL, &error));
    EXPECT_MESSAGE("path 'd' cannot");
    EXPECT(QUIRE_NOT_FOUND, check((const char *const[]){NULL}, CHANGES({"a", NULL}), NULL, &error));
}

static void test_refused_changes(void **state) {
    (void)state;
    quire_error error = {0};
    const char *const *base = PATHS("a", "b", "c");
    q_entry b = file_entry("b", 2);
    EXPECT(QUIRE_USAGE, check(base, CHANGES({"b", NULL}, {"a", NULL}), NULL, &error));
    EXPECT_MESSAGE("comes after");
    EXPECT(QUIRE_USAGE, check(base, CHANGES({"b", NULL}, {"b", NULL}), NULL, &error));
    EXPECT(QUIRE_USAGE, check(base, CHANGES({"b", &b}, {"b", &b}), NULL, &error));
    EXPECT(QUIRE_USAGE, check(base, CHANGES({"b", &b}, {"b", NULL}), NULL, &error));
    EXPECT(QUIRE_USAGE, check(base, CHANGES({"c", &b}), NULL, &error));
    EXPECT(QUIRE_USAGE, check(base, CHANGES({"../b", NULL}), NULL, &error));
    EXPECT(QUIRE_USAGE, check(base, CHANGES({"b/", NULL}), NULL, &error));
}

/** Of an entry that the base has already, the base's placement stays. */
static void test_same_keeps_placement(void **state) {
    (void)state;
    memory_io memory;
    entry_set set = {0};
    q_root base = {0}, patched = {0};
    quire_error error = {0};
    char object[Q_SHA256_HEX_SIZE];
    memory_io_open(&memory);
    q_entry entry = file_entry("a", 5);
    entry_set_put(&set, &entry);
    entry_set_write(&set, &memory.io, &small_limits, &base, object);
    entry.pack = PACK;
    EXPECT(QUIRE_OK, patch(&memory, &base, CHANGES({"a", &entry}), &patched, &error));
    assert_string_equal(patched.chunks[0].object, base.chunks[0].object);
    q_root_free(&patched);
    entry.size = 6;
    EXPECT(QUIRE_OK, patch(&memory, &base, CHANGES({"a", &entry}), &patched, &error));
    assert_string_not_equal(patched.digest, base.digest);
    q_root_free(&base);
    q_root_free(&patched);
    entry_set_free(&set);
    memory_io_close(&memory);
}

/** Cost follows the change: chunks beside it, and those wholly below a removed folder, stay
 * unread. */
static void test_loads(void **state) {
    (void)state;
    memory_io memory;
    entry_set set = {0};
    q_root base = {0}, patched = {0};
    quire_error error = {0};
    char object[Q_SHA256_HEX_SIZE];
    memory_io_open(&memory);
    entry_set_fill(&set, 2000);
    q_entry first = file_entry("a", 1), last = file_entry("z", 1), new = file_entry("dir/1000", 3);
    entry_set_put(&set, &first);
    entry_set_put(&set, &last);
    entry_set_write(&set, &memory.io, &small_limits, &base, object);
    assert_true(base.chunk_count > 400);
    EXPECT(QUIRE_OK, patch(&memory, &base, CHANGES({"dir/1000", &new}), &patched, &error));
    assert_in_range(memory.loads, 1, 3);
    q_root_free(&patched);
    memory.loads = 0;
    EXPECT(QUIRE_OK, patch(&memory, &base, CHANGES({"dir", NULL}), &patched, &error));
    assert_in_range(memory.loads, 1, 4);
    assert_int_equal(patched.entries, 2);
    q_root_free(&patched);
    memory.loads = 0;
    EXPECT(QUIRE_OK, patch(&memory, &base, CHANGES({NULL, NULL}), &patched, &error));
    assert_int_equal(memory.loads, 0);
    assert_string_equal(patched.digest, base.digest);
    q_root_free(&base);
    q_root_free(&patched);
    entry_set_free(&set);
    memory_io_close(&memory);
}

/** Chunks that reach into their neighbours are found out, whichever of them is opened. */
static void test_overlapping_chunks(void **state) {
    (void)state;
    memory_io memory;
    entry_set set = {0};
    q_root base = {0};
    char object[Q_SHA256_HEX_SIZE], early[] = "dir/0001x";
    memory_io_open(&memory);
    entry_set_fill(&set, 60);
    entry_set_write(&set, &memory.io, &small_limits, &base, object);
    assert_string_equal(base.chunks[1].first, "dir/0001");
    assert_string_equal(base.chunks[2].first, "dir/0005");
    char *first = base.chunks[2].first;
    base.chunks[2].first = early;
    q_entry inner = file_entry("dir/0001", 77), outer = file_entry("dir/0001xx", 77);
    const q_change changes_of[][2] = {{{inner.path, &inner}, {NULL, NULL}},
                                      {{outer.path, &outer}, {NULL, NULL}},
                                      {{"dir/0000", NULL}, {NULL, NULL}}};
    for (size_t i = 0; i < 3; i++) {
        quire_error error = {0};
        q_root patched = {0};
        EXPECT(QUIRE_INTEGRITY, patch(&memory, &base, changes_of[i], &patched, &error));
    }
    base.chunks[2].first = first;
    q_root_free(&base);
    entry_set_free(&set);
    memory_io_close(&memory);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_folders),
                                       cmocka_unit_test(test_unmatched),
                                       cmocka_unit_test(test_refused_changes),
                                       cmocka_unit_test(test_same_keeps_placement),
                                       cmocka_unit_test(test_overlapping_chunks),
                                       cmocka_unit_test(test_loads)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
