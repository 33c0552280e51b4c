/** @file A large file written by several handles, and what may stand where it was begun. */
#include "version/unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK QUIRE_BLOCK_SIZE
#define SIZE (2 * BLOCK + 7)

static quire_store *store;
static quire_version *version;
static quire_error error;

static void mark(const char *name, uint64_t size) {
    scratch_write(name, "first block");
    int fd = open(scratch(name), O_WRONLY);
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, (off_t)size), 0);
    assert_int_equal(pwrite(fd, "second", 6, BLOCK + 5), 6);
    assert_int_equal(pwrite(fd, "end", 3, (off_t)size - 3), 3);
    assert_int_equal(close(fd), 0);
}

static int setup(void **state) {
    const quire_store_options options = {.durability = QUIRE_DURABILITY_NONE};
    quire_artifact *artifact = NULL;
    assert_int_equal(scratch_setup(state), 0);
    mark("big", SIZE);
    char *url = strdup(scratch("store"));
    assert_status(QUIRE_OK, quire_store_init(url, &options, &error), &error);
    assert_status(QUIRE_OK, quire_store_open(url, &options, &store, &error), &error);
    assert_status(QUIRE_OK, quire_artifact_new("a", "dataset", &artifact, &error), &error);
    assert_status(QUIRE_OK,
                  quire_artifact_add_file(artifact, scratch("big"), "in/big", NULL, &error),
                  &error);
    assert_status(QUIRE_OK, quire_artifact_add_buffer(artifact, "small", "s", 1, NULL, &error),
                  &error);
    assert_status(QUIRE_OK,
                  quire_artifact_add_reference(artifact, "s3://b/far", "far", NULL, &error),
                  &error);
    assert_status(QUIRE_OK, quire_log_artifact(store, artifact, NULL, NULL, &error), &error);
    assert_status(QUIRE_OK, quire_version_open(store, "a", &version, &error), &error);
    quire_artifact_free(artifact);
    free(url);
    return 0;
}

static int teardown(void **state) {
    quire_version_free(version);
    quire_store_free(store);
    return scratch_teardown(state);
}

static quire_status blocks(const char *place, uint64_t first, uint64_t count) {
    return quire_version_place_blocks(version, scratch("out"), "in/big", place, first, count, NULL,
                                      NULL, &error);
}

static void begin(char place[QUIRE_PLACE_SIZE]) {
    assert_status(QUIRE_OK,
                  quire_version_place_begin(version, scratch("out"), "in/big", place, &error),
                  &error);
}

static quire_status end(const char *place) {
    return quire_version_place_end(version, scratch("out"), "in/big", place, &error);
}

static void test_in_any_order(void **state) {
    char place[QUIRE_PLACE_SIZE], digest[QUIRE_DIGEST_SIZE], wanted[QUIRE_DIGEST_SIZE];
    (void)state;
    begin(place);
    assert_status(QUIRE_OK, blocks(place, 2, 1), &error);
    assert_status(QUIRE_OK, blocks(place, 3, 0), &error);
    assert_status(QUIRE_OK, blocks(place, 0, 2), &error);
    assert_true(scratch_absent("out/in/big"));
    assert_status(QUIRE_OK, end(place), &error);
    assert_int_equal(scratch_count("out"), 2);
    assert_status(QUIRE_OK, quire_digest_file(scratch("out/in/big"), digest, &error), &error);
    assert_status(QUIRE_OK, quire_digest_file(scratch("big"), wanted, &error), &error);
    assert_string_equal(digest, wanted);
}

static void test_given_up(void **state) {
    char place[QUIRE_PLACE_SIZE];
    (void)state;
    begin(place);
    assert_status(QUIRE_OK, blocks(place, 1, 1), &error);
    assert_status(QUIRE_OK,
                  quire_version_place_abandon(version, scratch("out"), "in/big", place, &error),
                  &error);
    assert_int_equal(scratch_count("out"), 1); /* the folder */
    assert_status(QUIRE_ERROR, blocks(place, 0, 1), &error);
    assert_status(QUIRE_ERROR, end(place), &error);
    assert_int_equal(scratch_count("out"), 1);
}

