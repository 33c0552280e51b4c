/** @file Conformance: writers and readers. */
#include <stdlib.h>
#include <string.h>

#include "objects/cmocka_all.h"
#include "objects/conformance_internal.h"

#define LARGE ((size_t)3 << 20)

/** Bytes without a period that a block size could hide behind. */
static unsigned char *large_content(void) {
    unsigned char *data = malloc(LARGE);
    uint32_t x = 12345;
    assert_non_null(data);
    for (size_t i = 0; i < LARGE; i++) {
        x = x * 1664525u + 1013904223u;
        data[i] = (unsigned char)(x >> 24);
    }
    return data;
}

/** Stream `size` bytes in pieces of growing size, and publish. */
static quire_status stream(q_objects *objects, const char *key, const void *data, size_t size,
                           bool *created, quire_error *error) {
    q_object_writer *writer = NULL;
    size_t at = 0, piece = 1;
    quire_status status = q_object_writer_open(objects, &writer, error);
    while (status == QUIRE_OK && at < size) {
        size_t part = piece < size - at ? piece : size - at;
        status = q_object_writer_write(writer, (const char *)data + at, part, error);
        at += part;
        piece = 3 * piece + 1;
    }
    if (status == QUIRE_OK) {
        status = q_object_writer_publish(writer, key, created, error);
    }
    q_object_writer_free(writer);
    return status;
}

void stream_large(void **state) {
    q_objects *objects = conformance_objects(state);
    quire_error error = {0};
    q_buffer buffer = {0};
    bool created = false;
    unsigned char *data = large_content();
    conformance_ok(stream(objects, "blobs/ab/large", data, LARGE, &created, &error), &error);
    assert_true(created);
    conformance_ok(q_objects_sync(objects, &error), &error);
    conformance_ok(q_objects_get(objects, "blobs/ab/large", LARGE, &buffer, &error), &error);
    assert_int_equal(buffer.size, LARGE);
    assert_memory_equal(buffer.data, data, LARGE);
    q_buffer_free(&buffer);
    free(data);
}

void stream_empty(void **state) {
    q_objects *objects = conformance_objects(state);
    quire_error error = {0};
    bool created = false;
    conformance_ok(stream(objects, "empty", "", 0, &created, &error), &error);
    assert_true(created);
    conformance_expect(objects, "empty", "");
}

void stream_abandoned(void **state) {
    q_objects *objects = conformance_objects(state);
    quire_error error = {0};
    q_object_writer *writer = NULL;
    conformance_ok(q_object_writer_open(objects, &writer, &error), &error);
    conformance_ok(q_object_writer_write(writer, "abc", 3, &error), &error);
    conformance_expect_empty(objects);
    q_object_writer_free(writer);
    conformance_expect_empty(objects);
}

void stream_existing(void **state) {
    q_objects *objects = conformance_objects(state);
    quire_error error = {0};
    bool created = false;
    unsigned char *data = large_content();
    conformance_ok(stream(objects, "twice", data, LARGE, &created, &error), &error);
    assert_true(created);
    int64_t before = conformance_modified(objects, "twice");
    conformance_ok(stream(objects, "twice", data, LARGE, &created, &error), &error);
    assert_false(created);
    assert_true(conformance_modified(objects, "twice") >= before);
    free(data);
}

void stream_other_content(void **state) {
    q_objects *objects = conformance_objects(state);
    quire_error error = {0};
    bool created = true;
    unsigned char *data = large_content();
    conformance_ok(stream(objects, "other", data, LARGE, NULL, &error), &error);
    data[LARGE - 1] ^= 1;
    assert_int_equal(stream(objects, "other", data, LARGE, &created, &error), QUIRE_INTEGRITY);
    assert_false(created);
    assert_non_null(strstr(error.message, "other"));
    assert_non_null(strstr(error.message, "other content"));
    data[LARGE - 1] ^= 1;
    assert_int_equal(stream(objects, "other", data, LARGE - 1, &created, &error), QUIRE_INTEGRITY);
    assert_int_equal(stream(objects, "other", data, 0, &created, &error), QUIRE_INTEGRITY);
    conformance_ok(stream(objects, "other", data, LARGE, NULL, &error), &error);
    free(data);
}

