/**
 * @file
 * A draft merged by many processes: what quire/merge.h promises, all of them being this one. What
 * is merged so is, byte for byte, what a finish makes alone.
 */
#include <quire/merge.h>

#include "manifest/chunk.h"
#include "store/repository/lease.h"
#include "store/repository_kit.h"

#define WRITERS 5
#define NAME "set"
#define ID "job"

typedef struct shares {
    quire_merge *merges[WRITERS];
    q_buffer choice;
    size_t ranges;
} shares;

typedef void (*composer)(kit *k, quire_artifact *artifact, int writer);

static void add(kit *k, quire_artifact *artifact, const char *path, const char *uri) {
    const quire_add_options unchecked = {.no_checksum = 1};
    assert_ok(quire_artifact_add_reference(artifact, uri, path, &unchecked, &k->error), &k->error);
}

static const char *name_of(int writer) {
    static const char *const names[] = {"0", "1", "2", "3", "4"};
    return names[writer];
}

static void upsert_all(kit *k, composer compose, const char *id) {
    for (int writer = 0; writer < WRITERS; writer++) {
        quire_artifact *artifact = kit_artifact(k, NAME, NULL);
        compose(k, artifact, writer);
        kit_upsert(k, artifact, id, name_of(writer));
    }
}

static void end(shares *all) {
    for (int writer = 0; writer < WRITERS; writer++) {
        quire_merge_free(all->merges[writer]);
    }
    q_buffer_free(&all->choice);
}

static void open_all(kit *k, const char *id, shares *all) {
    quire_artifact *artifact = kit_artifact(k, NAME, NULL);
    memset(all, 0, sizeof *all);
    for (int writer = 0; writer < WRITERS; writer++) {
        assert_ok(quire_merge_open(k->store, artifact, id, name_of(writer), writer == 0,
                                   &all->merges[writer], &k->error),
                  &k->error);
        assert_non_null(all->merges[writer]);
    }
    quire_artifact_free(artifact);
}

static void choose(kit *k, shares *all, size_t ranges) {
    q_buffer samples = {0};
    const void *data = NULL;
    size_t size = 0;
    for (int writer = 0; writer < WRITERS; writer++) {
        assert_ok(quire_merge_sample(all->merges[writer], 65536, &data, &size, &k->error),
                  &k->error);
        assert_true(size <= 65536);
        assert_ok(q_buffer_append(&samples, data, size, &k->error), &k->error);
    }
    assert_ok(quire_merge_choose(all->merges[1], samples.data, samples.size, ranges, &data, &size,
                                 &k->error),
              &k->error);
    assert_ok(q_buffer_append(&all->choice, data, size, &k->error), &k->error);
    q_buffer_free(&samples);
    for (int writer = 0; writer < WRITERS; writer++) {
        assert_ok(quire_merge_split(all->merges[writer], all->choice.data, all->choice.size,
                                    &all->ranges, &k->error),
                  &k->error);
    }
    assert_true(all->ranges >= 1 && all->ranges <= ranges);
}

/* Range r is the writer's with this number. */
static quire_status write_range(kit *k, shares *all, size_t range) {
    const void *data = NULL;
    size_t size = 0;
    for (int from = 0; range < all->ranges && from < WRITERS; from++) {
        quire_merge_piece(all->merges[from], range, &data, &size);
        assert_ok(quire_merge_take(all->merges[range], name_of(from), data, size, &k->error),
                  &k->error);
    }
    quire_status status = quire_merge_write(all->merges[range], range, &data, &size, &k->error);
    if (!status) {
        assert_ok(quire_merge_collect(all->merges[0], data, size, &k->error), &k->error);
    }
    return status;
}

static quire_status finish(kit *k, const shares *all, const char *id, quire_version_id *version) {
    quire_artifact *artifact = kit_artifact(k, NAME, NULL);
    const quire_commit_options options = {.expect = WRITERS, .merge = all->merges[0]};
    quire_status status =
        quire_finish_artifact(k->store, artifact, id, &options, version, &k->error);
    quire_artifact_free(artifact);
    return status;
}

static void merge_all(kit *k, const char *id, shares *all) {
    open_all(k, id, all);
    choose(k, all, WRITERS);
    for (size_t range = 0; range < WRITERS; range++) {
        assert_ok(write_range(k, all, range), &k->error);
    }
}

