/** @file Keys: every caller's name gives a key that objects take, and no two give the same. */
#include "base/digest.h"
#include "store/repository_kit.h"

static void test_plain_keys(void **state) {
    (void)state;
    quire_error error = {0};
    q_key key;
    assert_ok(q_key_blob(&key, "abcd", &error), &error);
    assert_string_equal(key.text, "blobs/ab/abcd");
    assert_ok(q_key_pack(&key, "p", &error), &error);
    assert_string_equal(key.text, "packs/p.pack");
    assert_ok(q_key_manifest(&key, "m", &error), &error);
    assert_string_equal(key.text, "manifests/m");
    assert_ok(q_key_lease(&key, "l", &error), &error);
    assert_string_equal(key.text, "leases/l");
    assert_ok(q_key_collection(&key, "c", "versions/", &error), &error);
    assert_string_equal(key.text, "collections/c/versions/");
    assert_ok(q_key_numbered(&key, "c", "versions", 7, &error), &error);
    assert_string_equal(key.text, "collections/c/versions/0000000007");
    assert_ok(q_key_numbered(&key, "c", "deleted", 12345678901, &error), &error);
    assert_string_equal(key.text, "collections/c/deleted/12345678901");
    assert_ok(q_key_alias(&key, "c", "best one", &error), &error);
    assert_string_equal(key.text, "collections/c/aliases/best%20one");
    assert_ok(q_key_draft(&key, "c", "job/1", "seal", &error), &error);
    assert_string_equal(key.text, "collections/c/drafts/job%2F1/seal");
}

static void test_larger_files(void **state) {
    (void)state;
    quire_error error = {0};
    q_key key;
    assert_ok(q_key_blob(&key, Q_DIGEST_BLOCKS_PREFIX "abcd", &error), &error);
    assert_string_equal(key.text, "blobs/ab/abcd-64m");
    assert_ok(q_key_blocks(&key, Q_DIGEST_BLOCKS_PREFIX "abcd", &error), &error);
    assert_string_equal(key.text, "blobs/ab/abcd-64m.blocks");
}

static void test_hostile_ids(void **state) {
    (void)state;
    char longest[129], longest_too[129], wide[129], dots[129];
    memset(longest, 'a', 128);
    memset(wide, ' ', 128);
    memset(dots, '.', 128);
    longest[128] = wide[128] = dots[128] = '\0';
    memcpy(longest_too, longest, sizeof longest);
    longest_too[127] = 'b';
    const char *const ids[] = {".",     "..",         ".a",     "a.",         "/",       "a/b",
                               "a%2Fb", "%h",         "tmp",    "trash",      "../../x", "a b",
                               "a%20b", "0000000001", "seal",   "A",          "a",       "~",
                               "-",     "\xc3\xa9",   "%C3%A9", "\xc3\xa9/x", longest,   wide,
                               dots,    longest_too};
    char(*keys)[Q_KEY_SIZE] = calloc(COUNT(ids), sizeof *keys);
    assert_non_null(keys);
    for (size_t i = 0; i < COUNT(ids); i++) {
        quire_error error = {0};
        q_key key;
        assert_ok(q_key_draft(&key, longest, ids[i], "seal", &error), &error);
        assert_ok(q_objects_check_key(key.text, &error), &error);
        snprintf(keys[i], Q_KEY_SIZE, "%s", key.text);
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(keys[i], keys[j]);
        }
        assert_ok(q_key_alias(&key, longest, ids[i], &error), &error);
        assert_ok(q_objects_check_key(key.text, &error), &error);
    }
    free(keys);
}

static void test_a_key_that_is_too_long(void **state) {
    (void)state;
    quire_error error = {0};
    q_key key;
    char suffix[Q_KEY_SIZE + 1];
    memset(suffix, 'x', sizeof suffix - 1);
    suffix[sizeof suffix - 1] = '\0';
    assert_status(QUIRE_USAGE, q_key_collection(&key, "c", suffix, &error), &error);
    assert_says(&error, "too long");
    assert_status(QUIRE_USAGE, q_key_draft(&key, "c", "d", suffix, &error), &error);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_keys),
        cmocka_unit_test(test_larger_files),
        cmocka_unit_test(test_hostile_ids),
        cmocka_unit_test(test_a_key_that_is_too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
