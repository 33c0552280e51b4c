/** @file Conformance: objects whose bytes and key are known. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "objects/cmocka_all.h"
#include "objects/conformance_internal.h"

#define SIZE ((size_t)200 * 1000)

/** Some bytes, the last of which is `last`. */
static char *content(char last) {
    char *data = malloc(SIZE);
    assert_non_null(data);
    for (size_t i = 0; i < SIZE; i++) {
        data[i] = (char)(i * i / 7);
    }
    data[SIZE - 1] = last;
    return data;
}

static q_object_writer *open_whole(q_objects *objects, const char *key, const void *data,
                                   size_t size) {
    quire_error error = {0};
    q_object_writer *writer = NULL;
    conformance_ok(q_object_writer_open_whole(objects, key, data, size, &writer, &error), &error);
    return writer;
}

/** To its end, whatever the implementation leaves to be done; whether it was created. */
static bool save(q_objects *objects, const char *key, const void *data, size_t size) {
    quire_error error = {0};
    bool created = false;
    q_object_writer *writer = open_whole(objects, key, data, size);
    if (writer != NULL) {
        conformance_ok(q_object_writer_publish(writer, key, &created, &error), &error);
    }
    q_object_writer_free(writer);
    return created;
}

void whole_new(void **state) {
    q_objects *objects = conformance_objects(state);
    quire_error error = {0};
    q_buffer read = {0};
    char *data = content('a');
    q_object_writer *writer = open_whole(objects, "f/new", data, SIZE);
    assert_non_null(writer);
    conformance_expect_absent(objects, "f/new");
    conformance_ok(q_object_writer_publish(writer, "f/new", NULL, &error), &error);
    q_object_writer_free(writer);
    conformance_ok(q_objects_sync(objects, &error), &error);
    conformance_ok(q_objects_get(objects, "f/new", SIZE, &read, &error), &error);
    assert_int_equal(read.size, SIZE);
    assert_memory_equal(read.data, data, SIZE);
    q_buffer_free(&read);
    assert_true(save(objects, "f/empty", "", 0));
    assert_false(save(objects, "f/empty", "", 0));
    conformance_expect(objects, "f/empty", "");
    free(data);
}

void whole_existing(void **state) {
    q_objects *objects = conformance_objects(state);
    quire_error error = {0};
    bool removed = true;
    char *data = content('a');
    assert_true(save(objects, "f/twice", data, SIZE));
    int64_t first = conformance_modified(objects, "f/twice");
    assert_false(save(objects, "f/twice", data, SIZE));
    int64_t second = conformance_modified(objects, "f/twice");
    assert_true(second >= first);
    conformance_ok(q_objects_sync(objects, &error), &error);
    conformance_ok(q_objects_remove(objects, "f/twice", second, &removed, &error), &error);
    assert_false(removed);
    free(data);
}

void whole_other_content(void **state) {
    q_objects *objects = conformance_objects(state);
    quire_error error = {0};
    char *one = content('a'), *two = content('b');
    const struct {
        const char *data;
        size_t size;
    } others[] = {{two, SIZE}, {one, SIZE - 1}, {one, 0}};
    assert_true(save(objects, "f/other", one, SIZE));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        q_object_writer *writer = open_whole(objects, "f/other", others[i].data, others[i].size);
        assert_non_null(writer);
        assert_int_equal(q_object_writer_publish(writer, "f/other", NULL, &error), QUIRE_INTEGRITY);
        q_object_writer_free(writer);
    }
    free(one);
    free(two);
}

void whole_given_up(void **state) {
    q_objects *objects = conformance_objects(state);
    q_object_writer *writer = open_whole(objects, "f/given_up", "abc", 3);
    assert_non_null(writer);
    q_object_writer_free(writer);
    conformance_expect_empty(objects);
}

/** Many before the first is published. */
void whole_together(void **state) {
    q_objects *objects = conformance_objects(state);
    quire_error error = {0};
    q_object_writer *writers[20];
    char key[20][16], data[20][16];
    for (int i = 0; i < 20; i++) {
        snprintf(key[i], sizeof key[i], "f/%d", i);
        snprintf(data[i], sizeof data[i], "content %d", i);
        writers[i] = open_whole(objects, key[i], data[i], strlen(data[i]));
        assert_non_null(writers[i]);
    }
    for (int i = 19; i >= 0; i--) {
        conformance_ok(q_object_writer_publish(writers[i], key[i], NULL, &error), &error);
        q_object_writer_free(writers[i]);
    }
    for (int i = 0; i < 20; i++) {
        conformance_expect(objects, key[i], data[i]);
    }
}

void whole_wrong_key(void **state) {
    q_objects *objects = conformance_objects(state);
    quire_error error = {0};
    q_object_writer *writer = NULL;
    assert_int_equal(q_object_writer_open_whole(objects, "../x", "a", 1, &writer, &error),
                     QUIRE_USAGE);
    assert_null(writer);
}
