/** @file Digests of files and artifacts against those that W&B's own client has made. */
#include "store/wandb/contents.h"
#include "wandb/unit.h"

static void expect_digest(q_wandb_list *list, const char *wanted) {
    quire_error error = {0};
    char hex[Q_MD5_HEX_SIZE];
    EXPECT(QUIRE_OK, q_wandb_list_sort(list, &error));
    EXPECT(QUIRE_OK, q_wandb_list_digest(list, hex, &error));
    assert_string_equal(hex, wanted);
    q_wandb_list_free(list);
}

static void of_artifacts(void **state) {
    q_wandb_list list = {0};
    char bytes[256];
    (void)state;
    expect_digest(&list, "64e7c61456b10382e2f3b571ac24b659");
    add_text(&list, "sub/two.bin", "\0\1beta", 6);
    add_text(&list, "three.json", "{\"k\": 3}", 8);
    add_text(&list, "one.txt", "alpha\n", 6);
    expect_digest(&list, "72c8fe3d56b0760f41f1f2d88f607ab9");
    for (int i = 0; i < 256; i++) {
        bytes[i] = (char)i;
    }
    add_text(&list, "sub/b.bin", bytes, sizeof bytes);
    add_text(&list, "a.txt", "alpha", 5);
    add_text(&list, "empty", "", 0);
    expect_digest(&list, "8740645a921f8bd0ee980ba17ef72354");
}

static void of_files(void **state) {
    q_wandb_list list = {0};
    char digest[Q_MD5_BASE64_SIZE];
    q_entry entry;
    (void)state;
    add_text(&list, "empty", "", 0);
    q_wandb_list_entry(&list.items[0], digest, &entry);
    assert_string_equal(entry.digest, "1B2M2Y8AsgTpgAmY7PhCfg==");
    assert_true(q_is_digest_of(Q_DIGEST_MD5, entry.digest));
    assert_false(q_is_digest_of(Q_DIGEST_SHA256, entry.digest));
    assert_false(q_md5_from_base64("1B2M2Y8AsgTpgAmY7PhCfh==", NULL)); /* another spelling */
    assert_false(q_md5_from_base64("1B2M2Y8AsgTpgAmY7PhCfg=", NULL));
    assert_false(q_md5_from_base64("1B2M2Y8A_gTpgAmY7PhCfg==", NULL));
    assert_false(q_md5_from_base64("", NULL));
    q_wandb_list_free(&list);
}

static void of_any_kind(void **state) {
    quire_error error = {0};
    char text[Q_DIGEST_TEXT_SIZE];
    q_digest *digest = NULL;
    (void)state;
    EXPECT(QUIRE_OK, q_digest_new_of(Q_DIGEST_MD5, &digest, &error));
    EXPECT(QUIRE_OK, q_digest_final(digest, text, NULL, &error));
    assert_string_equal(text, "1B2M2Y8AsgTpgAmY7PhCfg==");
    EXPECT(QUIRE_OK, q_digest_update(digest, "alpha\n", 6, &error));
    EXPECT(QUIRE_OK, q_digest_final(digest, text, NULL, &error));
    assert_string_equal(text, "n5+Q2+Pl7hIYyGuIOdsZlQ==");
    q_digest_free(digest);
    const q_entry entry = {.path = "p", .digest = text, .size = 6};
    EXPECT(QUIRE_OK, q_entry_check_of(&entry, Q_DIGEST_MD5, &error));
    EXPECT(QUIRE_USAGE, q_entry_check(&entry, &error));
}

/** 100 MiB each; more where that would be ten thousand or more. */
static void parts_of_files(void **state) {
    const uint64_t mib = (uint64_t)1 << 20;
    (void)state;
    assert_int_equal(q_wandb_part_size(Q_WANDB_MULTIPART), 100 * mib);
    assert_int_equal(q_wandb_part_size(1000000 * mib - 1), 100 * mib);
    assert_int_equal(q_wandb_part_size(1000000 * mib), 100 * mib);
    assert_int_equal(q_wandb_part_size(1000000 * mib + 1), 100 * mib + 4096);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_artifacts),
        cmocka_unit_test(of_files),
        cmocka_unit_test(of_any_kind),
        cmocka_unit_test(parts_of_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
