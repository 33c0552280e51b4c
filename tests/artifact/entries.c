/** @file Adding, looking up and taking out entries; the same path twice. */
#include "artifact/unit.h"

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "artifact/artifact.h"

static void files_are_looked_at_when_added(void **state) {
    (void)state;
    quire_error error = {0};
    quire_entry entry;
    quire_artifact *artifact = new_artifact();
    scratch_write("one", "abc");
    EXPECT(QUIRE_OK, quire_artifact_add_file(artifact, scratch("one"), NULL, NULL, &error));
    EXPECT(QUIRE_OK, quire_artifact_get_entry(artifact, "one", &entry, &error));
    assert_string_equal(entry.path, "one");
    assert_string_equal(entry.digest, SHA_ABC);
    assert_int_equal(entry.size, 3);
    assert_null(entry.reference);
    EXPECT(QUIRE_INCOMPLETE, quire_artifact_add_file(artifact, scratch("no"), NULL, NULL, &error));
    EXPECT_MESSAGE("/no does not exist");
    EXPECT(QUIRE_ERROR, quire_artifact_add_file(artifact, scratch(""), "d", NULL, &error));
    EXPECT(QUIRE_ERROR, quire_artifact_add_file(artifact, "/dev/null", NULL, NULL, &error));
    EXPECT(QUIRE_USAGE, quire_artifact_add_file(artifact, scratch("one"), "../x", NULL, &error));
    EXPECT(QUIRE_USAGE, quire_artifact_add_file(artifact, scratch("one"), "/x", NULL, &error));
    EXPECT(QUIRE_USAGE, quire_artifact_add_file(artifact, scratch("one"), "", NULL, &error));
    EXPECT(QUIRE_USAGE, quire_artifact_add_file(artifact, NULL, "x", NULL, &error));
    const quire_add_options newer = {.version = 1};
    EXPECT(QUIRE_USAGE, quire_artifact_add_file(artifact, scratch("one"), "x", &newer, &error));
    EXPECT_MESSAGE("unknown version of quire_add_options");
    assert_int_equal(quire_artifact_count(artifact), 1);
    unlink(scratch("one"));
    EXPECT(QUIRE_INCOMPLETE, quire_artifact_get_entry(artifact, "one", &entry, &error));
    EXPECT(QUIRE_NOT_FOUND, quire_artifact_get_entry(artifact, "two", &entry, &error));
    quire_artifact_free(artifact);
}

static void one_path_has_one_content(void **state) {
    (void)state;
    quire_error error = {0};
    quire_artifact *artifact = new_artifact();
    scratch_write("a", "abc");
    scratch_write("b", "abc");
    scratch_write("other", "xyz");
    scratch_write("longer", "abcd");
    assert_int_equal(link(scratch("a"), scratch("hard")), 0);
    EXPECT(QUIRE_OK, quire_artifact_add_file(artifact, scratch("a"), "p", NULL, &error));
    EXPECT(QUIRE_OK, quire_artifact_add_file(artifact, scratch("hard"), "p", NULL, &error));
    EXPECT(QUIRE_OK, quire_artifact_add_file(artifact, scratch("b"), "p", NULL, &error));
    EXPECT(QUIRE_OK, add_text(artifact, "p", "abc", &error));
    EXPECT(QUIRE_CONFLICT, quire_artifact_add_file(artifact, scratch("other"), "p", NULL, &error));
    EXPECT_MESSAGE("path 'p'");
    EXPECT(QUIRE_CONFLICT, quire_artifact_add_file(artifact, scratch("longer"), "p", NULL, &error));
    EXPECT(QUIRE_CONFLICT, add_text(artifact, "p", "abd", &error));
    EXPECT(QUIRE_CONFLICT, add_text(artifact, "p", "", &error));
    EXPECT(QUIRE_CONFLICT, quire_artifact_add_reference(artifact, "s3://b/p", "p", NULL, &error));
    assert_int_equal(quire_artifact_count(artifact), 1);
    EXPECT(QUIRE_OK, add_text(artifact, "q", "abc", &error));
    EXPECT(QUIRE_OK, quire_artifact_add_file(artifact, scratch("a"), "q", NULL, &error));
    assert_int_equal(quire_artifact_count(artifact), 2);
    quire_artifact_free(artifact);
}

