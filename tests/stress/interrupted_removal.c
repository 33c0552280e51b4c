/** @file A gc that was killed between taking an object out of its place and looking whether it was
 *  used again meanwhile: the object must be found all the same, by readers and by the next gc. */
#include <sys/stat.h>
#include <unistd.h>

#include "store/repository_kit.h"

/* As objects/fs/fs_remove.c does it. */
static void into_trash(kit *k, const char *key) {
    char name[256], from[640], to[640];
    snprintf(name, sizeof name, "%s", key);
    for (char *c = name; *c; c++) {
        *c = *c == '/' ? '+' : *c;
    }
    snprintf(from, sizeof from, "%s/trash", k->url);
    (void)mkdir(from, 0777);
    snprintf(from, sizeof from, "%s/%s", k->url, key);
    snprintf(to, sizeof to, "%s/trash/%s~0123456789abcdef0123456789abcdef", k->url, name);
    assert_int_equal(rename(from, to), 0);
}

static const char *const places[] = {Q_KEY_MANIFESTS, Q_KEY_BLOBS, Q_KEY_PACKS};

static quire_status keep_last(void *context, const q_object_info *info, quire_error *error) {
    (void)error;
    snprintf(((q_key *)context)->text, sizeof(q_key), "%s", info->key);
    return QUIRE_OK;
}

/* Some object below a prefix. */
static void find_any(kit *k, const char *prefix, q_key *key) {
    key->text[0] = '\0';
    assert_ok(q_objects_list(k->objects, prefix, true, keep_last, key, &k->error), &k->error);
    assert_true(key->text[0] != '\0');
}

static void log_both(kit *k) {
    static char large[1 << 20];
    memset(large, 'x', sizeof large);
    quire_artifact *artifact = kit_artifact(k, "data", "small", "1", NULL);
    assert_ok(quire_artifact_add_buffer(artifact, "large", large, sizeof large, NULL, &k->error),
              &k->error);
    kit_log(k, artifact);
}

static void is_found_by_readers(void **state) {
    kit *k = *state;
    log_both(k);
    for (size_t i = 0; i < COUNT(places); i++) {
        q_key key;
        find_any(k, places[i], &key);
        into_trash(k, key.text);
        assert_ok(kit_read_all(k, "data:v0"), &k->error);
        into_trash(k, key.text);
        assert_ok(kit_verify(k), &k->error);
    }
}

static void is_found_by_a_finish(void **state) {
    kit *k = *state;
    q_key key;
    kit_upsert(k, kit_artifact(k, "data", "a", "1", NULL), "id", "w");
    kit_find(k, "collections/data/drafts/id/shards/", "", &key);
    into_trash(k, key.text);
    assert_ok(kit_finish(k, "data", "id", NULL), &k->error);
    assert_ok(kit_read_all(k, "data:v0"), &k->error);
}

static void is_found_by_the_next_gc(void **state) {
    kit *k = *state;
    log_both(k);
    for (size_t i = 0; i < COUNT(places); i++) {
        q_key key;
        find_any(k, places[i], &key);
        into_trash(k, key.text);
        assert_int_equal(kit_gc(k, -1, 0).objects_deleted, 0);
        assert_ok(kit_verify(k), &k->error);
    }
    /* Garbage goes in the same run. */
    q_key key;
    kit_find(k, Q_KEY_PACKS, "", &key);
    assert_ok(quire_version_delete(k->store, "data:v0", 0, &k->error), &k->error);
    into_trash(k, key.text);
    assert_int_equal(kit_gc(k, -1, 0).objects_deleted, 4);
    assert_int_equal(kit_count(k, Q_KEY_PACKS), 0);
}

#define DIRECTORY(test) cmocka_unit_test_setup_teardown(test, kit_setup_directory, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        DIRECTORY(is_found_by_readers),
        DIRECTORY(is_found_by_a_finish),
        DIRECTORY(is_found_by_the_next_gc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
