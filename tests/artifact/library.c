/** @file What the library says of itself, and the digest of a file. */
#include <cjson/cJSON.h>
#include <fcntl.h>
#include <unistd.h>

#include "artifact/unit.h"

static void it_tells_its_version_and_build(void **state) {
    (void)state;
    assert_string_equal(quire_version_string(), "0.1.0");
    cJSON *info = cJSON_ParseWithOpts(quire_build_info(), NULL, 1);
    assert_non_null(info);
    assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(info, "version")), "0.1.0");
    assert_non_null(cJSON_GetObjectItem(info, "compiler"));
    assert_null(strchr(quire_build_info(), '\n'));
    cJSON_Delete(info);
}

static void digests_are_those_of_sha256sum(void **state) {
    (void)state;
    quire_error error = {0};
    char digest[QUIRE_DIGEST_SIZE];
    scratch_write("x", "abc");
    EXPECT(QUIRE_OK, quire_digest_file(scratch("x"), digest, &error));
    assert_string_equal(digest, SHA_ABC);
    EXPECT(QUIRE_INCOMPLETE, quire_digest_file(scratch("no"), digest, &error));
    EXPECT(QUIRE_ERROR, quire_digest_file(scratch(""), digest, &error));
    EXPECT(QUIRE_ERROR, quire_digest_file("/dev/null", digest, &error));
    EXPECT(QUIRE_USAGE, quire_digest_file(NULL, digest, &error));
}

/** Two blocks of 64 MiB, of which the second has one byte: zeros throughout. */
static void large_files_have_a_digest_of_blocks(void **state) {
    (void)state;
    quire_error error = {0};
    char digest[QUIRE_DIGEST_SIZE];
    int fd = open(scratch("x"), O_WRONLY | O_CREAT, 0644);
    assert_int_equal(ftruncate(fd, ((off_t)64 << 20) + 1), 0);
    close(fd);
    EXPECT(QUIRE_OK, quire_digest_file(scratch("x"), digest, &error));
    assert_string_equal(
        digest, "sha256-64m:aa35313ca25925c90a2647dbedefcfeb1586c1e9a6d7d30af7285895513d1f5a");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(it_tells_its_version_and_build),
        TEST(digests_are_those_of_sha256sum),
        TEST(large_files_have_a_digest_of_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
