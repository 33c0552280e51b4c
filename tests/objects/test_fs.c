/** @file What only a directory has: temporary files, trash, folders, links, a place. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "objects/cmocka_all.h"
#include "objects/fs_folder.h"

typedef struct fixture {
    char *path;
    q_objects *objects;
} fixture;

static int set_up(void **state) {
    fixture *this = calloc(1, sizeof *this);
    assert_non_null(this);
    this->path = fs_folder_make();
    this->objects = fs_folder_open(this->path, QUIRE_DURABILITY_FULL);
    *state = this;
    return 0;
}

static int tear_down(void **state) {
    fixture *this = *state;
    q_objects_free(this->objects);
    fs_folder_remove(this->path);
    free(this->path);
    free(this);
    return 0;
}

static void put(const fixture *this, const char *key, const char *text) {
    quire_error error = {0};
    if (q_objects_put(this->objects, key, Q_OBJECT_RECORD, text, strlen(text), NULL, &error) !=
        QUIRE_OK) {
        fail_msg("%s", error.message);
    }
}

static bool there(const fixture *this, const char *key) {
    q_object_info info;
    return q_objects_stat(this->objects, key, &info, NULL) == QUIRE_OK;
}

/** Set the time of a file below the root, in seconds since 1970. */
static void age(const fixture *this, const char *name, time_t seconds) {
    const struct timespec times[2] = {{.tv_sec = seconds}, {.tv_sec = seconds}};
    char *file = fs_folder_join(this->path, name);
    assert_int_equal(utimensat(AT_FDCWD, file, times, AT_SYMLINK_NOFOLLOW), 0);
    free(file);
}

static void opening_writes_nothing(void **state) {
    fixture *this = *state;
    q_object_info info;
    int64_t now = 0;
    assert_int_equal(q_objects_stat(this->objects, "a", &info, NULL), QUIRE_NOT_FOUND);
    assert_int_equal(fs_folder_count(this->path, "."), 0);
    assert_int_equal(q_objects_now(this->objects, &now, NULL), QUIRE_OK);
    assert_true(now > 1000000);
    assert_int_equal(fs_folder_count(this->path, "tmp"), 0);
}

static void creates_parents(void **state) {
    fixture *this = *state;
    quire_error error = {0};
    q_objects *objects = NULL;
    char *deep = fs_folder_join(this->path, "one/two//three/");
    assert_int_equal(q_objects_fs_open(deep, false, QUIRE_DURABILITY_FULL, &objects, &error),
                     QUIRE_NOT_FOUND);
    assert_non_null(strstr(error.message, "one/two"));
    objects = fs_folder_open(deep, QUIRE_DURABILITY_FULL);
    q_objects_free(objects);
    objects = NULL;
    assert_int_equal(q_objects_fs_open(deep, false, QUIRE_DURABILITY_FULL, &objects, &error),
                     QUIRE_OK);
    q_objects_free(objects);
    free(deep);
}

static void temporary_files_go(void **state) {
    fixture *this = *state;
    q_object_writer *writer = NULL;
    put(this, "a", "x");
    assert_int_equal(q_objects_put(this->objects, "a", Q_OBJECT_RECORD, "y", 1, NULL, NULL),
                     QUIRE_CONFLICT);
    assert_int_equal(q_object_writer_open(this->objects, &writer, NULL), QUIRE_OK);
    assert_int_equal(fs_folder_count(this->path, "tmp"), 1);
    assert_int_equal(q_object_writer_write(writer, "y", 1, NULL), QUIRE_OK);
    assert_int_equal(q_object_writer_publish(writer, "a", NULL, NULL), QUIRE_INTEGRITY);
    assert_int_equal(fs_folder_count(this->path, "tmp"), 0);
    q_object_writer_free(writer);
    assert_int_equal(q_object_writer_open(this->objects, &writer, NULL), QUIRE_OK);
    assert_int_equal(q_object_writer_write(writer, "y", 1, NULL), QUIRE_OK);
    q_object_writer_free(writer);
    assert_int_equal(fs_folder_count(this->path, "tmp"), 0);
}

