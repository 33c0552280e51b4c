/**
 * @file
 * Damage to every byte of every object of a small store. Verification must find it, and reading
 * must give the right bytes or an error, never other bytes.
 */
#include <unistd.h>

#include "store/sample.h"

#define MANY 72 /* files: enough for three threads */

/* Sanitized code is many times as slow: not every byte, as without. */
#ifdef __SANITIZE_ADDRESS__
#define EVERY 5
#else
#define EVERY 1
#endif

typedef struct damaging {
    kit *k;
    const char *const *newest; /* digests of the newest versions, NULL at the end */
    const char *many;          /* of many files, read by one thread and by three; NULL: none */
    char *expected[SAMPLE_ADDRESSES];
    char **keys;
    size_t count;
    size_t cases, unseen;
    size_t whole[2], partial[2]; /* downloads by one thread, and by three */
} damaging;

/* What is delivered by `threads` is right or not there, and an error is told where any is not. */
static void assert_delivered(damaging *d, const char *what, unsigned threads) {
    const quire_download_options options = {.threads = threads};
    const quire_verify_options thorough = {.threads = threads};
    quire_version *version = NULL;
    char path[32], text[32], found[64];
    size_t there = 0;
    quire_status status = quire_version_open(d->k->store, d->many, &version, NULL);
    quire_status verified = status;
    if (!status) {
        status = quire_version_download(version, kit_path(d->k, "out"), &options, NULL, NULL);
        verified = quire_version_verify(version, &thorough, NULL, NULL);
    }
    quire_version_free(version);
    for (int i = 0; i < MANY; i++) {
        snprintf(path, sizeof path, "out/%02d", i);
        snprintf(text, sizeof text, "content %d", i);
        FILE *file = fopen(kit_path(d->k, path), "r");
        size_t size = file ? fread(found, 1, sizeof found, file) : 0;
        if (file && (size != strlen(text) || memcmp(found, text, size) != 0)) {
            fail_msg("%s: %u threads deliver %s wrongly", what, threads, path);
        }
        there += file != NULL;
        if (file) {
            fclose(file);
            unlink(kit_path(d->k, path));
        }
    }
    d->whole[threads > 1] += there == MANY;
    d->partial[threads > 1] += there > 0 && there < MANY;
    if ((there == MANY) != (status == QUIRE_OK) || (status && !verified)) {
        fail_msg("%s: %zu of %d files by %u threads, status %d, verify %d", what, there, MANY,
                 threads, status, verified);
    }
}

static void assert_never_wrong(damaging *d, const char *what) {
    if (d->many) {
        assert_delivered(d, what, 1);
        assert_delivered(d, what, 3);
        return;
    }
    for (size_t i = 0; i < SAMPLE_ADDRESSES; i++) {
        char *text = sample_read(d->k, sample_addresses[i]);
        if (text && strcmp(text, d->expected[i]) != 0) {
            fail_msg("%s: %s reads '%s'", what, sample_addresses[i], text);
        }
        free(text);
    }
}

static void assert_found(damaging *d, const char *what) {
    d->cases++;
    quire_status status = quire_store_verify(d->k->store, NULL, NULL, &d->k->error);
    /* A lease is a hint, which a crash may leave torn: no damage to a version. */
    if (status != QUIRE_INTEGRITY && !(status == QUIRE_OK && strstr(what, " " Q_KEY_LEASES))) {
        fail_msg("not found: %s", what);
    }
    assert_never_wrong(d, what);
}

/* Each removal that verification cannot know of, and why nothing is lost by it but itself. */
static bool is_immaterial(const damaging *d, const char *key) {
    static const struct {
        const char *part, *why;
    } rows[] = {
        {"leases/", "a hint of a running writer"},
        {"/lineage/", "one use, to which nothing refers"},
        {"/aliases/", "a pointer: it points where it pointed before"},
        {"/notes/", "a value of a register: the one before holds again"},
        {"/drafts/open/writers/", "a part of an open draft, as if never upserted"},
        {"/drafts/finished/draft.json", "the outcome and the roster say all there is to say"},
        {"/seal", "who finds a roster does not ask for the seal"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (strstr(key, rows[i].part)) {
            return true;
        }
    }
    /* The next committer enters the newest version into the index, if need be. */
    for (const char *const *digest = d->newest; *digest; digest++) {
        if (strstr(key, "/digests/") && strstr(key, *digest)) {
            return true;
        }
    }
    return false;
}

static void damage(damaging *d, const char *key, size_t stride) {
    kit *k = d->k;
    q_buffer data = {0};
    char what[Q_KEY_SIZE + 64];
    const size_t ends = stride > EVERY ? 64 : EVERY; /* of a large object */
    kit_get(k, key, &data);
    for (size_t i = 0; i < data.size; i++) {
        if ((i >= ends && i + ends < data.size && i % stride != 0) || i % kit_stride(k, 29) != 0) {
            continue;
        }
        snprintf(what, sizeof what, "byte %zu of %s", i, key);
        data.data[i] = (char)(data.data[i] ^ (1 << (i % 8)));
        kit_put(k, key, data.data, data.size);
        assert_found(d, what);
        data.data[i] = (char)(data.data[i] ^ (1 << (i % 8)));
    }
    const size_t sizes[] = {0, 1, data.size / 2, data.size - 1, data.size + 1};
    assert_ok(q_buffer_append(&data, "\n", 1, NULL), &k->error);
    data.size--;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        snprintf(what, sizeof what, "%zu bytes of %s", sizes[i], key);
        kit_put(k, key, data.data, sizes[i]);
        assert_found(d, what);
    }
    kit_put(k, key, NULL, 0);
    snprintf(what, sizeof what, "removal of %s", key);
    if (is_immaterial(d, key)) {
        d->unseen++;
        assert_never_wrong(d, what);
    } else {
        assert_found(d, what);
    }
    kit_put(k, key, data.data, data.size);
    q_buffer_free(&data);
}

