/**
 * @file
 * Writing by several threads: the same packs, blobs and versions as by one, as many threads as were
 * asked for, and callbacks on the caller's thread alone.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/digest.h"
#include "store/load_kit.h"
#include "support/threads.h"

#define LEFT 63 /* files that lie behind the first 4 MiB of their load, when others have grown */

static const unsigned threads[] = {1, 2, 3, 8};

static int made_by(unsigned count) {
    return count > 1 ? (int)count : 0;
}

typedef struct watching {
    pthread_t caller;
    quire_progress last;
    uint64_t within; /* calls at which no file was done */
} watching;

static void watch(void *context, const quire_progress *progress) {
    watching *w = context;
    assert_true(pthread_equal(w->caller, pthread_self()));
    assert_true(progress->bytes_done >= w->last.bytes_done);
    assert_true(progress->files_done >= w->last.files_done);
    assert_true(progress->bytes_done <= progress->bytes_total);
    w->within += progress->files_done == w->last.files_done;
    w->last = *progress;
}

/* What is in the only pack, whose name is random; removes it. */
static void take_pack(kit *k, char hex[Q_SHA256_HEX_SIZE]) {
    q_key key;
    q_buffer data = {0};
    assert_int_equal(kit_count(k, Q_KEY_PACKS), 1);
    kit_find(k, Q_KEY_PACKS, ".pack", &key);
    kit_get(k, key.text, &data);
    assert_ok(q_sha256_hex(data.data, data.size, hex, &k->error), &k->error);
    q_buffer_free(&data);
    kit_put(k, key.text, NULL, 0);
}

static void the_same_store(void **state) {
    kit *k = *state;
    char packs[COUNT(threads)][Q_SHA256_HEX_SIZE];
    quire_version_id ids[COUNT(threads)];
    load_write(k);
    k->store->options.threads = 5; /* the option of a call goes before it */
    for (size_t t = 0; t < COUNT(threads); t++) {
        char name[16], address[24];
        watching w = {.caller = pthread_self()};
        const quire_commit_options options = {
            .progress = watch, .progress_context = &w, .threads = threads[t]};
        snprintf(name, sizeof name, "tree%u", threads[t]);
        snprintf(address, sizeof address, "%s:v0", name);
        quire_artifact *artifact = load_tree(k, name);
        threads_made = 0;
        assert_ok(quire_log_artifact(k->store, artifact, &options, &ids[t], &k->error), &k->error);
        assert_int_equal(threads_made, made_by(threads[t]));
        assert_int_equal(w.last.files_done, ENTRIES);
        assert_int_equal(w.last.bytes_done, w.last.bytes_total);
        assert_true(threads[t] > 1 || w.within == 5); /* of more they may be one */
        assert_ok(kit_read_all(k, address), &k->error);
        take_pack(k, packs[t]);
        assert_string_equal(packs[t], packs[0]);
        assert_string_equal(ids[t].digest, ids[0].digest);
        assert_int_equal(kit_count(k, Q_KEY_BLOBS), BLOBS);
        assert_int_equal(kit_count(k, Q_KEY_LEASES), 0);
        quire_artifact_free(artifact);
    }
}

/* By the option of the store; what the version before has is not stored again. */
static void upserts_and_patches(void **state) {
    kit *k = *state;
    char packs[COUNT(threads)][Q_SHA256_HEX_SIZE];
    quire_receipt receipts[COUNT(threads)];
    quire_version_id ids[COUNT(threads)];
    load_write(k);
    for (size_t t = 0; t < COUNT(threads); t++) {
        char name[16];
        k->store->options.threads = threads[t];
        snprintf(name, sizeof name, "tree%u", threads[t]);
        quire_artifact *artifact = load_tree(k, name);
        threads_made = 0;
        assert_ok(
            quire_upsert_artifact(k->store, artifact, "id", "w", NULL, &receipts[t], &k->error),
            &k->error);
        assert_int_equal(threads_made, made_by(threads[t]));
        assert_string_equal(receipts[t].digest, receipts[0].digest);
        assert_ok(kit_finish(k, name, "id", NULL), &k->error);
        char hex[Q_SHA256_HEX_SIZE];
        q_key base;
        q_buffer kept = {0};
        kit_find(k, Q_KEY_PACKS, ".pack", &base);
        kit_get(k, base.text, &kept);
        kit_write_file(k, "tree/200", "patched", 7);
        kit_write_file(k, "tree/599", "patched too", 11);
        assert_ok(quire_artifact_remove(artifact, "300", &k->error), &k->error);
        assert_ok(kit_patch(k, "v0", artifact, &ids[t]), &k->error);
        assert_string_equal(ids[t].digest, ids[0].digest);
        assert_ok(kit_read_all(k, name), &k->error);
        kit_put(k, base.text, NULL, 0);
        take_pack(k, packs[t]); /* of two files */
        assert_string_equal(packs[t], packs[0]);
        assert_ok(q_sha256_hex(kept.data, kept.size, hex, &k->error), &k->error);
        assert_string_not_equal(hex, packs[t]);
        q_buffer_free(&kept);
        load_write_small(k, 200);
        load_write_small(k, 599);
    }
}

