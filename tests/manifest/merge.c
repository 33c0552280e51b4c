/** @file Merging: any partition gives the same version, equal entries come once, others conflict.
 */
#include "manifest/merge.h"
#include "base/unit.h"
#include "manifest/memory_io.h"
#include "manifest/shard_stream.h"

#define STREAMS_MAX 2000

/** An input over a set. */
typedef struct cursor {
    entry_set set;
    size_t given;
} cursor;

static quire_status next(void *context, const q_entry **entry, quire_error *error) {
    cursor *c = context;
    (void)error;
    *entry = c->given < c->set.count ? &c->set.boxes[c->given++].entry : NULL;
    return QUIRE_OK;
}

/** Deal the entries out to `count` shards, some to several; merge them; give the digest. */
static void digest_of_partition(const entry_set *set, size_t count, unsigned seed,
                                char digest[Q_SHA256_HEX_SIZE]) {
    entry_set *parts = calloc(count, sizeof *parts);
    shard_stream *streams = calloc(count, sizeof *streams);
    q_merge_input *inputs = calloc(count, sizeof *inputs);
    assert_true(parts && streams && inputs);
    for (size_t i = 0; i < set->count; i++) {
        unsigned copies = 1 + (next_random(&seed) % 8 == 0);
        for (unsigned c = 0; c < copies; c++) {
            entry_set_put(&parts[next_random(&seed) % count], &set->boxes[i].entry);
        }
    }
    for (size_t i = 0; i < count; i++) {
        shard_stream_write(&streams[i], &parts[i]);
        shard_stream_open(&streams[i]);
        inputs[i] = (q_merge_input){&streams[i], shard_stream_next, "writer"};
    }
    memory_io memory;
    q_merge *merge = NULL;
    q_manifest_writer *writer = NULL;
    q_root root = {0};
    quire_error error = {0};
    const q_entry *entry = NULL;
    memory_io_open(&memory);
    EXPECT(QUIRE_OK, q_merge_new(inputs, count, &merge, &error));
    EXPECT(QUIRE_OK, q_manifest_writer_new_limited(&memory.io, &small_limits, &writer, &error));
    for (;;) {
        EXPECT(QUIRE_OK, q_merge_next(merge, &entry, &error));
        if (!entry) {
            break;
        }
        EXPECT(QUIRE_OK, q_manifest_writer_add(writer, entry, &error));
    }
    EXPECT(QUIRE_OK, q_manifest_writer_finish(writer, &root, NULL, NULL, &error));
    assert_int_equal(root.entries, set->count);
    memcpy(digest, root.digest, sizeof root.digest);
    for (size_t i = 0; i < count; i++) {
        entry_set_free(&parts[i]);
        shard_stream_free(&streams[i]);
    }
    free(parts);
    free(streams);
    free(inputs);
    q_merge_free(merge);
    q_manifest_writer_free(writer);
    q_root_free(&root);
    memory_io_close(&memory);
}

static void test_partitions(void **state) {
    (void)state;
    static const size_t counts[] = {1, 2, 3, 4, 7, 64};
    entry_set set = {0};
    q_root root = {0};
    char object[Q_SHA256_HEX_SIZE], digest[Q_SHA256_HEX_SIZE];
    memory_io memory;
    memory_io_open(&memory);
    entry_set_fill(&set, 700);
    entry_set_write(&set, &memory.io, &small_limits, &root, object);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        digest_of_partition(&set, counts[i], (unsigned)i + 5, digest);
        assert_string_equal(digest, root.digest);
    }
    q_root_free(&root);
    entry_set_free(&set);
    memory_io_close(&memory);
}

static void test_equal_and_conflict(void **state) {
    (void)state;
    static const char *const names[] = {"w0", "w1", "w2"};
    cursor cursors[3] = {{{0}, 0}, {{0}, 0}, {{0}, 0}};
    q_merge_input inputs[3];
    q_merge *merge = NULL;
    const q_entry *entry = NULL;
    quire_error error = {0};
    for (size_t i = 0; i < 3; i++) {
        q_entry a = file_entry("a", 7);
        a.pack = i ? "00112233445566778899aabbccddeeff" : "ffeeddccbbaa99887766554433221100";
        a.offset = i;
        if (i != 0) {
            entry_set_put(&cursors[i].set, &a);
        }
        q_entry b = file_entry("b", i == 1 ? 2 : 1);
        entry_set_put(&cursors[i].set, &b);
        inputs[i] = (q_merge_input){&cursors[i], next, names[i]};
    }
    EXPECT(QUIRE_OK, q_merge_new(inputs, 3, &merge, &error));
    EXPECT(QUIRE_OK, q_merge_next(merge, &entry, &error));
    assert_string_equal(entry->path, "a");
    assert_int_equal(entry->offset, 1);
    EXPECT(QUIRE_CONFLICT, q_merge_next(merge, &entry, &error));
    EXPECT_MESSAGE("path 'b' has different content from writer 'w0' and writer 'w1'");
    assert_null(entry);
    q_merge_free(merge);
    for (size_t i = 0; i < 3; i++) {
        entry_set_free(&cursors[i].set);
    }
}

static void test_many_streams(void **state) {
    (void)state;
    static cursor cursors[STREAMS_MAX];
    static q_merge_input inputs[STREAMS_MAX];
    q_merge *merge = NULL;
    const q_entry *entry = NULL;
    quire_error error = {0};
    for (unsigned i = 0; i < STREAMS_MAX; i++) {
        for (unsigned j = 0; j < 3; j++) {
            char path[32];
            snprintf(path, sizeof path, "%05u", (i * 7919 + j * 104729) % 30011);
            q_entry file = file_entry(path, 1);
            entry_set_put(&cursors[i].set, &file);
        }
        inputs[i] = (q_merge_input){&cursors[i], next, "w"};
    }
    EXPECT(QUIRE_OK, q_merge_new(inputs, STREAMS_MAX, &merge, &error));
    char last[32] = "";
    for (;;) {
        EXPECT(QUIRE_OK, q_merge_next(merge, &entry, &error));
        if (!entry) {
            break;
        }
        assert_true(strcmp(last, entry->path) < 0);
        snprintf(last, sizeof last, "%s", entry->path);
    }
    q_merge_free(merge);
    for (unsigned i = 0; i < STREAMS_MAX; i++) {
        assert_int_equal(cursors[i].given, cursors[i].set.count);
        entry_set_free(&cursors[i].set);
    }
}

static quire_status lost(void *context, const q_entry **entry, quire_error *error) {
    (void)context;
    *entry = NULL;
    return q_error_set(error, QUIRE_INTEGRITY, "shard lost");
}

static void test_ends(void **state) {
    (void)state;
    q_merge *merge = NULL;
    const q_entry *entry = NULL;
    quire_error error = {0};
    EXPECT(QUIRE_OK, q_merge_new(NULL, 0, &merge, &error));
    EXPECT(QUIRE_OK, q_merge_next(merge, &entry, &error));
    assert_null(entry);
    q_merge_free(merge);
    q_merge_free(NULL);
    q_merge_input input = {NULL, lost, "w"};
    EXPECT(QUIRE_OK, q_merge_new(&input, 1, &merge, &error));
    EXPECT(QUIRE_INTEGRITY, q_merge_next(merge, &entry, &error));
    q_merge_free(merge);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_partitions), cmocka_unit_test(test_equal_and_conflict),
        cmocka_unit_test(test_many_streams), cmocka_unit_test(test_ends)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
