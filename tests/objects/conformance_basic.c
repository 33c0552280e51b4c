/** @file Conformance: put, get, keys. */
#include <stdlib.h>
#include <string.h>

#include "objects/cmocka_all.h"
#include "objects/conformance_internal.h"

void put_and_get(void **state) {
    q_objects *objects = conformance_objects(state);
    quire_error error = {0};
    q_object_info info = {0};
    conformance_put(objects, "a/b-c/d_e.f%20", "content");
    conformance_put(objects, "top", "another");
    conformance_expect(objects, "a/b-c/d_e.f%20", "content");
    conformance_expect(objects, "top", "another");
    conformance_ok(q_objects_stat(objects, "top", &info, &error), &error);
    assert_int_equal(info.size, 7);
    assert_string_equal(info.key, "top");
    conformance_ok(q_objects_sync(objects, &error), &error);
}

void put_twice(void **state) {
    static const q_object_kind kinds[] = {Q_OBJECT_CONTENT, Q_OBJECT_RECORD, Q_OBJECT_HINT};
    static const char *const keys[] = {"kinds/content", "kinds/record", "kinds/hint"};
    q_objects *objects = conformance_objects(state);
    for (size_t i = 0; i < 3; i++) {
        quire_error error = {0};
        bool created = false;
        conformance_ok(q_objects_put(objects, keys[i], kinds[i], "one", 3, &created, &error),
                       &error);
        assert_true(created);
        conformance_ok(q_objects_put(objects, keys[i], kinds[i], "one", 3, &created, &error),
                       &error);
        assert_false(created);
        assert_int_equal(q_objects_put(objects, keys[i], kinds[i], "two", 3, &created, &error),
                         QUIRE_CONFLICT);
        assert_false(created);
        assert_non_null(strstr(error.message, keys[i]));
        assert_int_equal(q_objects_put(objects, keys[i], kinds[i], "longer", 6, NULL, &error),
                         QUIRE_CONFLICT);
        assert_int_equal(q_objects_put(objects, keys[i], kinds[i], "", 0, NULL, NULL),
                         QUIRE_CONFLICT);
        conformance_expect(objects, keys[i], "one");
    }
}

void put_empty(void **state) {
    q_objects *objects = conformance_objects(state);
    quire_error error = {0};
    bool created = false;
    conformance_ok(q_objects_put(objects, "nothing", Q_OBJECT_RECORD, NULL, 0, &created, &error),
                   &error);
    assert_true(created);
    conformance_expect(objects, "nothing", "");
    conformance_ok(q_objects_put(objects, "nothing", Q_OBJECT_RECORD, "", 0, &created, &error),
                   &error);
    assert_false(created);
}

void put_binary(void **state) {
    q_objects *objects = conformance_objects(state);
    quire_error error = {0};
    q_buffer buffer = {0};
    unsigned char bytes[256];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (unsigned char)i;
    }
    conformance_ok(
        q_objects_put(objects, "bytes", Q_OBJECT_CONTENT, bytes, sizeof bytes, NULL, &error),
        &error);
    conformance_ok(q_objects_get(objects, "bytes", sizeof bytes, &buffer, &error), &error);
    assert_int_equal(buffer.size, sizeof bytes);
    assert_memory_equal(buffer.data, bytes, sizeof bytes);
    q_buffer_free(&buffer);
}

void get_missing(void **state) {
    q_objects *objects = conformance_objects(state);
    quire_error error = {0};
    q_buffer buffer = {0};
    conformance_put(objects, "folder/object", "x");
    assert_int_equal(q_objects_get(objects, "none", 10, &buffer, &error), QUIRE_NOT_FOUND);
    assert_non_null(strstr(error.message, "none"));
    assert_int_equal(q_objects_get(objects, "folder", 10, &buffer, &error), QUIRE_NOT_FOUND);
    assert_int_equal(q_objects_get(objects, "folder/none", 10, &buffer, &error), QUIRE_NOT_FOUND);
    assert_int_equal(q_objects_get(objects, "no/such/folder", 10, &buffer, NULL), QUIRE_NOT_FOUND);
    assert_int_equal(q_objects_get(objects, "folder/object/below", 10, &buffer, &error),
                     QUIRE_NOT_FOUND);
    conformance_expect_absent(objects, "none");
    conformance_expect_absent(objects, "folder");
    conformance_expect_absent(objects, "folder/none");
    q_buffer_free(&buffer);
}

void get_too_large(void **state) {
    q_objects *objects = conformance_objects(state);
    quire_error error = {0};
    q_buffer buffer = {0};
    conformance_put(objects, "ten", "0123456789");
    assert_int_equal(q_objects_get(objects, "ten", 9, &buffer, &error), QUIRE_INTEGRITY);
    assert_non_null(strstr(error.message, "ten"));
    assert_int_equal(buffer.size, 0);
    conformance_ok(q_objects_get(objects, "ten", 10, &buffer, &error), &error);
    assert_int_equal(buffer.size, 10);
    q_buffer_free(&buffer);
}

void get_appends(void **state) {
    q_objects *objects = conformance_objects(state);
    quire_error error = {0};
    q_buffer buffer = {0};
    conformance_put(objects, "one", "one,");
    conformance_put(objects, "two", "two");
    conformance_ok(q_objects_get(objects, "one", 10, &buffer, &error), &error);
    conformance_ok(q_objects_get(objects, "two", 10, &buffer, &error), &error);
    assert_string_equal(buffer.data, "one,two");
    q_buffer_free(&buffer);
}

