/** @file Saving the objects of a manifest: some at a time, none before it is told to end. */
#include "store/repository/saving.h"

#include <stdio.h>
#include <string.h>

#include "store/repository_kit.h"

static const char *name_of(int i, char name[Q_SHA256_HEX_SIZE]) {
    char text[24];
    snprintf(text, sizeof text, "object %d", i);
    assert_int_equal(q_sha256_hex(text, strlen(text), name, NULL), QUIRE_OK);
    return name;
}

static void save(kit *k, q_saving *saving, int from, int to) {
    char text[24], name[Q_SHA256_HEX_SIZE];
    for (int i = from; i < to; i++) {
        snprintf(text, sizeof text, "object %d", i);
        assert_ok(
            saving->io.save(saving->io.context, name_of(i, name), text, strlen(text), &k->error),
            &k->error);
    }
}

static void expect(kit *k, q_saving *saving, int i) {
    q_buffer read = {0};
    char text[24], name[Q_SHA256_HEX_SIZE];
    snprintf(text, sizeof text, "object %d", i);
    assert_ok(saving->io.load(saving->io.context, name_of(i, name), 100, &read, &k->error),
              &k->error);
    assert_string_equal(read.data, text);
    q_buffer_free(&read);
}

static void all_that_was_saved_is_there_at_the_end(void **state) {
    kit *k = *state;
    q_saving saving;
    const int many = 2 * Q_SAVING_OBJECTS + 3;
    q_saving_begin(&saving, k->repository, NULL);
    save(k, &saving, 0, many);
    assert_int_equal(kit_count(k, Q_KEY_MANIFESTS), 2 * Q_SAVING_OBJECTS);
    assert_ok(q_saving_end(&saving, &k->error), &k->error);
    assert_int_equal(kit_count(k, Q_KEY_MANIFESTS), many);
    /* And more, with some that are there. */
    save(k, &saving, many - 5, many + 1);
    assert_ok(q_saving_end(&saving, &k->error), &k->error);
    assert_ok(q_saving_end(&saving, &k->error), &k->error);
    assert_int_equal(kit_count(k, Q_KEY_MANIFESTS), many + 1);
    for (int i = 0; i <= many; i++) {
        expect(k, &saving, i);
    }
    q_saving_free(&saving);
}

static void little_is_held(void **state) {
    kit *k = *state;
    static char large[Q_SAVING_BYTES / 2 + 1];
    char name[Q_SHA256_HEX_SIZE];
    q_saving saving;
    q_saving_begin(&saving, k->repository, NULL);
    for (int i = 0; i < 2; i++) {
        large[0] = (char)i;
        assert_ok(q_sha256_hex(large, sizeof large, name, &k->error), &k->error);
        assert_ok(saving.io.save(saving.io.context, name, large, sizeof large, &k->error),
                  &k->error);
        assert_int_equal(kit_count(k, Q_KEY_MANIFESTS), 2 * i);
    }
    q_saving_free(&saving);
}

static void what_was_given_up_leaves_nothing(void **state) {
    kit *k = *state;
    q_saving saving;
    q_saving_begin(&saving, k->repository, NULL);
    save(k, &saving, 0, 3);
    q_saving_free(&saving);
    q_saving_free(&saving);
    assert_int_equal(kit_count(k, Q_KEY_MANIFESTS), 0);
}

/** Damage on the disk is told of, not covered, nor taken for what is to be saved. */
static void what_is_in_the_way_is_told_at_the_end(void **state) {
    kit *k = *state;
    q_saving saving;
    q_key key;
    char name[Q_SHA256_HEX_SIZE];
    assert_ok(q_key_manifest(&key, name_of(1, name), &k->error), &k->error);
    assert_ok(q_objects_put(k->objects, key.text, Q_OBJECT_CONTENT, "object I", 8, NULL, &k->error),
              &k->error);
    q_saving_begin(&saving, k->repository, NULL);
    save(k, &saving, 0, 3);
    assert_status(QUIRE_INTEGRITY, q_saving_end(&saving, &k->error), &k->error);
    assert_says(&k->error, key.text);
    assert_int_equal(saving.count, 0);
    q_saving_free(&saving);
}

#define TEST(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, kit_setup_memory, kit_teardown),                         \
        cmocka_unit_test_setup_teardown(name, kit_setup_directory, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(all_that_was_saved_is_there_at_the_end),
        TEST(little_is_held),
        TEST(what_was_given_up_leaves_nothing),
        TEST(what_is_in_the_way_is_told_at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
