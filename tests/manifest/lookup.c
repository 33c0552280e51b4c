/** @file Looking up single paths: what is found, how much is loaded, and what is wrong. */
#include "manifest/lookup.h"
#include "base/name.h"
#include "base/unit.h"
#include "manifest/stored_set.h"

typedef struct fixture {
    stored_set stored;
    q_manifest_lookup *lookup;
} fixture;

static int setup(void **state) {
    fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    stored_set_open(&f->stored);
    assert_int_equal(q_manifest_lookup_new(&f->stored.memory.io, &f->stored.root, &f->lookup, NULL),
                     QUIRE_OK);
    *state = f;
    return 0;
}

static int teardown(void **state) {
    fixture *f = *state;
    q_manifest_lookup_free(f->lookup);
    stored_set_close(&f->stored);
    free(f);
    return 0;
}

static void look_up(fixture *f, const char *path) {
    quire_error error = {0};
    const q_entry *found = NULL, *expected = entry_set_get(&f->stored.set, path);
    EXPECT(QUIRE_OK, q_manifest_lookup_find(f->lookup, path, &found, &error));
    if (!expected) {
        assert_null(found);
        return;
    }
    assert_non_null(found);
    assert_string_equal(found->path, path);
    assert_true(q_entry_same(found, expected));
    assert_int_equal(found->offset, expected->offset);
}

static void test_anywhere(void **state) {
    fixture *f = *state;
    unsigned random = 11;
    look_up(f, "");
    look_up(f, "zzz");
    look_up(f, "a");
    for (int i = 0; i < 5000; i++) {
        char path[32];
        unsigned number = next_random(&random) % 302, kind = next_random(&random) % 3;
        snprintf(path, sizeof path, "dir/%04u%s", number, kind == 2 ? "x" : "");
        look_up(f, path);
    }
}

/** All, and one between each and the next, that is not there. */
static void test_in_order(void **state) {
    fixture *f = *state;
    for (size_t i = 0; i < f->stored.set.count; i++) {
        char between[Q_PATH_MAX + 2];
        const char *path = f->stored.set.boxes[i].entry.path;
        look_up(f, path);
        look_up(f, path);
        snprintf(between, sizeof between, "%s\x01", path);
        look_up(f, between);
    }
    assert_int_equal(f->stored.memory.loads, f->stored.root.chunk_count);
}

static void test_wrong_chunks(void **state) {
    fixture *f = *state;
    quire_error error = {0};
    const q_entry *entry = NULL;
    q_chunk_summary *chunk = &f->stored.root.chunks[f->stored.root.chunk_count - 1];
    q_chunk_summary truth = *chunk;
    const q_entry_box *boxes = f->stored.set.boxes;
    size_t at = 0; /* of the first chunk with two entries */
    for (size_t i = 0; f->stored.root.chunks[i].entries < 2; i++) {
        at += (size_t)f->stored.root.chunks[i].entries;
    }
    look_up(f, boxes[at].entry.path);
    chunk->size--;
    EXPECT(QUIRE_INTEGRITY, q_manifest_lookup_find(f->lookup, chunk->first, &entry, &error));
    assert_null(entry);
    chunk->size++;
    look_up(f, boxes[at + 1].entry.path); /* its text has made room for the wrong one */
    look_up(f, chunk->first);
    look_up(f, f->stored.root.chunks[0].first);
    chunk->object[0] = chunk->object[0] == '0' ? '1' : '0';
    assert_int_not_equal(q_manifest_lookup_find(f->lookup, chunk->first, &entry, &error), QUIRE_OK);
    *chunk = truth;
    look_up(f, chunk->first);
}

/** A chunk that is not one; lines that are none. */
static void test_wrong_lines(void **state) {
    static const char *const texts[] = {
        "{\"quire\":\"shard\",\"format\":1}\n",
        Q_CHUNK_HEADER "{\"path\":\"dir/0\"",
        Q_CHUNK_HEADER "nothing\n",
        Q_CHUNK_HEADER "{\"path\":\"dir/0\",\"digest\":\"x\",\"size\":1}\n",
        "",
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        quire_error error = {0};
        const q_entry *entry = NULL;
        q_manifest_lookup *lookup = NULL;
        char first[] = "dir/0";
        q_chunk_summary chunk = {.first = first, .entries = 1, .size = strlen(texts[i])};
        q_root root = {.entries = 1, .chunks = &chunk, .chunk_count = 1};
        EXPECT(QUIRE_OK, q_sha256_hex(texts[i], strlen(texts[i]), chunk.object, &error));
        EXPECT(QUIRE_OK, f->stored.memory.io.save(f->stored.memory.io.context, chunk.object,
                                                  texts[i], strlen(texts[i]), &error));
        EXPECT(QUIRE_OK, q_manifest_lookup_new(&f->stored.memory.io, &root, &lookup, &error));
        EXPECT(QUIRE_INTEGRITY, q_manifest_lookup_find(lookup, "dir/0", &entry, &error));
        assert_null(entry);
        q_manifest_lookup_free(lookup);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_anywhere, setup, teardown),
        cmocka_unit_test_setup_teardown(test_in_order, setup, teardown),
        cmocka_unit_test_setup_teardown(test_wrong_chunks, setup, teardown),
        cmocka_unit_test_setup_teardown(test_wrong_lines, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