void longest_keys(void **state) {
    q_objects *objects = conformance_objects(state);
    bool removed = false;
    quire_error error = {0};
    char component[256], key[1026];
    memset(component, 'c', 255);
    component[255] = '\0';
    conformance_put(objects, component, "component");
    conformance_expect(objects, component, "component");
    for (size_t i = 0; i < 1024; i++) {
        key[i] = i % 8 == 7 ? '/' : 'k';
    }
    key[1023] = 'k';
    key[1024] = '\0';
    conformance_put(objects, key, "deep");
    conformance_expect(objects, key, "deep");
    int64_t modified = conformance_modified(objects, key);
    conformance_ok(q_objects_remove(objects, key, modified, &removed, &error), &error);
    assert_false(removed);
    conformance_ok(q_objects_remove(objects, key, modified + 1, &removed, &error), &error);
    assert_true(removed);
}

/** Every operation that takes a key refuses this one, and nothing is stored. */
static void refuse(q_objects *objects, const char *key) {
    quire_error error = {0};
    q_buffer buffer = {0};
    q_object_info info = {0};
    q_object_writer *writer = NULL;
    q_object_reader *reader = NULL;
    uint64_t size = 0;
    char *path = NULL;
    assert_int_equal(q_objects_check_key(key, &error), QUIRE_USAGE);
    assert_int_equal(q_objects_check_key(key, NULL), QUIRE_USAGE);
    assert_int_equal(q_objects_put(objects, key, Q_OBJECT_RECORD, "x", 1, NULL, &error),
                     QUIRE_USAGE);
    assert_int_equal(q_objects_get(objects, key, 10, &buffer, &error), QUIRE_USAGE);
    assert_int_equal(q_objects_stat(objects, key, &info, &error), QUIRE_USAGE);
    assert_int_equal(q_objects_refresh(objects, key, &error), QUIRE_USAGE);
    assert_int_equal(q_objects_remove(objects, key, INT64_MAX, NULL, &error), QUIRE_USAGE);
    assert_int_equal(q_objects_local_path(objects, key, &path, &error), QUIRE_USAGE);
    assert_int_equal(q_object_reader_open(objects, key, &size, &reader, &error), QUIRE_USAGE);
    conformance_ok(q_object_writer_open(objects, &writer, &error), &error);
    assert_int_equal(q_object_writer_publish(writer, key, NULL, &error), QUIRE_USAGE);
    q_object_writer_free(writer);
}

void wrong_keys(void **state) {
    static const char *const keys[] = {
        "",          "/",       "/a",   "a/",   "a//b", ".",    "..",   "../a",
        "a/../b",    "a/./b",   ".a",   "a/.b", "a b",  "a\\b", "a\nb", "a\x7f",
        "a\xc3\xa9", "a+b",     "a~b",  "a:b",  "a*b",  "a?b",  "tmp",  "trash",
        "tmp/a",     "trash/a", "a\tb", "a&b",  "a#b",  "a'b",  "a\"b", "\x01",
    };
    static const char *const fine[] = {"a", "A.b", "tmp1", "trash.", "a/tmp", "a/trash/b",
                                       "%", "-",   "_",    "a..b",   "0"};
    q_objects *objects = conformance_objects(state);
    char longer[1026];
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        refuse(objects, keys[i]);
    }
    memset(longer, 'a', sizeof longer);
    longer[256] = '\0';
    refuse(objects, longer);
    for (size_t i = 200; i < 1025; i += 200) {
        longer[i] = '/';
    }
    longer[256] = 'a';
    longer[1025] = '\0';
    refuse(objects, longer);
    refuse(objects, NULL);
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
        assert_int_equal(q_objects_check_key(fine[i], NULL), QUIRE_OK);
    }
}

void null_results(void **state) {
    q_objects *objects = conformance_objects(state);
    q_object_info info;
    assert_int_equal(q_objects_put(objects, "a", Q_OBJECT_RECORD, "x", 1, NULL, NULL), QUIRE_OK);
    int64_t modified = conformance_modified(objects, "a");
    /* Whether it is removed depends on its time, and not on whether anybody asks. */
    assert_int_equal(q_objects_remove(objects, "a", modified, NULL, NULL), QUIRE_OK);
    conformance_expect(objects, "a", "x");
    assert_int_equal(q_objects_remove(objects, "a", modified + 1, NULL, NULL), QUIRE_OK);
    assert_int_equal(q_objects_stat(objects, "a", &info, NULL), QUIRE_NOT_FOUND);
    assert_int_equal(q_objects_put(objects, "a", Q_OBJECT_RECORD, "y", 1, NULL, NULL), QUIRE_OK);
    assert_int_equal(q_objects_remove(objects, "a", INT64_MAX, NULL, NULL), QUIRE_OK);
    assert_int_equal(q_objects_stat(objects, "a", &info, NULL), QUIRE_NOT_FOUND);
    for (int i = 0; i < 2; i++) { /* what is not there, old or of any age */
        assert_int_equal(q_objects_remove(objects, "a", i ? 1 : INT64_MAX, NULL, NULL), QUIRE_OK);
    }
    q_objects_free(NULL);
    q_object_writer_free(NULL);
    q_object_reader_free(NULL);
}
