/**
 * @file
 * A source that is damaged, at each place where bytes are: the push tells, in the same words by any
 * number of threads, and commits nothing. Also when files of the source have no paths, and when the
 * target is of another kind.
 */
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "push/push_kit.h"

static const unsigned threads[] = {1, 3};

/* Flip a bit of an object of the source. */
static void flip(push_kit *p, const char *prefix, const char *suffix, size_t at) {
    q_key key;
    q_buffer data = {0};
    kit_find(p->from, prefix, suffix, &key);
    kit_get(p->from, key.text, &data);
    data.data[at < data.size ? at : data.size / 2] ^= 1;
    kit_put(p->from, key.text, data.data, data.size);
    q_buffer_free(&data);
}

static void expect_damage(push_kit *p, quire_version *source, const char *words) {
    char first[QUIRE_MESSAGE_SIZE] = "";
    for (size_t t = 0; t < COUNT(threads); t++) {
        const quire_push_options options = {.threads = threads[t]};
        assert_status(QUIRE_INTEGRITY,
                      quire_push_version(source, p->to->store, &options, NULL, NULL, &p->error),
                      &p->error);
        assert_says(&p->error, words);
        if (t == 0) {
            strcpy(first, p->error.message);
        }
        assert_string_equal(p->error.message, first);
        assert_int_equal(kit_versions(p->to, quire_version_get_info(source)->name), 0);
        assert_int_equal(kit_count(p->to, Q_KEY_LEASES), 0);
    }
}

static const char *digest_of(quire_version *source, const char *path, char room[96]) {
    quire_entry entry;
    quire_error error = {0};
    assert_ok(quire_version_get_entry(source, path, &entry, &error), &error);
    snprintf(room, 96, "%s", entry.digest);
    return room;
}

static void a_large_file(void **state) {
    push_kit *p = *state;
    char digest[96];
    quire_version *source = push_tree(p);
    flip(p, Q_KEY_BLOBS, digest_of(source, "large/1", digest), 5);
    expect_damage(p, source, "large/1");
    quire_version_free(source);
}

static void a_large_file_that_is_cut(void **state) {
    push_kit *p = *state;
    char digest[96];
    q_key key;
    quire_version *source = push_tree(p);
    kit_find(p->from, Q_KEY_BLOBS, digest_of(source, "large/2", digest), &key);
    kit_put(p->from, key.text, "short", 5);
    expect_damage(p, source, "large/2");
    kit_put(p->from, key.text, NULL, 0);
    expect_damage(p, source, "large/2");
    quire_version_free(source);
}

static void a_small_file(void **state) {
    push_kit *p = *state;
    quire_version *source = push_tree(p);
    flip(p, Q_KEY_PACKS, ".pack", 1000);
    expect_damage(p, source, "small/0");
    quire_version_free(source);
}

static void without_paths(void **state) {
    push_kit *p = *state;
    char digest[96];
    quire_version *source = push_tree(p);
    push_without_paths(p);
    flip(p, Q_KEY_BLOBS, digest_of(source, "large/1", digest), 5);
    expect_damage(p, source, "large/1");
    quire_version_free(source);
}

static void to_another_kind(void **state) {
    push_kit *p = *state;
    char digest[96];
    quire_version *source = push_tree(p);
    push_other_kind(p, false);
    flip(p, Q_KEY_BLOBS, digest_of(source, "large/1", digest), 5);
    expect_damage(p, source, "large/1");
    p->other.finds_by_draft = false;
    expect_damage(p, source, "large/1");
    p->other.reads_once = false;
    expect_damage(p, source, "large/1");
    p->from->store->ops = push_ops_without_paths(p->from->store->ops);
    expect_damage(p, source, "large/1");
    quire_version_free(source);
}

/* Parts before and behind the damaged one are in the draft; nothing is finished. */
static void in_one_of_many_parts(void **state) {
    push_kit *p = *state;
    quire_version *source = push_many(p);
    flip(p, Q_KEY_PACKS, ".pack", 300000);
    expect_damage(p, source, "small/0");
    quire_version_free(source);
}

/* --- temporary files --- */

static size_t names_in(const char *folder) {
    size_t count = 0;
    DIR *stream = opendir(folder);
    assert_non_null(stream);
    while (readdir(stream)) {
        count++;
    }
    closedir(stream);
    return count - 2;
}

static quire_version *push_blocks(push_kit *p, size_t size) {
    quire_artifact *artifact = NULL;
    kit_write_file(p->from, "huge", "x", 1);
    assert_int_equal(truncate(kit_path(p->from, "huge"), (off_t)size), 0);
    assert_ok(quire_artifact_new("huge", "dataset", &artifact, &p->error), &p->error);
    assert_ok(quire_artifact_add_file(artifact, kit_path(p->from, "huge"), NULL, NULL, &p->error),
              &p->error);
    kit_log(p->from, artifact);
    return push_open(p->from, "huge:v0");
}

/* Large files without paths go through TMPDIR, by one thread and, in blocks, by several; nothing is
 * left there. */
static void through_a_temporary_file(void **state) {
    push_kit *p = *state;
    quire_version_id id;
    const char *folder = strdup(kit_path(p->from, "temporary"));
    assert_int_equal(mkdir(folder, 0777), 0);
    quire_version *source = push_tree(p), *huge = push_blocks(p, ((size_t)64 << 20) + 70000);
    push_without_paths(p);
    const char *before = getenv("TMPDIR");
    char *kept = before ? strdup(before) : NULL;
    setenv("TMPDIR", folder, 1);
    for (size_t t = 0; t < COUNT(threads); t++) {
        char name[16], address[24];
        snprintf(name, sizeof name, "tree%zu", t);
        snprintf(address, sizeof address, "%s:v0", name);
        const quire_push_options options = {.name = name, .threads = threads[t]};
        assert_ok(quire_push_version(source, p->to->store, &options, NULL, &id, &p->error),
                  &p->error);
        push_assert_same(p, source, address);
        assert_int_equal(kit_gc(p->to, -1, 0).versions_expired, 0);
    }
    const quire_push_options three = {.threads = 3};
    assert_ok(quire_push_version(huge, p->to->store, &three, NULL, &id, &p->error), &p->error);
    push_assert_same(p, huge, "huge:v0");
    assert_int_equal(names_in(folder), 0);
    assert_int_equal(rmdir(folder), 0);
    const quire_push_options gone = {.name = "gone"};
    quire_version_delete(p->to->store, "huge", 1, NULL);
    kit_gc(p->to, -1, 0);
    assert_status(QUIRE_ERROR, quire_push_version(huge, p->to->store, &gone, NULL, NULL, &p->error),
                  &p->error);
    assert_says(&p->error, "cannot make a temporary file in");
    if (kept) {
        setenv("TMPDIR", kept, 1);
    } else {
        unsetenv("TMPDIR");
    }
    free(kept);
    free((void *)(uintptr_t)folder);
    quire_version_free(huge);
    quire_version_free(source);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(test) cmocka_unit_test_setup_teardown(test, push_setup, push_teardown)
        TEST(a_large_file),
        TEST(a_large_file_that_is_cut),
        TEST(a_small_file),
        TEST(without_paths),
        TEST(to_another_kind),
        TEST(in_one_of_many_parts),
        TEST(through_a_temporary_file),
    };
    return cmocka_run_group_tests_name("damaged sources", tests, NULL, NULL);
}