static void sweep_removes_old(void **state) {
    fixture *this = *state;
    put(this, "a", "x");
    fs_folder_write(this->path, "tmp/old", "half an obj");
    fs_folder_write(this->path, "tmp/new", "half an obj");
    age(this, "tmp/old", 1000);
    age(this, "tmp/new", 3000);
    assert_int_equal(q_objects_sweep(this->objects, 2000 * (int64_t)1000000, NULL), QUIRE_OK);
    assert_int_equal(fs_folder_count(this->path, "tmp"), 1);
    assert_int_equal(q_objects_sweep(this->objects, 4000 * (int64_t)1000000, NULL), QUIRE_OK);
    assert_int_equal(fs_folder_count(this->path, "tmp"), 0);
    assert_true(there(this, "a"));
}

static void sweep_restores_trash(void **state) {
    static const char *const leftover = "trash/f+lost~0123456789abcdef0123456789abcdef";
    static const char *const doubled = "trash/f+kept~0123456789abcdef0123456789abcdef";
    static const char *const foreign = "trash/..+..+etc~0123456789abcdef0123456789abcdef";
    fixture *this = *state;
    q_buffer buffer = {0};
    bool removed = false;
    put(this, "f/kept", "kept");
    put(this, "f/gone", "gone");
    age(this, "f/gone", 1000);
    assert_int_equal(
        q_objects_remove(this->objects, "f/gone", 1001 * (int64_t)1000000, &removed, NULL),
        QUIRE_OK);
    assert_true(removed);
    assert_int_equal(fs_folder_count(this->path, "trash"), 0);
    fs_folder_write(this->path, leftover, "lost");
    fs_folder_write(this->path, doubled, "kept");
    fs_folder_write(this->path, foreign, "evil");
    assert_int_equal(q_objects_sweep(this->objects, 0, NULL), QUIRE_OK);
    assert_int_equal(q_objects_get(this->objects, "f/lost", 10, &buffer, NULL), QUIRE_OK);
    assert_string_equal(buffer.data, "lost");
    q_buffer_free(&buffer);
    assert_int_equal(fs_folder_count(this->path, "trash"), 1); /* what is no key stays */
    assert_int_equal(fs_folder_count(this->path, "f"), 2);
}

static quire_status count(void *context, const q_object_info *info, quire_error *error) {
    (void)info;
    (void)error;
    ++*(size_t *)context;
    return QUIRE_OK;
}

static void sweep_restores_files_only(void **state) {
    fixture *this = *state;
    char *trash = fs_folder_join(this->path, "trash");
    char *link = fs_folder_join(this->path, "trash/f+link~0123456789abcdef0123456789abcdef");
    char *fifo = fs_folder_join(this->path, "trash/f+fifo~0123456789abcdef0123456789abcdef");
    char *folder = fs_folder_join(this->path, "trash/f+dir~0123456789abcdef0123456789abcdef");
    put(this, "f/kept", "kept");
    assert_int_equal(mkdir(trash, 0700), 0);
    fs_folder_write(this->path, "trash/f+lost~0123456789abcdef0123456789abcdef", "lost");
    assert_int_equal(symlink("/etc/hostname", link), 0);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(q_objects_sweep(this->objects, 0, NULL), QUIRE_OK);
    assert_int_equal(fs_folder_count(this->path, "trash"), 3);
    assert_int_equal(fs_folder_count(this->path, "f"), 2);
    assert_true(there(this, "f/lost"));
    free(link);
    free(fifo);
    free(folder);
    free(trash);
}

static void lists_objects_only(void **state) {
    fixture *this = *state;
    size_t deep = 0, shallow = 0;
    put(this, "f/a", "x");
    fs_folder_write(this->path, ".hidden", "x");
    fs_folder_write(this->path, "with blank", "x");
    fs_folder_write(this->path, "tmp/x", "x");
    fs_folder_write(this->path, "f/b~", "x");
    assert_int_equal(q_objects_list(this->objects, "", true, count, &deep, NULL), QUIRE_OK);
    assert_int_equal(q_objects_list(this->objects, "", false, count, &shallow, NULL), QUIRE_OK);
    assert_int_equal(deep, 1);
    assert_int_equal(shallow, 1);
}

