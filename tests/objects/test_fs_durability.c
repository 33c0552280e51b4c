/**
 * @file
 * What is synced when. A sync that is made to fail shows where one is done, and that its failure is
 * told.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "objects/cmocka_all.h"
#include "objects/fs_apart.h"
#include "objects/fs_folder.h"

static quire_status put(q_objects *objects, const char *key, q_object_kind kind) {
    quire_error error = {0};
    quire_status status = q_objects_put(objects, key, kind, "x", 1, NULL, &error);
    if (status != QUIRE_OK && strstr(error.message, key) == NULL) {
        return QUIRE_USAGE; /* a message that does not name the object */
    }
    return status;
}

static quire_status stream(q_objects *objects, const char *key) {
    q_object_writer *writer = NULL;
    quire_status status = q_object_writer_open(objects, &writer, NULL);
    if (status == QUIRE_OK) {
        status = q_object_writer_write(writer, "x", 1, NULL);
    }
    if (status == QUIRE_OK) {
        status = q_object_writer_publish(writer, key, NULL, NULL);
    }
    q_object_writer_free(writer);
    return status;
}

static quire_status whole(q_objects *objects, const char *key) {
    q_object_writer *writer = NULL;
    quire_status status = q_object_writer_open_whole(objects, key, "x", 1, &writer, NULL);
    if (status == QUIRE_OK && writer != NULL) {
        status = q_object_writer_publish(writer, key, NULL, NULL);
    }
    q_object_writer_free(writer);
    return status;
}

/** A part of a shared object, which is given up. */
static quire_status share(q_objects *objects) {
    q_object_writer *writer = NULL;
    q_object_part *part = NULL;
    char token[Q_OBJECT_TOKEN_SIZE];
    quire_status status = q_object_writer_open_shared(objects, 1, &writer, token, NULL);
    if (status == QUIRE_OK) {
        status = q_object_part_open(objects, token, 1, 0, &part, NULL);
    }
    if (status == QUIRE_OK) {
        status = q_object_part_write(part, "x", 1, NULL);
    }
    if (status == QUIRE_OK) {
        status = q_object_part_close(part, NULL);
    }
    q_object_part_free(part);
    q_object_writer_free(writer);
    return status;
}

/** Make folders and tmp/, so that only objects are left to be synced. */
static q_objects *prepare(const char *path, quire_durability durability) {
    q_objects *objects = fs_folder_open(path, durability);
    return put(objects, "f/first", Q_OBJECT_RECORD) == QUIRE_OK && fs_apart_fail(__NR_fsync, EIO) &&
                   fs_apart_fail(__NR_syncfs, EDQUOT)
               ? objects
               : NULL;
}

/** Which of content, stream, record, hint, a record that is there already, sync(), and a part of a
 * shared object fail. */
static int failures(const char *path, quire_durability durability) {
    q_objects *objects = prepare(path, durability);
    if (objects == NULL) {
        return FS_APART_CANNOT;
    }
    int result = (put(objects, "f/content", Q_OBJECT_CONTENT) == QUIRE_ERROR ? 1 : 0) +
                 (stream(objects, "f/stream") == QUIRE_ERROR ? 2 : 0) +
                 (put(objects, "f/record", Q_OBJECT_RECORD) == QUIRE_ERROR ? 4 : 0) +
                 (put(objects, "f/hint", Q_OBJECT_HINT) == QUIRE_ERROR ? 8 : 0) +
                 (put(objects, "f/first", Q_OBJECT_RECORD) == QUIRE_ERROR ? 16 : 0) +
                 (q_objects_sync(objects, NULL) == QUIRE_ERROR ? 32 : 0) +
                 (share(objects) == QUIRE_ERROR ? 128 : 0);
    q_objects_free(objects);
    /* Nothing that failed to be synced was published, nothing is left behind. */
    size_t stored = 3 + (result & 1 ? 0 : 1) + (result & 2 ? 0 : 1) - (result & 4 ? 1 : 0);
    return fs_folder_count(path, "f") == stored && fs_folder_count(path, "tmp") == 0 ? result : 64;
}

/** Which of a whole object, one that is there already, and sync() after that fail. */
static int whole_failures(const char *path, quire_durability durability) {
    q_objects *objects = prepare(path, durability);
    if (objects == NULL) {
        return FS_APART_CANNOT;
    }
    int result = (whole(objects, "f/whole") == QUIRE_ERROR ? 1 : 0) +
                 (whole(objects, "f/first") == QUIRE_ERROR ? 2 : 0) +
                 (q_objects_sync(objects, NULL) == QUIRE_ERROR ? 4 : 0);
    q_objects_free(objects);
    size_t stored = result & 1 ? 1 : 2;
    return fs_folder_count(path, "f") == stored && fs_folder_count(path, "tmp") == 0 ? result : 64;
}

static int whole_full_part(const char *path) {
    return whole_failures(path, QUIRE_DURABILITY_FULL);
}

static int whole_batch_part(const char *path) {
    return whole_failures(path, QUIRE_DURABILITY_BATCH);
}

static int whole_none_part(const char *path) {
    return whole_failures(path, QUIRE_DURABILITY_NONE);
}

static int full_part(const char *path) {
    return failures(path, QUIRE_DURABILITY_FULL);
}

static int batch_part(const char *path) {
    return failures(path, QUIRE_DURABILITY_BATCH);
}

/** Names of content wait for the sync, which tells of its failure. */
static int batch_sync_part(const char *path) {
    q_objects *objects = fs_folder_open(path, QUIRE_DURABILITY_BATCH);
    if (stream(objects, "f/stream") != QUIRE_OK || !fs_apart_fail(__NR_syncfs, EDQUOT)) {
        return FS_APART_CANNOT;
    }
    int result = q_objects_sync(objects, NULL) == QUIRE_ERROR ? 1 : 0;
    q_objects_free(objects);
    return result;
}

static int none_part(const char *path) {
    return failures(path, QUIRE_DURABILITY_NONE);
}

static void check(int (*part)(const char *path), int expected) {
    char *path = fs_folder_make();
    int result = fs_apart(part, path);
    fs_folder_remove(path);
    free(path);
    fs_apart_expect(result == expected ? 0 : result == 0 ? 99 : result);
}

static void full_syncs_all_but_hints(void **state) {
    (void)state;
    check(full_part, 1 + 2 + 4 + 16 + 128);
}

static void batch_syncs_bytes_and_records(void **state) {
    (void)state;
    check(batch_part, 1 + 2 + 4 + 16 + 128);
    check(batch_sync_part, 1);
}

static void none_syncs_nothing(void **state) {
    (void)state;
    check(none_part, 0);
}

/** Of what is there already only the name is left under BATCH, which the sync is for. */
static void whole_objects_are_synced_alike(void **state) {
    (void)state;
    check(whole_full_part, 1 + 2);
    check(whole_batch_part, 1 + 4);
    check(whole_none_part, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_syncs_all_but_hints),
        cmocka_unit_test(batch_syncs_bytes_and_records),
        cmocka_unit_test(none_syncs_nothing),
        cmocka_unit_test(whole_objects_are_synced_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