/* --- what is merged --- */

#define ENTRIES 50000

static unsigned shuffled(int i) {
    return (unsigned)i * 2654435761u;
}

static void numbered(kit *k, quire_artifact *artifact, int i) {
    char path[80], uri[96];
    /* Names that order otherwise with a slash than with what comes before it. */
    snprintf(path, sizeof path, "%c%s%05u", 'a' + i % 7, i % 3 ? "-x/" : ".y/b-",
             shuffled(i) >> 12);
    snprintf(path + strlen(path), sizeof path - strlen(path), ".%d", i);
    snprintf(uri, sizeof uri, "s3://bucket/%d", i);
    add(k, artifact, path, uri);
}

/* Each has every fifth, and one in ten has a second one, too. */
static void interleaved(kit *k, quire_artifact *artifact, int writer) {
    for (int i = 0; i < ENTRIES; i++) {
        if (i % WRITERS == writer || (i % 10 == 0 && i / 10 % WRITERS == writer)) {
            numbered(k, artifact, i);
        }
    }
}

static void contiguous(kit *k, quire_artifact *artifact, int writer) {
    for (int i = 0; i < ENTRIES; i++) {
        char path[64];
        snprintf(path, sizeof path, "d%03d/f%05d", i / 100, i);
        if (i / (ENTRIES / WRITERS) == writer) {
            add(k, artifact, path, "s3://bucket/key");
        }
    }
}

/* Writer 3 has all, the others nothing; it takes an escape to write one of its names. */
static void by_one(kit *k, quire_artifact *artifact, int writer) {
    for (int i = 0; writer == 3 && i < ENTRIES; i++) {
        char path[64];
        snprintf(path, sizeof path, "%d\"quoted\".%d", i % 9, i);
        add(k, artifact, path, "s3://bucket/key");
    }
}

static void little(kit *k, quire_artifact *artifact, int writer) {
    add(k, artifact, name_of(writer), "s3://bucket/key");
}

static void nothing(kit *k, quire_artifact *artifact, int writer) {
    (void)k;
    (void)artifact;
    (void)writer;
}

/* The root object that a version names: all of its chunks' names are in it. */
static void assert_same_manifest(kit *k, const quire_version_id *one, const quire_version_id *two) {
    assert_string_equal(one->digest, two->digest);
    assert_int_equal(one->number, two->number); /* the same content is the same version */
    assert_int_equal(two->created, 0);
    assert_ok(kit_verify(k), &k->error);
}

static void test_the_manifest_is_that_of_a_lone_finish(void **state) {
    static const composer composers[] = {interleaved, contiguous, by_one, little, nothing};
    static const size_t least[] = {WRITERS - 1, WRITERS - 1, WRITERS - 1, 1, 1};
    for (size_t i = 0; i < COUNT(composers); i++) {
        kit *k = *state;
        shares all;
        quire_version_id together, alone;
        upsert_all(k, composers[i], ID);
        merge_all(k, ID, &all);
        assert_true(all.ranges >= least[i]);
        size_t before = kit_count(k, "manifests/");
        assert_ok(finish(k, &all, ID, &together), &k->error);
        /* The finish has only added the root, or its merge was not what it took. */
        assert_int_equal(kit_count(k, "manifests/"), before + 1);
        end(&all);
        upsert_all(k, composers[i], "again");
        assert_ok(kit_finish(k, NAME, "again", &alone), &k->error);
        assert_int_equal(kit_count(k, "manifests/"), before + 1);
        assert_same_manifest(k, &together, &alone);
        kit_teardown(state);
        kit_setup_memory(state);
    }
}

static quire_status drop(void *context, const q_object_info *info, quire_error *error) {
    (void)error;
    kit_put(context, info->key, NULL, 0);
    return QUIRE_OK;
}

static void test_the_finish_reads_no_shard(void **state) {
    kit *k = *state;
    shares all;
    quire_version_id version;
    upsert_all(k, interleaved, ID);
    merge_all(k, ID, &all);
    assert_ok(q_objects_list(k->objects, "collections/" NAME "/drafts/" ID "/shards/", true, drop,
                             k, &k->error),
              &k->error);
    assert_ok(finish(k, &all, ID, &version), &k->error);
    end(&all);
}