/* Passed over, a collection that somebody moved and linked to would be none to gc. */
static void a_listing_ends_at_links_and_fifos(void **state) {
    fixture *this = *state;
    static const char *const names[] = {"link", "g/fifo"};
    char *folder = fs_folder_join(this->path, "g");
    put(this, "f/a", "x");
    assert_int_equal(mkdir(folder, 0700), 0);
    free(folder);
    for (int i = 0; i < 2; i++) {
        quire_error error = {0};
        size_t seen = 0;
        char *path = fs_folder_join(this->path, names[i]);
        assert_int_equal(i == 0 ? symlink("f", path) : mkfifo(path, 0600), 0);
        assert_int_equal(q_objects_list(this->objects, "", true, count, &seen, &error),
                         QUIRE_INTEGRITY);
        assert_non_null(strstr(error.message, names[i]));
        assert_int_equal(q_objects_list(this->objects, "", false, count, &seen, NULL),
                         i == 0 ? QUIRE_INTEGRITY : QUIRE_OK);
        assert_int_equal(q_objects_list(this->objects, "f/", true, count, &seen, NULL), QUIRE_OK);
        assert_int_equal(unlink(path), 0);
        free(path);
    }
}

static void symlinks_are_not_followed(void **state) {
    fixture *this = *state;
    quire_error error = {0};
    q_buffer buffer = {0};
    q_object_info info;
    char *outside = fs_folder_make();
    char *secret = fs_folder_join(outside, "secret");
    char *link = fs_folder_join(this->path, "f/link");
    char *folder = fs_folder_join(this->path, "folder");
    fs_folder_write(outside, "secret", "x");
    put(this, "f/a", "x");
    assert_int_equal(symlink(secret, link), 0);
    assert_int_equal(symlink(outside, folder), 0);
    assert_int_equal(q_objects_get(this->objects, "f/link", 10, &buffer, &error), QUIRE_INTEGRITY);
    assert_non_null(strstr(error.message, "f/link"));
    assert_int_equal(q_objects_stat(this->objects, "f/link", &info, NULL), QUIRE_INTEGRITY);
    assert_int_equal(q_objects_refresh(this->objects, "f/link", NULL), QUIRE_INTEGRITY);
    assert_int_equal(q_objects_put(this->objects, "f/link", Q_OBJECT_RECORD, "x", 1, NULL, NULL),
                     QUIRE_INTEGRITY);
    assert_int_equal(q_objects_get(this->objects, "folder/secret", 10, &buffer, &error),
                     QUIRE_ERROR);
    assert_non_null(strstr(error.message, "symbolic link"));
    assert_int_equal(
        q_objects_put(this->objects, "folder/new", Q_OBJECT_RECORD, "x", 1, NULL, NULL),
        QUIRE_ERROR);
    assert_int_equal(q_objects_remove(this->objects, "folder/secret", INT64_MAX, NULL, NULL),
                     QUIRE_ERROR);
    assert_int_equal(fs_folder_count(outside, "."), 1);
    fs_folder_remove(outside);
    free(folder);
    free(link);
    free(secret);
    free(outside);
}

static void fifo_does_not_hang(void **state) {
    fixture *this = *state;
    q_buffer buffer = {0};
    char *fifo = fs_folder_join(this->path, "fifo");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(q_objects_get(this->objects, "fifo", 10, &buffer, NULL), QUIRE_INTEGRITY);
    assert_int_equal(q_objects_put(this->objects, "fifo", Q_OBJECT_RECORD, "x", 1, NULL, NULL),
                     QUIRE_INTEGRITY);
    free(fifo);
}

static void tmp_exchanged_by_hand(void **state) {
    fixture *this = *state;
    char *tmp = fs_folder_join(this->path, "tmp");
    put(this, "a", "x");
    assert_int_equal(rmdir(tmp), 0);
    put(this, "b", "x");
    assert_true(there(this, "b"));
    free(tmp);
}

static void key_below_an_object(void **state) {
    fixture *this = *state;
    quire_error error = {0};
    put(this, "a", "x");
    assert_int_equal(q_objects_put(this->objects, "a/b", Q_OBJECT_RECORD, "x", 1, NULL, &error),
                     QUIRE_ERROR);
    assert_non_null(strstr(error.message, "Not a directory"));
    assert_int_equal(fs_folder_count(this->path, "tmp"), 0);
}

