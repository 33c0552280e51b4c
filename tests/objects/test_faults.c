/** @file That faults come where they were asked for, and memory's clock. */
#include <string.h>

#include "objects/cmocka_all.h"
#include "objects/memory/memory.h"
#include "support/faults.h"

static q_objects *make(q_objects **inner) {
    q_objects *objects = NULL;
    assert_int_equal(q_objects_memory_new(inner, NULL), QUIRE_OK);
    assert_int_equal(faults_new(*inner, &objects, NULL), QUIRE_OK);
    return objects;
}

static quire_status put(q_objects *objects, const char *key) {
    return q_objects_put(objects, key, Q_OBJECT_RECORD, "x", 1, NULL, NULL);
}

static bool there(q_objects *objects, const char *key) {
    q_object_info info;
    return q_objects_stat(objects, key, &info, NULL) == QUIRE_OK;
}

static void fault_before(void **state) {
    q_objects *inner, *objects = make(&inner);
    (void)state;
    faults_set(objects, 2, FAULT_BEFORE, QUIRE_TEMPORARY, false);
    assert_int_equal(put(objects, "a"), QUIRE_OK);
    assert_false(faults_hit(objects));
    assert_int_equal(put(objects, "b"), QUIRE_TEMPORARY);
    assert_true(faults_hit(objects));
    assert_int_equal(put(objects, "c"), QUIRE_OK);
    assert_int_equal(faults_count(objects), 3);
    assert_true(there(inner, "a"));
    assert_false(there(inner, "b"));
    assert_true(there(inner, "c"));
    q_objects_free(objects);
}

static void fault_after(void **state) {
    q_objects *inner, *objects = make(&inner);
    quire_error error = {0};
    (void)state;
    faults_set(objects, 1, FAULT_AFTER, QUIRE_ERROR, false);
    assert_int_equal(q_objects_put(objects, "a", Q_OBJECT_RECORD, "x", 1, NULL, &error),
                     QUIRE_ERROR);
    assert_non_null(strstr(error.message, "operation 1"));
    assert_true(there(inner, "a"));
    assert_int_equal(put(objects, "a"), QUIRE_OK);
    q_objects_free(objects);
}

static void fault_for_good(void **state) {
    q_objects *inner, *objects = make(&inner);
    int64_t now = 0;
    (void)state;
    faults_set(objects, 2, FAULT_BEFORE, QUIRE_ERROR, true);
    assert_int_equal(put(objects, "a"), QUIRE_OK);
    assert_int_equal(put(objects, "b"), QUIRE_ERROR);
    assert_int_equal(q_objects_sync(objects, NULL), QUIRE_ERROR);
    assert_int_equal(q_objects_now(objects, &now, NULL), QUIRE_ERROR);
    assert_int_equal(q_objects_refresh(objects, "a", NULL), QUIRE_ERROR);
    assert_int_equal(faults_count(objects), 5);
    faults_set(objects, 0, FAULT_NONE, QUIRE_OK, false);
    assert_int_equal(faults_count(objects), 0);
    assert_int_equal(q_objects_sync(objects, NULL), QUIRE_OK);
    q_objects_free(objects);
}

/** Stream an object with one operation of the four failing; whether it is there then. */
static bool stream_fails_at(uint64_t k, fault_mode mode) {
    q_objects *inner, *objects = make(&inner);
    q_object_writer *writer = NULL;
    quire_error error = {0};
    faults_set(objects, k, mode, QUIRE_ERROR, false);
    quire_status status = q_object_writer_open(objects, &writer, &error);
    for (int i = 0; i < 2 && status == QUIRE_OK; i++) {
        status = q_object_writer_write(writer, "x", 1, &error);
    }
    if (status == QUIRE_OK) {
        status = q_object_writer_publish(writer, "stream", NULL, &error);
    }
    q_object_writer_free(writer);
    assert_int_equal(status, QUIRE_ERROR);
    assert_int_equal(faults_count(objects), k);
    bool is_there = there(inner, "stream");
    q_objects_free(objects);
    return is_there;
}

static void fault_streams(void **state) {
    (void)state;
    for (uint64_t k = 1; k <= 4; k++) {
        assert_false(stream_fails_at(k, FAULT_BEFORE));
        assert_true(stream_fails_at(k, FAULT_AFTER) == (k == 4));
    }
}

static void fault_reader(void **state) {
    q_objects *inner, *objects = make(&inner);
    q_object_reader *reader = NULL;
    uint64_t size = 0;
    size_t got = 0;
    char byte = 0;
    (void)state;
    assert_int_equal(put(objects, "a"), QUIRE_OK);
    faults_set(objects, 1, FAULT_AFTER, QUIRE_ERROR, false);
    assert_int_equal(q_object_reader_open(objects, "a", &size, &reader, NULL), QUIRE_ERROR);
    faults_set(objects, 2, FAULT_BEFORE, QUIRE_INTEGRITY, false);
    assert_int_equal(q_object_reader_open(objects, "a", &size, &reader, NULL), QUIRE_OK);
    assert_int_equal(q_object_reader_read(reader, 0, &byte, 1, &got, NULL), QUIRE_INTEGRITY);
    assert_int_equal(q_object_reader_read(reader, 0, &byte, 1, &got, NULL), QUIRE_OK);
    assert_int_equal(byte, 'x');
    q_object_reader_free(reader);
    q_objects_free(objects);
}

static void memory_clock(void **state) {
    q_objects *objects = NULL;
    q_object_info info;
    int64_t now = 0;
    bool removed = false;
    (void)state;
    assert_int_equal(q_objects_memory_new(&objects, NULL), QUIRE_OK);
    q_objects_memory_set_clock(objects, 1000);
    assert_int_equal(put(objects, "a"), QUIRE_OK);
    q_objects_memory_set_clock(objects, 2000);
    assert_int_equal(q_objects_now(objects, &now, NULL), QUIRE_OK);
    assert_int_equal(now, 2000);
    assert_int_equal(q_objects_stat(objects, "a", &info, NULL), QUIRE_OK);
    assert_int_equal(info.modified, 1000);
    assert_int_equal(put(objects, "a"), QUIRE_OK);
    assert_int_equal(q_objects_stat(objects, "a", &info, NULL), QUIRE_OK);
    assert_int_equal(info.modified, 2000);
    assert_int_equal(q_objects_remove(objects, "a", 2000, &removed, NULL), QUIRE_OK);
    assert_false(removed);
    assert_int_equal(q_objects_remove(objects, "a", 2001, &removed, NULL), QUIRE_OK);
    assert_true(removed);
    q_objects_free(objects);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fault_before),   cmocka_unit_test(fault_after),
        cmocka_unit_test(fault_for_good), cmocka_unit_test(fault_streams),
        cmocka_unit_test(fault_reader),   cmocka_unit_test(memory_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
