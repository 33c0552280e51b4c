/** @file Conformance: times, removal, sweeping. No test assumes that the clock goes on by itself.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "objects/cmocka_all.h"
#include "objects/conformance_internal.h"

static bool removes(q_objects *objects, const char *key, int64_t unless_since) {
    quire_error error = {0};
    bool removed = false;
    conformance_ok(q_objects_remove(objects, key, unless_since, &removed, &error), &error);
    return removed;
}

static int64_t now(q_objects *objects) {
    quire_error error = {0};
    int64_t time = 0;
    conformance_ok(q_objects_now(objects, &time, &error), &error);
    return time;
}

void times_follow_now(void **state) {
    q_objects *objects = conformance_objects(state);
    quire_error error = {0};
    int64_t before = now(objects);
    conformance_put(objects, "timed", "x");
    int64_t put = conformance_modified(objects, "timed");
    conformance_ok(q_objects_refresh(objects, "timed", &error), &error);
    int64_t renewed = conformance_modified(objects, "timed");
    assert_true(before <= put);
    assert_true(put <= renewed);
    assert_true(renewed <= now(objects));
    conformance_ok(q_objects_put(objects, "timed", Q_OBJECT_RECORD, "x", 1, NULL, &error), &error);
    assert_true(renewed <= conformance_modified(objects, "timed"));
}

void refresh_missing(void **state) {
    q_objects *objects = conformance_objects(state);
    quire_error error = {0};
    conformance_put(objects, "folder/x", "x");
    assert_int_equal(q_objects_refresh(objects, "none", &error), QUIRE_NOT_FOUND);
    assert_non_null(strstr(error.message, "none"));
    assert_int_equal(q_objects_refresh(objects, "folder", &error), QUIRE_NOT_FOUND);
    assert_int_equal(q_objects_refresh(objects, "no/folder", NULL), QUIRE_NOT_FOUND);
}

void remove_in_any_case(void **state) {
    q_objects *objects = conformance_objects(state);
    conformance_put(objects, "a/b", "x");
    conformance_put(objects, "a/c", "y");
    assert_true(removes(objects, "a/b", INT64_MAX));
    conformance_expect_absent(objects, "a/b");
    conformance_expect(objects, "a/c", "y");
    assert_false(removes(objects, "a/b", INT64_MAX));
}

void remove_by_time(void **state) {
    q_objects *objects = conformance_objects(state);
    quire_error error = {0};
    conformance_put(objects, "old/one", "x");
    int64_t modified = conformance_modified(objects, "old/one");
    assert_false(removes(objects, "old/one", modified));
    assert_false(removes(objects, "old/one", modified - 1000000));
    conformance_expect(objects, "old/one", "x");
    assert_true(removes(objects, "old/one", modified + 1));
    conformance_expect_absent(objects, "old/one");
    conformance_put(objects, "old/two", "x");
    conformance_ok(q_objects_refresh(objects, "old/two", &error), &error);
    assert_false(removes(objects, "old/two", conformance_modified(objects, "old/two")));
    conformance_expect(objects, "old/two", "x");
}

void remove_missing(void **state) {
    q_objects *objects = conformance_objects(state);
    conformance_put(objects, "folder/x", "x");
    assert_false(removes(objects, "none", INT64_MAX));
    assert_false(removes(objects, "none", now(objects) + 1));
    assert_false(removes(objects, "no/folder", 0));
    assert_false(removes(objects, "folder", INT64_MAX));
    conformance_expect(objects, "folder/x", "x");
}

void put_after_remove(void **state) {
    q_objects *objects = conformance_objects(state);
    conformance_put(objects, "again/x", "one");
    assert_true(removes(objects, "again/x", INT64_MAX));
    conformance_put(objects, "again/x", "two");
    assert_true(removes(objects, "again/x", conformance_modified(objects, "again/x") + 1));
    conformance_put(objects, "again/x", "three");
    conformance_expect(objects, "again/x", "three");
}

void sweep_keeps_objects(void **state) {
    q_objects *objects = conformance_objects(state);
    quire_error error = {0};
    q_object_writer *writer = NULL;
    conformance_put(objects, "kept/x", "x");
    conformance_ok(q_object_writer_open(objects, &writer, &error), &error);
    conformance_ok(q_object_writer_write(writer, "abc", 3, &error), &error);
    conformance_ok(q_objects_sweep(objects, 0, &error), &error);
    conformance_ok(q_object_writer_publish(writer, "kept/stream", NULL, &error), &error);
    q_object_writer_free(writer);
    conformance_ok(q_objects_sweep(objects, now(objects) + 1000000, &error), &error);
    conformance_expect(objects, "kept/x", "x");
    conformance_expect(objects, "kept/stream", "abc");
}

void local_path_holds(void **state) {
    q_objects *objects = conformance_objects(state);
    quire_error error = {0};
    char *path = NULL;
    char content[16] = {0};
    conformance_put(objects, "place/x", "content");
    conformance_ok(q_objects_local_path(objects, "place/x", &path, &error), &error);
    if (path != NULL) {
        assert_int_equal(path[0], '/');
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        assert_true(fd >= 0);
        assert_int_equal(read(fd, content, sizeof content), 7);
        assert_string_equal(content, "content");
        assert_int_equal(close(fd), 0);
    }
    free(path);
}