/* --- conflicts --- */

/* The first name with this beginning before which a chunk begins. */
static void find_boundary(const char *stem, char path[64]) {
    q_sha256 *sha = NULL;
    bool found = false;
    quire_error error = {0};
    assert_ok(q_sha256_new(&sha, &error), &error);
    for (int i = 0; !found; i++) {
        snprintf(path, 64, "%s%d", stem, i);
        assert_ok(q_chunk_is_boundary(sha, Q_CHUNK_AVERAGE, path, &found, &error), &error);
    }
    q_sha256_free(sha);
}

static void file_and_folder(kit *k, quire_artifact *artifact, int writer) {
    char boundary[64];
    find_boundary("a-", boundary);
    add(k, artifact, writer == 1 ? "a" : name_of(writer), "s3://bucket/key");
    if (writer == 2) {
        add(k, artifact, boundary, "s3://bucket/boundary");
    }
    if (writer == 4) {
        add(k, artifact, "a/x", "s3://bucket/other");
    }
}

static void test_a_folder_in_another_range_is_seen(void **state) {
    kit *k = *state;
    shares all;
    quire_version_id version;
    upsert_all(k, file_and_folder, ID);
    open_all(k, ID, &all);
    choose(k, &all, 2);
    assert_int_equal(all.ranges, 2);
    assert_ok(write_range(k, &all, 0), &k->error);
    assert_status(QUIRE_CONFLICT, write_range(k, &all, 1), &k->error);
    assert_says(&k->error, "'a' cannot be a file and the folder of 'a/x'");
    end(&all);
    assert_status(QUIRE_CONFLICT, kit_finish(k, NAME, ID, &version), &k->error);
}

static void disagreeing(kit *k, quire_artifact *artifact, int writer) {
    interleaved(k, artifact, writer);
    add(k, artifact, "c/same", writer == 3 ? "s3://bucket/other" : "s3://bucket/one");
}

static void test_writers_that_disagree(void **state) {
    kit *k = *state;
    shares all;
    int conflicts = 0;
    upsert_all(k, disagreeing, ID);
    open_all(k, ID, &all);
    choose(k, &all, WRITERS);
    for (size_t range = 0; range < WRITERS; range++) {
        quire_status status = write_range(k, &all, range);
        assert_true(status == QUIRE_OK || status == QUIRE_CONFLICT);
        if (status) {
            assert_says(&k->error,
                        "path 'c/same' has different content from writer '0' and writer");
            conflicts++;
        }
    }
    assert_int_equal(conflicts, 1);
    end(&all);
}

/* --- what happens meanwhile --- */

static void test_a_writer_that_comes_later(void **state) {
    kit *k = *state;
    shares all;
    quire_version_id version;
    upsert_all(k, little, ID);
    merge_all(k, ID, &all);
    kit_upsert(k, kit_artifact(k, NAME, "late", "late", NULL), ID, "late");
    assert_ok(finish(k, &all, ID, &version), &k->error);
    end(&all);
    char *text = kit_text(k, NAME ":v0", "late");
    assert_string_equal(text, "late");
    free(text);
    assert_ok(kit_verify(k), &k->error);
}

static void test_a_part_that_is_replaced(void **state) {
    kit *k = *state;
    shares all;
    quire_version_id version;
    upsert_all(k, little, ID);
    merge_all(k, ID, &all);
    kit_upsert(k, kit_artifact(k, NAME, "new", "new", NULL), ID, "2");
    assert_ok(finish(k, &all, ID, &version), &k->error);
    end(&all);
    char *text = kit_text(k, NAME ":v0", "new");
    assert_string_equal(text, "new");
    free(text);
}

static void test_a_writer_without_a_part(void **state) {
    kit *k = *state;
    quire_merge *merge = NULL;
    quire_artifact *artifact = kit_artifact(k, NAME, NULL);
    upsert_all(k, little, ID);
    assert_ok(quire_merge_open(k->store, artifact, ID, "7", 1, &merge, &k->error), &k->error);
    assert_null(merge);
    assert_ok(quire_merge_open(k->store, artifact, "other", "0", 0, &merge, &k->error), &k->error);
    assert_null(merge);
    assert_int_equal(kit_count(k, Q_KEY_LEASES), 0);
    quire_artifact_free(artifact);
}