static void buffers_are_copied_unless_borrowed(void **state) {
    (void)state;
    quire_error error = {0};
    quire_entry entry;
    char data[] = "abc";
    const quire_add_options borrow = {.borrow = 1};
    quire_artifact *artifact = new_artifact();
    EXPECT(QUIRE_OK, quire_artifact_add_buffer(artifact, "copy", data, 3, NULL, &error));
    EXPECT(QUIRE_OK, quire_artifact_add_buffer(artifact, "lent", data, 3, &borrow, &error));
    EXPECT(QUIRE_OK, quire_artifact_add_buffer(artifact, "empty", NULL, 0, NULL, &error));
    EXPECT(QUIRE_USAGE, quire_artifact_add_buffer(artifact, "null", NULL, 1, NULL, &error));
    memcpy(data, "xyz", 3);
    EXPECT(QUIRE_OK, quire_artifact_get_entry(artifact, "copy", &entry, &error));
    assert_string_equal(entry.digest, SHA_ABC);
    EXPECT(QUIRE_OK, quire_artifact_get_entry(artifact, "lent", &entry, &error));
    assert_string_not_equal(entry.digest, SHA_ABC);
    EXPECT(QUIRE_OK, quire_artifact_get_entry(artifact, "empty", &entry, &error));
    assert_string_equal(entry.digest, SHA_EMPTY);
    assert_int_equal(entry.size, 0);
    quire_artifact_free(artifact);
}

/** What the caller has seen is looked at when it is read; nothing but its size is needed till then.
 */
static void what_was_seen_is_not_looked_at(void **state) {
    (void)state;
    quire_error error = {0};
    quire_entry entry;
    const quire_seen three = {.size = 3};
    const quire_add_options seen = {.seen = &three};
    quire_artifact *artifact = new_artifact();
    EXPECT(QUIRE_OK, quire_artifact_add_file(artifact, scratch("later"), NULL, &seen, &error));
    assert_int_equal(quire_artifact_count(artifact), 1);
    EXPECT(QUIRE_INCOMPLETE, quire_artifact_get_entry(artifact, "later", &entry, &error));
    EXPECT_MESSAGE("/later does not exist");
    scratch_write("later", "abc");
    EXPECT(QUIRE_OK, quire_artifact_get_entry(artifact, "later", &entry, &error));
    assert_string_equal(entry.digest, SHA_ABC);
    quire_artifact_free(artifact);
}

static bool has_seen(const quire_artifact *artifact, uint64_t size) {
    const q_item *item = q_entries_find(&artifact->entries, "p");
    return item->seen && item->seen->size == size;
}