/** Where the bytes are there, nothing is written, but what removes old objects leaves them. */
static void whole_objects_that_are_there_are_renewed(void **state) {
    const fixture *this = *state;
    quire_error error = {0};
    q_object_writer *writer = NULL;
    q_object_info before = {0}, info = {0};
    put(this, "f/x", "abc");
    age(this, "f/x", 3600);
    assert_int_equal(q_objects_stat(this->objects, "f/x", &before, &error), QUIRE_OK);
    assert_int_equal(q_object_writer_open_whole(this->objects, "f/x", "abc", 3, &writer, &error),
                     QUIRE_OK);
    assert_null(writer);
    assert_int_equal(q_objects_stat(this->objects, "f/x", &info, &error), QUIRE_OK);
    assert_true(info.modified > before.modified);
    assert_int_equal(fs_folder_count(this->path, "tmp"), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/** What stands in tmp/ under a token is written only if it is the file that was begun. */
static void shared_objects_are_not_led_elsewhere(void **state) {
    fixture *this = *state;
    q_object_part *part = NULL;
    quire_error error = {0};
    char *outside = fs_folder_make();
    char *file = fs_folder_join(outside, "file");
    char *link = fs_folder_join(this->path, "tmp/link");
    char *fifo = fs_folder_join(this->path, "tmp/fifo");
    char *folder = fs_folder_join(this->path, "tmp/folder");
    fs_folder_write(outside, "file", "abc");
    put(this, "a", "x");
    assert_int_equal(symlink(file, link), 0);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(mkdir(folder, 0700), 0);
    static const char *const names[] = {"link", "fifo"};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(q_object_part_open(this->objects, names[i], 3, 0, &part, &error),
                         QUIRE_INTEGRITY);
        assert_non_null(strstr(error.message, names[i]));
    }
    assert_int_not_equal(q_object_part_open(this->objects, "folder", 3, 0, &part, &error),
                         QUIRE_OK);
    fs_folder_remove(outside);
    free(folder);
    free(fifo);
    free(link);
    free(file);
    free(outside);
}

static void a_shared_object_that_was_left_is_swept(void **state) {
    fixture *this = *state;
    q_object_writer *writer = NULL;
    char token[Q_OBJECT_TOKEN_SIZE], key[Q_OBJECT_TOKEN_SIZE + 4];
    quire_error error = {0};
    assert_int_equal(q_object_writer_open_shared(this->objects, 3, &writer, token, &error),
                     QUIRE_OK);
    snprintf(key, sizeof key, "tmp/%s", token);
    age(this, key, 1000);
    assert_int_equal(q_objects_sweep(this->objects, 2000 * (int64_t)1000000, NULL), QUIRE_OK);
    assert_int_equal(q_object_writer_publish(writer, "gone", NULL, &error), QUIRE_TEMPORARY);
    q_object_writer_free(writer);
    assert_false(there(this, "gone"));
}

static void a_shared_object_cut_short_is_not_published(void **state) {
    fixture *this = *state;
    q_object_writer *writer = NULL;
    char token[Q_OBJECT_TOKEN_SIZE], key[Q_OBJECT_TOKEN_SIZE + 4];
    quire_error error = {0};
    assert_int_equal(q_object_writer_open_shared(this->objects, 3, &writer, token, &error),
                     QUIRE_OK);
    snprintf(key, sizeof key, "tmp/%s", token);
    char *file = fs_folder_join(this->path, key);
    assert_int_equal(truncate(file, 2), 0);
    assert_int_equal(q_object_writer_publish(writer, "short", NULL, &error), QUIRE_INTEGRITY);
    q_object_writer_free(writer);
    assert_false(there(this, "short"));
    assert_int_equal(fs_folder_count(this->path, "tmp"), 0);
    free(file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(opening_writes_nothing),
        TEST(creates_parents),
        TEST(temporary_files_go),
        TEST(sweep_removes_old),
        TEST(sweep_restores_trash),
        TEST(sweep_restores_files_only),
        TEST(lists_objects_only),
        TEST(a_listing_ends_at_links_and_fifos),
        TEST(symlinks_are_not_followed),
        TEST(fifo_does_not_hang),
        TEST(tmp_exchanged_by_hand),
        TEST(key_below_an_object),
        TEST(whole_objects_that_are_there_are_renewed),
        TEST(shared_objects_are_not_led_elsewhere),
        TEST(a_shared_object_that_was_left_is_swept),
        TEST(a_shared_object_cut_short_is_not_published),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