static void test_gc_leaves_what_is_merged_alone(void **state) {
    kit *k = *state;
    kit_needs_memory(k);
    shares all;
    quire_version_id version;
    int64_t now = 0;
    upsert_all(k, interleaved, ID);
    merge_all(k, ID, &all);
    assert_ok(q_objects_now(k->objects, &now, &k->error), &k->error);
    q_objects_memory_set_clock(k->objects, now + (int64_t)3 * 24 * 3600 * 1000000);
    assert_int_equal(kit_gc(k, 60, 0).objects_deleted, 0);
    assert_ok(finish(k, &all, ID, &version), &k->error);
    end(&all);
    assert_int_equal(kit_count(k, Q_KEY_LEASES), 0);
    assert_ok(kit_verify(k), &k->error);
}

/* --- what is not as it should be --- */

static void test_messages_that_are_damaged(void **state) {
    static const char *const told[] = {
        "",
        "{}\n",
        "{\"quire\":\"range\",\"format\":1}\n",
        "{\"quire\":\"range\",\"format\":1,\"writer\":\"0\",\"object\":\"zz\"}\n",
        "{\"quire\":\"root\",\"format\":1}\n",
    };
    kit *k = *state;
    shares all;
    size_t ranges = 0, size = 0;
    const void *data = NULL;
    upsert_all(k, little, ID);
    open_all(k, ID, &all);
    for (size_t i = 0; i < COUNT(told); i++) {
        assert_status(QUIRE_INTEGRITY,
                      quire_merge_collect(all.merges[0], told[i], strlen(told[i]), &k->error),
                      &k->error);
    }
    assert_status(QUIRE_INTEGRITY,
                  quire_merge_choose(all.merges[0], "b1 a", 4, 3, &data, &size, &k->error),
                  &k->error);
    assert_status(QUIRE_USAGE, quire_merge_split(all.merges[0], "a", 1, &ranges, &k->error),
                  &k->error);
    assert_ok(quire_merge_split(all.merges[0], "m", 2, &ranges, &k->error), &k->error);
    assert_int_equal(ranges, 2);
    assert_ok(quire_merge_take(all.merges[0], "1", "{\"path\":\"a\"}\n", 13, &k->error), &k->error);
    assert_ok(quire_merge_write(all.merges[1], 0, &data, &size, &k->error), &k->error);
    assert_status(QUIRE_USAGE, quire_merge_write(all.merges[1], 0, &data, &size, &k->error),
                  &k->error);
    assert_status(QUIRE_INTEGRITY, quire_merge_write(all.merges[0], 1, &data, &size, &k->error),
                  &k->error);
    end(&all);
}

static void test_a_shard_that_is_damaged(void **state) {
    kit *k = *state;
    q_key key;
    quire_merge *merge = NULL;
    quire_artifact *artifact = kit_artifact(k, NAME, NULL);
    kit_upsert(k, kit_artifact(k, NAME, "a", "a", NULL), ID, "0");
    kit_find(k, "collections/" NAME "/drafts/" ID "/shards/", "", &key);
    kit_put(k, key.text, "{}\n", 3);
    assert_status(QUIRE_INTEGRITY,
                  quire_merge_open(k->store, artifact, ID, "0", 1, &merge, &k->error), &k->error);
    kit_put(k, key.text, NULL, 0);
    assert_status(QUIRE_INTEGRITY,
                  quire_merge_open(k->store, artifact, ID, "0", 1, &merge, &k->error), &k->error);
    assert_says(&k->error, "is missing");
    assert_null(merge);
    assert_int_equal(kit_count(k, Q_KEY_LEASES), 0);
    quire_artifact_free(artifact);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, kit_setup_memory, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_the_manifest_is_that_of_a_lone_finish),
        TEST(test_the_finish_reads_no_shard),
        TEST(test_a_folder_in_another_range_is_seen),
        TEST(test_writers_that_disagree),
        TEST(test_a_writer_that_comes_later),
        TEST(test_a_part_that_is_replaced),
        TEST(test_a_writer_without_a_part),
        TEST(test_gc_leaves_what_is_merged_alone),
        TEST(test_messages_that_are_damaged),
        TEST(test_a_shard_that_is_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