/** A look is kept only as long as it is one at the file that will be read. */
static void one_path_has_one_look(void **state) {
    (void)state;
    quire_error error = {0};
    const quire_add_options now = {.as_now = 1};
    scratch_write("look", "abc");
    scratch_write("alike", "abc");
    static const struct {
        const char *first, *second;
        bool is_now[2], is_kept;
    } cases[] = {
        {"look", "look", {true, true}, true},    {"look", "look", {true, false}, false},
        {"look", "look", {false, true}, false},  {"look", "alike", {true, true}, false},
        {"look", "alike", {false, true}, false}, {"look", NULL, {true, false}, false},
        {NULL, "look", {false, true}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        quire_artifact *artifact = new_artifact();
        for (int n = 0; n < 2; n++) {
            const char *name = n == 0 ? cases[i].first : cases[i].second;
            EXPECT(QUIRE_OK, name
                                 ? quire_artifact_add_file(artifact, scratch(name), "p",
                                                           cases[i].is_now[n] ? &now : NULL, &error)
                                 : add_text(artifact, "p", "abc", &error));
        }
        assert_int_equal(has_seen(artifact, 3), cases[i].is_kept);
        quire_artifact_free(artifact);
    }
    /* The later one. */
    quire_artifact *artifact = new_artifact();
    EXPECT(QUIRE_OK, quire_artifact_add_file(artifact, scratch("look"), "p", &now, &error));
    scratch_write("look", "longer");
    EXPECT(QUIRE_OK, quire_artifact_add_file(artifact, scratch("look"), "p", &now, &error));
    assert_true(has_seen(artifact, 6));
    quire_artifact_free(artifact);
}

static void folders_come_whole_or_not_at_all(void **state) {
    (void)state;
    quire_error error = {0};
    quire_entry entry;
    quire_artifact *artifact = new_artifact();
    assert_int_equal(mkdir(scratch("d"), 0755) + mkdir(scratch("d/sub"), 0755), 0);
    assert_int_equal(mkdir(scratch("d/empty"), 0755), 0);
    scratch_write("d/x", "abc");
    scratch_write("d/sub/y", "hello");
    EXPECT(QUIRE_OK, quire_artifact_add_dir(artifact, scratch("d"), NULL, NULL, &error));
    EXPECT(QUIRE_OK, quire_artifact_add_dir(artifact, scratch("d/"), "", NULL, &error));
    assert_int_equal(quire_artifact_count(artifact), 2);
    EXPECT(QUIRE_OK, quire_artifact_add_dir(artifact, scratch("d"), "in/to", NULL, &error));
    EXPECT(QUIRE_OK, quire_artifact_get_entry(artifact, "in/to/sub/y", &entry, &error));
    assert_string_equal(entry.digest, SHA_HELLO);
    assert_int_equal(quire_artifact_count(artifact), 4);
    EXPECT(QUIRE_USAGE, quire_artifact_add_dir(artifact, scratch("d"), "a//b", NULL, &error));
    EXPECT(QUIRE_INCOMPLETE, quire_artifact_add_dir(artifact, scratch("no"), NULL, NULL, &error));
    EXPECT(QUIRE_ERROR, quire_artifact_add_dir(artifact, scratch("d/x"), NULL, NULL, &error));
    assert_int_equal(symlink("nowhere", scratch("d/z")), 0);
    EXPECT(QUIRE_INCOMPLETE, quire_artifact_add_dir(artifact, scratch("d"), "new", NULL, &error));
    EXPECT_MESSAGE("d/z is a dangling symbolic link");
    assert_int_equal(quire_artifact_count(artifact), 4);
    EXPECT(QUIRE_NOT_FOUND, quire_artifact_get_entry(artifact, "new/x", &entry, &error));
    EXPECT(QUIRE_OK, quire_artifact_get_entry(artifact, "x", &entry, &error));
    quire_artifact_free(artifact);
}

static void removal_drops_a_path_or_all_below(void **state) {
    (void)state;
    quire_error error = {0};
    quire_entry entry;
    static const char *const paths[] = {"a", "a-b", "a.x", "d/1", "d/e/2", "d-x", "z"};
    quire_artifact *artifact = new_artifact();
    for (size_t i = 0; i < COUNT(paths); i++) {
        EXPECT(QUIRE_OK, add_text(artifact, paths[i], paths[i], &error));
    }
    EXPECT(QUIRE_OK, quire_artifact_remove(artifact, "a", &error));
    EXPECT(QUIRE_OK, quire_artifact_remove(artifact, "d", &error));
    assert_int_equal(artifact->removals.count, 0);
    assert_int_equal(quire_artifact_count(artifact), 4);
    for (size_t i = 0; i < COUNT(paths); i++) {
        bool gone = i == 0 || i == 3 || i == 4;
        EXPECT(gone ? QUIRE_NOT_FOUND : QUIRE_OK,
               quire_artifact_get_entry(artifact, paths[i], &entry, &error));
    }
    EXPECT(QUIRE_OK, quire_artifact_remove(artifact, "gone/before", &error));
    EXPECT(QUIRE_OK, quire_artifact_remove(artifact, "gone/before", &error));
    assert_int_equal(artifact->removals.count, 1);
    EXPECT(QUIRE_USAGE, quire_artifact_remove(artifact, "gone/", &error));
    EXPECT(QUIRE_USAGE, quire_artifact_remove(artifact, "", &error));
    EXPECT(QUIRE_OK, add_text(artifact, "a", "again", &error));
    quire_artifact_free(artifact);
}

/** What is added below a folder after something was removed is found by the next removal. */
static void removal_knows_what_came_later(void **state) {
    (void)state;
    quire_error error = {0};
    quire_artifact *artifact = new_artifact();
    EXPECT(QUIRE_OK, add_text(artifact, "a/b/c/d", "1", &error));
    EXPECT(QUIRE_OK, quire_artifact_remove(artifact, "a/b", &error));
    EXPECT(QUIRE_OK, quire_artifact_remove(artifact, "p", &error));
    EXPECT(QUIRE_OK, add_text(artifact, "a/b/c/e", "1", &error));
    EXPECT(QUIRE_OK, add_text(artifact, "p/q/r", "1", &error));
    EXPECT(QUIRE_OK, add_text(artifact, "p/q", "a file, and a folder", &error));
    EXPECT(QUIRE_OK, quire_artifact_remove(artifact, "p/q", &error));
    EXPECT(QUIRE_OK, quire_artifact_remove(artifact, "a", &error));
    assert_int_equal(quire_artifact_count(artifact), 0);
    assert_int_equal(artifact->removals.count, 1);
    quire_artifact_free(artifact);
}

static void many_removals_beside_many_entries(void **state) {
    (void)state;
    quire_error error = {0};
    char path[48];
    quire_artifact *artifact = new_artifact();
    clock_t start = clock();
    for (int i = 0; i < 100000; i++) {
        snprintf(path, sizeof path, "a-folder/of-long-names/%d", i);
        EXPECT(QUIRE_OK, add_text(artifact, path, "", &error));
    }
    for (int i = 0; i < 200000; i++) { /* the latter half is not there */
        snprintf(path, sizeof path, "a-folder/of-long-names/%d", i);
        EXPECT(QUIRE_OK, quire_artifact_remove(artifact, path, &error));
    }
    assert_int_equal(quire_artifact_count(artifact), 0);
    assert_int_equal(artifact->removals.count, 100000);
    assert_true((clock() - start) / CLOCKS_PER_SEC < 10);
    quire_artifact_free(artifact);
}

static void many_entries_come_and_go(void **state) {
    (void)state;
    quire_error error = {0};
    char path[32];
    quire_artifact *artifact = new_artifact();
    for (int i = 0; i < 5000; i++) {
        snprintf(path, sizeof path, "%d/%d", i % 7, i);
        EXPECT(QUIRE_OK, add_text(artifact, path, path, &error));
    }
    EXPECT(QUIRE_OK, quire_artifact_remove(artifact, "3", &error));
    assert_int_equal(quire_artifact_count(artifact), 5000 - 714);
    for (int i = 0; i < 5000; i++) {
        snprintf(path, sizeof path, "%d/%d", i % 7, i);
        EXPECT(i % 7 == 3 ? QUIRE_OK : QUIRE_CONFLICT, add_text(artifact, path, "other", &error));
    }
    assert_int_equal(quire_artifact_count(artifact), 5000);
    quire_artifact_free(artifact);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(files_are_looked_at_when_added),     TEST(one_path_has_one_content),
        TEST(buffers_are_copied_unless_borrowed), TEST(what_was_seen_is_not_looked_at),
        TEST(folders_come_whole_or_not_at_all),   TEST(removal_drops_a_path_or_all_below),
        TEST(many_entries_come_and_go),           TEST(removal_knows_what_came_later),
        TEST(many_removals_beside_many_entries),  TEST(one_path_has_one_look),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
