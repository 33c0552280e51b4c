/** @file Comparing: the differences of two sets, whatever their chunks; and how little is read. */
#include "manifest/diff.h"
#include "base/unit.h"
#include "manifest/entry_set.h"
#include "manifest/memory_io.h"

/** Applying each difference to `set` as it is reported must end in the other set. */
static quire_status apply(void *context, const q_entry *before, const q_entry *after,
                          quire_error *error) {
    entry_set *set = context;
    const char *path = before ? before->path : after->path;
    const q_entry *held = entry_set_get(set, path);
    (void)error;
    assert_true(before || after);
    assert_int_equal(before != NULL, held != NULL);
    if (before) {
        assert_true(q_entry_same(before, held));
    }
    if (after) {
        assert_string_equal(after->path, path);
        assert_false(before && q_entry_same(before, after));
        entry_set_put(set, after);
    } else {
        entry_set_remove(set, path);
    }
    return QUIRE_OK;
}

static void diff_and_check(const entry_set *a, const entry_set *b, const q_chunk_limits *limits) {
    memory_io memory;
    entry_set set = {0};
    q_root before = {0}, after = {0};
    char object[Q_SHA256_HEX_SIZE];
    quire_error error = {0};
    memory_io_open(&memory);
    entry_set_write(a, &memory.io, &small_limits, &before, object);
    entry_set_write(b, &memory.io, limits, &after, object);
    entry_set_copy(&set, a);
    EXPECT(QUIRE_OK, q_manifest_diff(&memory.io, &before, &after, apply, &set, &error));
    entry_set_assert_manifest(&set, &memory.io, &after);
    q_root_free(&before);
    q_root_free(&after);
    entry_set_free(&set);
    memory_io_close(&memory);
}

static void change_at_random(entry_set *set, unsigned count, unsigned *random) {
    for (unsigned i = 0; i < count; i++) {
        char path[32];
        unsigned number = next_random(random) % 300;
        snprintf(path, sizeof path, "dir/%04u%s", number, number % 5 ? "" : "x");
        if (next_random(random) % 2) {
            q_entry entry = file_entry(path, next_random(random) % 300);
            entry_set_put(set, &entry);
        } else {
            entry_set_remove(set, path);
        }
    }
}

static void test_random(void **state) {
    (void)state;
    static const q_chunk_limits others = {9, 40, 4000};
    unsigned random = 11;
    for (int round = 0; round < 200; round++) {
        entry_set a = {0}, b = {0};
        entry_set_fill(&a, next_random(&random) % 200);
        entry_set_copy(&b, &a);
        change_at_random(&b, next_random(&random) % 30, &random);
        diff_and_check(&a, &b, round % 4 ? &small_limits : &others);
        entry_set_free(&a);
        entry_set_free(&b);
    }
}

/** Ten changes among thousands of chunks: only the chunks around them are read. */
static void test_loads(void **state) {
    (void)state;
    memory_io memory;
    entry_set a = {0}, b = {0}, set = {0};
    q_root before = {0}, after = {0};
    char object[Q_SHA256_HEX_SIZE];
    quire_error error = {0};
    memory_io_open(&memory);
    entry_set_fill(&a, 4000);
    entry_set_copy(&b, &a);
    for (unsigned i = 0; i < 10; i++) {
        char path[32];
        snprintf(path, sizeof path, "dir/%04u%s", 200 + i * 390, i % 3 == 1 ? "new" : "");
        q_entry entry = file_entry(path, 9999);
        if (i % 3 == 2) {
            entry_set_remove(&b, path);
        } else {
            entry_set_put(&b, &entry);
        }
    }
    entry_set_write(&a, &memory.io, &small_limits, &before, object);
    entry_set_write(&b, &memory.io, &small_limits, &after, object);
    assert_true(before.chunk_count > 900);
    entry_set_copy(&set, &a);
    EXPECT(QUIRE_OK, q_manifest_diff(&memory.io, &before, &after, apply, &set, &error));
    assert_in_range(memory.loads, 20, 120);
    size_t loads = memory.loads;
    entry_set_assert_manifest(&set, &memory.io, &after);
    memory.loads = 0;
    EXPECT(QUIRE_OK, q_manifest_diff(&memory.io, &after, &after, apply, &set, &error));
    assert_int_equal(memory.loads, 0);
    assert_true(loads > 0);
    q_root_free(&before);
    q_root_free(&after);
    entry_set_free(&a);
    entry_set_free(&b);
    entry_set_free(&set);
    memory_io_close(&memory);
}

static quire_status stop(void *context, const q_entry *before, const q_entry *after,
                         quire_error *error) {
    (void)before, (void)after;
    ++*(int *)context;
    return q_error_set(error, QUIRE_TEMPORARY, "enough");
}

static void test_callback_ends_it(void **state) {
    (void)state;
    memory_io memory;
    entry_set a = {0};
    q_root before = {0}, after = {0};
    char object[Q_SHA256_HEX_SIZE];
    quire_error error = {0};
    int calls = 0;
    memory_io_open(&memory);
    entry_set_fill(&a, 10);
    entry_set_write(&a, &memory.io, &small_limits, &before, object);
    EXPECT(QUIRE_TEMPORARY, q_manifest_diff(&memory.io, &before, &after, stop, &calls, &error));
    assert_int_equal(calls, 1);
    q_root_free(&before);
    entry_set_free(&a);
    memory_io_close(&memory);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random), cmocka_unit_test(test_loads),
                                       cmocka_unit_test(test_callback_ends_it)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
