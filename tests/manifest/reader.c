/** @file Reading manifests: seeking, how much is loaded, and roots that lie. */
#include "manifest/reader.h"
#include "base/unit.h"
#include "manifest/stored_set.h"

typedef struct fixture {
    stored_set stored;
    q_manifest_reader *reader;
} fixture;

static int setup(void **state) {
    fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    stored_set_open(&f->stored);
    assert_int_equal(q_manifest_reader_new(&f->stored.memory.io, &f->stored.root, &f->reader, NULL),
                     QUIRE_OK);
    *state = f;
    return 0;
}

static int teardown(void **state) {
    fixture *f = *state;
    q_manifest_reader_free(f->reader);
    stored_set_close(&f->stored);
    free(f);
    return 0;
}

/** What comes at `path` is what the sorted set says; NULL at the end. */
static void seek_and_check(fixture *f, const char *path, int more) {
    quire_error error = {0};
    const q_entry *entry = NULL;
    size_t at = 0;
    while (at < f->stored.set.count && strcmp(f->stored.set.boxes[at].entry.path, path) < 0) {
        at++;
    }
    EXPECT(QUIRE_OK, q_manifest_reader_seek(f->reader, path, &error));
    for (int i = 0; i <= more; i++, at++) {
        EXPECT(QUIRE_OK, q_manifest_reader_next(f->reader, &entry, &error));
        if (at >= f->stored.set.count) {
            assert_null(entry);
            return;
        }
        assert_string_equal(entry->path, f->stored.set.boxes[at].entry.path);
    }
}

static void test_seek_anywhere(void **state) {
    fixture *f = *state;
    unsigned random = 7;
    seek_and_check(f, "", 1);
    seek_and_check(f, "zzz", 0);
    seek_and_check(f, "a", 1);
    for (int i = 0; i < 5000; i++) {
        char path[32];
        unsigned number = next_random(&random) % 302, kind = next_random(&random) % 3;
        snprintf(path, sizeof path, "dir/%04u%s", number, kind == 2 ? "x" : "");
        seek_and_check(f, path, (int)(next_random(&random) % 12) - 1);
    }
}

static void test_loads(void **state) {
    fixture *f = *state;
    size_t middle = f->stored.root.chunk_count / 2;
    const q_chunk_summary *chunk = &f->stored.root.chunks[middle];
    seek_and_check(f, chunk->first, (int)chunk->entries - 1);
    assert_int_equal(f->stored.memory.loads, 1);
    seek_and_check(f, chunk->first, 0);
    seek_and_check(f, chunk->first, 0);
    assert_int_equal(f->stored.memory.loads, 1);
    seek_and_check(f, f->stored.root.chunks[0].first, 0);
    assert_int_equal(f->stored.memory.loads, 2);
}

static void test_whole(void **state) {
    fixture *f = *state;
    entry_set_assert_manifest(&f->stored.set, &f->stored.memory.io, &f->stored.root);
    assert_int_equal(f->stored.memory.loads, f->stored.root.chunk_count);
}

static quire_status read_all(fixture *f, quire_error *error) {
    const q_entry *entry = NULL;
    quire_status status = q_manifest_reader_seek(f->reader, "", error);
    do {
        if (status == QUIRE_OK) {
            status = q_manifest_reader_next(f->reader, &entry, error);
        }
    } while (status == QUIRE_OK && entry);
    return status;
}

/** A root that says anything else of a chunk than what the chunk holds. */
static void test_lying_roots(void **state) {
    fixture *f = *state;
    q_chunk_summary *chunk = &f->stored.root.chunks[3];
    for (int lie = 0; lie < 8; lie++) {
        quire_error error = {0};
        q_chunk_summary truth = *chunk;
        char other[] = "dir/0000x";
        chunk->entries += lie == 0 ? 1 : lie == 1 ? UINT64_MAX : 0;
        chunk->bytes += lie == 2;
        chunk->weight += lie == 3;
        chunk->digest[5] = lie == 4 ? 'f' - (truth.digest[5] == 'f') : truth.digest[5];
        chunk->size -= lie == 5;
        chunk->first = lie == 6 ? other : truth.first;
        if (lie == 7) {
            memcpy(chunk->object, f->stored.root.chunks[4].object, sizeof chunk->object);
        }
        EXPECT(QUIRE_INTEGRITY, read_all(f, &error));
        *chunk = truth;
    }
    quire_error error = {0};
    EXPECT(QUIRE_OK, read_all(f, &error));
    char *first = f->stored.root.chunks[4].first;
    char early[] = "dir/0001";
    f->stored.root.chunks[4].first = early;
    EXPECT(QUIRE_INTEGRITY, read_all(f, &error));
    EXPECT_MESSAGE("belongs to another chunk");
    f->stored.root.chunks[4].first = first;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_seek_anywhere, setup, teardown),
        cmocka_unit_test_setup_teardown(test_loads, setup, teardown),
        cmocka_unit_test_setup_teardown(test_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lying_roots, setup, teardown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