void stream_ended(void **state) {
    q_objects *objects = conformance_objects(state);
    quire_error error = {0};
    q_object_writer *writer = NULL;
    conformance_ok(q_object_writer_open(objects, &writer, &error), &error);
    conformance_ok(q_object_writer_write(writer, "abc", 3, &error), &error);
    conformance_ok(q_object_writer_publish(writer, "ended", NULL, &error), &error);
    assert_int_equal(q_object_writer_write(writer, "d", 1, &error), QUIRE_USAGE);
    assert_int_equal(q_object_writer_publish(writer, "again", NULL, &error), QUIRE_USAGE);
    q_object_writer_free(writer);
    conformance_expect(objects, "ended", "abc");
    conformance_expect_absent(objects, "again");
}

void stream_interleaved(void **state) {
    q_objects *objects = conformance_objects(state);
    quire_error error = {0};
    q_object_writer *one = NULL, *two = NULL;
    conformance_ok(q_object_writer_open(objects, &one, &error), &error);
    conformance_ok(q_object_writer_open(objects, &two, &error), &error);
    conformance_ok(q_object_writer_write(one, "1", 1, &error), &error);
    conformance_ok(q_object_writer_write(two, "2", 1, &error), &error);
    conformance_ok(q_object_writer_write(one, "11", 2, &error), &error);
    conformance_ok(q_object_writer_publish(two, "two", NULL, &error), &error);
    conformance_ok(q_object_writer_publish(one, "one", NULL, &error), &error);
    q_object_writer_free(one);
    q_object_writer_free(two);
    conformance_expect(objects, "one", "111");
    conformance_expect(objects, "two", "2");
}

/** Read `size` bytes at `offset`, and expect `expected` of them. */
static void read_range(q_object_reader *reader, const unsigned char *data, uint64_t offset,
                       size_t size, size_t expected) {
    quire_error error = {0};
    unsigned char *read = malloc(size + 1);
    size_t got = 12345;
    assert_non_null(read);
    conformance_ok(q_object_reader_read(reader, offset, read, size, &got, &error), &error);
    assert_int_equal(got, expected);
    if (got > 0) {
        assert_memory_equal(read, data + offset, got);
    }
    free(read);
}

void read_ranges(void **state) {
    q_objects *objects = conformance_objects(state);
    quire_error error = {0};
    q_object_reader *reader = NULL;
    uint64_t size = 0;
    unsigned char *data = large_content();
    conformance_ok(stream(objects, "ranges", data, LARGE, NULL, &error), &error);
    conformance_ok(q_object_reader_open(objects, "ranges", &size, &reader, &error), &error);
    assert_int_equal(size, LARGE);
    read_range(reader, data, 0, 0, 0);
    read_range(reader, data, 0, 1, 1);
    read_range(reader, data, LARGE - 1, 1, 1);
    read_range(reader, data, LARGE - 1, 100, 1);
    read_range(reader, data, LARGE, 100, 0);
    read_range(reader, data, LARGE + 12345, 100, 0);
    read_range(reader, data, 65535, 65538, 65538);
    read_range(reader, data, 1, LARGE, LARGE - 1);
    read_range(reader, data, 0, LARGE, LARGE);
    q_object_reader_free(reader);
    free(data);
}

void read_missing(void **state) {
    q_objects *objects = conformance_objects(state);
    quire_error error = {0};
    q_object_reader *reader = NULL;
    uint64_t size = 0;
    assert_int_equal(q_object_reader_open(objects, "none", &size, &reader, &error),
                     QUIRE_NOT_FOUND);
    assert_non_null(strstr(error.message, "none"));
    assert_null(reader);
}