static void test_wrong_arguments(void **state) {
    static const char *const wrong[] = {"",
                                        "../../big",
                                        "big",
                                        ".quire-",
                                        ".quire-0123456789abcdef0123456789abcdeg",
                                        ".quire-0123456789abcdef0123456789abcdef0",
                                        ".quire-../../../../../../../../../etc/pa"};
    char place[QUIRE_PLACE_SIZE];
    (void)state;
    begin(place);
    for (size_t i = 0; i < COUNT(wrong); i++) {
        assert_status(QUIRE_USAGE, blocks(wrong[i], 0, 1), &error);
        assert_status(QUIRE_USAGE, end(wrong[i]), &error);
    }
    assert_status(QUIRE_USAGE, blocks(place, 0, 4), &error);
    assert_status(QUIRE_USAGE, blocks(place, 4, 0), &error);
    assert_status(QUIRE_USAGE, blocks(place, UINT64_MAX, 2), &error);
    assert_status(QUIRE_USAGE, blocks(NULL, 0, 1), &error);
    assert_status(QUIRE_USAGE,
                  quire_version_place_blocks(version, scratch("out"), "small", place, 0, 1, NULL,
                                             NULL, &error),
                  &error);
    assert_status(QUIRE_USAGE,
                  quire_version_place_begin(version, scratch("out"), "far", place, &error), &error);
    assert_status(QUIRE_NOT_FOUND,
                  quire_version_place_begin(version, scratch("out"), "no", place, &error), &error);
}

/** Where the file was begun somebody puts another one, to have that written. */
static void test_planted(void **state) {
    char place[QUIRE_PLACE_SIZE], at[128];
    (void)state;
    mark("precious", SIZE);
    for (int i = 0; i < 4; i++) {
        begin(place);
        snprintf(at, sizeof at, "out/in/%s", place);
        assert_int_equal(unlink(scratch(at)), 0);
        switch (i) {
        case 0:
            assert_int_equal(symlink(scratch("precious"), scratch(at)), 0);
            break;
        case 1:
            assert_int_equal(link(scratch("precious"), scratch(at)), 0);
            break;
        case 2:
            assert_int_equal(mkfifo(scratch(at), 0600), 0);
            break;
        default:
            scratch_write(at, "short");
        }
        assert_int_not_equal(blocks(place, 0, 1), QUIRE_OK);
        assert_int_not_equal(end(place), QUIRE_OK);
        assert_true(scratch_absent("out/in/big"));
        struct stat now;
        assert_int_equal(stat(scratch("precious"), &now), 0);
        assert_int_equal(now.st_size, SIZE);
        int fd = open(scratch("precious"), O_RDONLY);
        char text[12] = "";
        assert_int_equal(read(fd, text, 11), 11);
        assert_string_equal(text, "first block");
        assert_int_equal(close(fd), 0);
        assert_int_equal(unlink(scratch(at)), 0);
    }
}

/** A folder on the way becomes a link to elsewhere between two calls. */
static void test_led_elsewhere(void **state) {
    char place[QUIRE_PLACE_SIZE];
    (void)state;
    begin(place);
    assert_int_equal(rename(scratch("out/in"), scratch("elsewhere")), 0);
    assert_int_equal(symlink(scratch("elsewhere"), scratch("out/in")), 0);
    assert_status(QUIRE_ERROR, blocks(place, 0, 1), &error);
    assert_says(&error, "symbolic link");
    assert_status(QUIRE_ERROR, end(place), &error);
    assert_int_equal(scratch_count("elsewhere"), 1);
}

static int told;

static quire_status tell(void *context, const quire_entry *entry) {
    told += strcmp(entry->path, context) == 0 ? 1 : 1000;
    return told < 3 ? QUIRE_OK : QUIRE_CONFLICT;
}

static void test_left_out_of_shares(void **state) {
    char name[] = "in/big";
    (void)state;
    for (int part = 0; part < 2; part++) {
        const quire_download_options options = {
            .part = part, .parts = 2, .divided = tell, .divided_context = name};
        assert_status(QUIRE_OK,
                      quire_version_download(version, scratch("out"), &options, NULL, &error),
                      &error);
        assert_int_equal(told, part + 1);
    }
    assert_true(scratch_absent("out/in/big"));
    assert_true(scratch_holds("out/small", "s"));
    const quire_download_options options = {
        .path = "in", .part = 0, .parts = 2, .divided = tell, .divided_context = name};
    assert_status(QUIRE_CONFLICT,
                  quire_version_download(version, scratch("out"), &options, NULL, &error), &error);
    assert_says(&error, "ended by the caller");
    /* One part has nobody to divide it among. */
    const quire_download_options alone = {.divided = tell, .divided_context = name};
    assert_status(QUIRE_OK, quire_version_download(version, scratch("out"), &alone, NULL, &error),
                  &error);
    assert_int_equal(told, 3);
    assert_false(scratch_absent("out/in/big"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_in_any_order, setup, teardown),
        cmocka_unit_test_setup_teardown(test_given_up, setup, teardown),
        cmocka_unit_test_setup_teardown(test_wrong_arguments, setup, teardown),
        cmocka_unit_test_setup_teardown(test_planted, setup, teardown),
        cmocka_unit_test_setup_teardown(test_led_elsewhere, setup, teardown),
        cmocka_unit_test_setup_teardown(test_left_out_of_shares, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