static quire_status collect(void *context, const q_object_info *info, quire_error *error) {
    damaging *to = context;
    to->keys = realloc(to->keys, (to->count + 1) * sizeof *to->keys);
    return q_strdup(info->key, &to->keys[to->count++], error);
}

static void damage_all(kit *k, const char *const *newest, size_t stride) {
    damaging d = {.k = k, .newest = newest};
    assert_ok(kit_verify(k), &k->error);
    for (size_t i = 0; i < SAMPLE_ADDRESSES; i++) {
        d.expected[i] = sample_read(k, sample_addresses[i]);
        if (!d.expected[i]) {
            d.expected[i] = calloc(1, 1); /* deleted: nothing may ever come */
        }
    }
    assert_ok(q_objects_list(k->objects, "", true, collect, &d, &k->error), &k->error);
    for (size_t i = 0; i < d.count; i++) {
        damage(&d, d.keys[i], stride);
        free(d.keys[i]);
    }
    free(d.keys);
    assert_ok(kit_verify(k), &k->error);
    assert_never_wrong(&d, "in the end");
    for (size_t i = 0; i < SAMPLE_ADDRESSES; i++) {
        free(d.expected[i]);
    }
    print_message("%zu objects, %zu faults found, %zu immaterial\n", d.count, d.cases, d.unseen);
    assert_true(d.cases > 1000 / kit_stride(k, 25));
}

static void every_byte(void **state) {
    quire_version_id deleted, finished;
    sample_make(*state, &deleted, &finished);
    const char *const newest[] = {deleted.digest, finished.digest, NULL};
    damage_all(*state, newest, EVERY);
}

/* Blobs are sampled but for their ends. */
static void large_file(void **state) {
    kit *k = *state;
    quire_artifact *artifact = kit_artifact(k, "data", NULL);
    char *data = calloc(1, (1 << 20) + 5);
    for (int i = 0; i < (1 << 20) + 5; i++) {
        data[i] = (char)('a' + i % 23);
    }
    assert_ok(quire_artifact_add_buffer(artifact, "large", data, (1 << 20) + 5, NULL, &k->error),
              &k->error);
    quire_version_id version = kit_log(k, artifact);
    const char *const newest[] = {version.digest, NULL};
    free(data);
    damage_all(k, newest, 8191);
}

/* The same is seen whoever reads: one thread, or three of which some are further by then. */
static void by_threads(void **state) {
    kit *k = *state;
    quire_artifact *artifact = kit_artifact(k, "many", NULL);
    char path[16], text[32];
    for (int i = 0; i < MANY; i++) {
        snprintf(path, sizeof path, "%02d", i);
        snprintf(text, sizeof text, "content %d", i);
        assert_ok(quire_artifact_add_buffer(artifact, path, text, strlen(text), NULL, &k->error),
                  &k->error);
    }
    quire_version_id version = kit_log(k, artifact);
    const char *const newest[] = {version.digest, NULL};
    damaging d = {.k = k, .newest = newest, .many = "many:v0"};
    assert_ok(q_objects_list(k->objects, "", true, collect, &d, &k->error), &k->error);
    assert_never_wrong(&d, "undamaged");
    assert_int_equal(d.whole[0] + d.whole[1], 2);
    for (size_t i = 0; i < d.count; i++) {
        damage(&d, d.keys[i], 211);
        free(d.keys[i]);
    }
    free(d.keys);
    print_message("%zu faults; by one thread %zu downloads whole, %zu in part; by three %zu and "
                  "%zu\n",
                  d.cases, d.whole[0], d.partial[0], d.whole[1], d.partial[1]);
    const size_t least = 10 / kit_stride(k, 10);
    assert_true(d.partial[0] > least && d.partial[1] > least);
}

#define MEMORY(test) cmocka_unit_test_setup_teardown(test, kit_setup_memory, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {MEMORY(every_byte), MEMORY(large_file), MEMORY(by_threads)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