/* Large files whose size is that of before are hashed first, small ones placed where they lie. */
static quire_status (*publish)(q_object_writer *, const char *, bool *, quire_error *);
static atomic_int contents;

static quire_status count_contents(q_object_writer *writer, const char *key, bool *created,
                                   quire_error *error) {
    contents += strncmp(key, Q_KEY_MANIFESTS, strlen(Q_KEY_MANIFESTS)) != 0;
    return publish(writer, key, created, error);
}

static void nothing_is_written_twice(void **state) {
    kit *k = *state;
    const q_objects_ops *true_ops = k->objects->ops;
    q_objects_ops ops = *true_ops;
    load_write(k);
    k->store->options.threads = 3;
    quire_version_id first = kit_log(k, load_tree(k, "tree"));
    publish = ops.writer_publish;
    ops.writer_publish = count_contents;
    k->objects->ops = &ops;
    quire_version_id again = kit_log(k, load_tree(k, "tree"));
    assert_int_equal(again.number, first.number);
    assert_int_equal(contents, 0);
    kit_write_file(k, "tree/000-large", "", 0);
    assert_int_equal(truncate(kit_path(k, "tree/050-large"), MIB + 1), 0);
    assert_int_equal(kit_log(k, load_tree(k, "tree")).number, 1);
    assert_int_equal(contents, 1);
    k->objects->ops = true_ops;
    assert_ok(kit_verify(k), &k->error);
}

static quire_status (*read_on)(q_load *, size_t, q_source *, quire_error *);
static pthread_t caller;
static int read_by_caller;

static quire_status note_reader(q_load *load, size_t index, q_source *source, quire_error *error) {
    if (pthread_equal(caller, pthread_self())) {
        read_by_caller++;
    }
    return read_on(load, index, source, error);
}

/* Files that were small when they were added: a load does not keep so many, and what it leaves is
   read when it is put. */
static void files_that_grow(void **state) {
    kit *k = *state;
    const q_store_ops *true_ops = k->store->ops;
    q_store_ops ops = *true_ops;
    read_on = ops.load_read;
    ops.load_read = note_reader;
    k->store->ops = &ops;
    caller = pthread_self();
    quire_version_id ids[COUNT(threads)];
    char name[32];
    char *data = calloc(1, MIB);
    load_write(k);
    for (size_t t = 0; t < COUNT(threads); t++) {
        for (int i = 0; i < 64; i++) {
            load_write_small(k, i);
        }
        snprintf(name, sizeof name, "tree%u", threads[t]);
        quire_artifact *artifact = load_tree(k, name);
        for (int i = 0; i < 64; i++) {
            data[0] = (char)i;
            snprintf(name, sizeof name, "tree/%03d", i);
            kit_write_file(k, name, data, MIB - 1 + (i % 16 == 9));
        }
        k->store->options.threads = threads[t];
        read_by_caller = 0;
        ids[t] = kit_log(k, artifact);
        assert_string_equal(ids[t].digest, ids[0].digest);
        assert_int_equal(read_by_caller, threads[t] == 1 ? ENTRIES - 1 : LEFT);
    }
    k->store->ops = true_ops;
    assert_ok(kit_verify(k), &k->error);
    free(data);
}

#define DIRECTORY(test) cmocka_unit_test_setup_teardown(test, kit_setup_directory, kit_teardown)
#define MEMORY(test) cmocka_unit_test_setup_teardown(test, kit_setup_memory, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        DIRECTORY(the_same_store),      MEMORY(the_same_store),
        DIRECTORY(upserts_and_patches), MEMORY(nothing_is_written_twice),
        DIRECTORY(files_that_grow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
