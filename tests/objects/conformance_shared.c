/** @file Conformance: objects that several processes write, where there are any. */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "objects/cmocka_all.h"
#include "objects/conformance_internal.h"

#define RUN ((uint64_t)64 << 20)

/** The objects; NULL where they have nothing of what is tested here, and say so. */
static q_objects *sharing_objects(void **state) {
    q_objects *objects = conformance_objects(state);
    if (!q_objects_can_share(objects, 1)) {
        q_object_writer *writer = NULL;
        q_object_part *part = NULL;
        char token[Q_OBJECT_TOKEN_SIZE];
        assert_int_equal(q_object_writer_open_shared(objects, 1, &writer, token, NULL),
                         QUIRE_USAGE);
        assert_int_equal(q_object_part_open(objects, "any", 1, 0, &part, NULL), QUIRE_USAGE);
        return NULL;
    }
    return objects;
}

/** Write `text` at `offset`, by a part of its own. */
static quire_status write_part(q_objects *objects, const char *token, uint64_t size,
                               uint64_t offset, const char *text, quire_error *error) {
    q_object_part *part = NULL;
    size_t half = strlen(text) / 2;
    quire_status status = q_object_part_open(objects, token, size, offset, &part, error);
    if (status == QUIRE_OK) {
        status = q_object_part_write(part, text, half, error);
    }
    if (status == QUIRE_OK) {
        status = q_object_part_write(part, text + half, strlen(text) - half, error);
    }
    if (status == QUIRE_OK) {
        status = q_object_part_close(part, error);
    }
    q_object_part_free(part);
    return status;
}

static void expect_at(q_objects *objects, const char *key, uint64_t offset, const char *text) {
    q_object_reader *reader = NULL;
    quire_error error = {0};
    uint64_t size = 0;
    size_t got = 0;
    char bytes[64];
    conformance_ok(q_object_reader_open(objects, key, &size, &reader, &error), &error);
    conformance_ok(q_object_reader_read(reader, offset, bytes, strlen(text), &got, &error), &error);
    assert_int_equal(got, strlen(text));
    assert_memory_equal(bytes, text, got);
    q_object_reader_free(reader);
}

void shared_by_processes(void **state) {
    q_objects *objects = sharing_objects(state);
    const conformance_subject *subject = ((conformance_state *)*state)->subject;
    q_object_writer *writer = NULL;
    char token[Q_OBJECT_TOKEN_SIZE];
    quire_error error = {0};
    bool created = false;
    const uint64_t size = RUN + 6;
    if (!objects) {
        return;
    }
    conformance_ok(q_object_writer_open_shared(objects, size, &writer, token, &error), &error);
    assert_true(strlen(token) < sizeof token);
    pid_t child = fork();
    if (child == 0) {
        q_objects *other = subject->again(subject->context);
        quire_status status =
            other == NULL ? QUIRE_ERROR : write_part(other, token, size, RUN, "second", &error);
        q_objects_free(other);
        _exit(status != QUIRE_OK);
    }
    conformance_ok(write_part(objects, token, size, 0, "first", &error), &error);
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    conformance_expect_absent(objects, "shared");
    conformance_ok(q_object_writer_publish(writer, "shared", &created, &error), &error);
    assert_true(created);
    q_object_writer_free(writer);
    conformance_ok(q_objects_sync(objects, &error), &error);
    q_object_info info = {0};
    conformance_ok(q_objects_stat(objects, "shared", &info, &error), &error);
    assert_int_equal(info.size, size);
    expect_at(objects, "shared", 0, "first");
    expect_at(objects, "shared", RUN, "second");
}

/* What the process writes that began the object, by two runs at once; the second ends within a
 * part, and the same again is the same. */
void shared_by_threads(void **state) {
    q_objects *objects = sharing_objects(state);
    const uint64_t size = RUN + 6;
    char token[Q_OBJECT_TOKEN_SIZE];
    quire_error error = {0};
    for (int round = 0; objects && round < 2; round++) {
        q_object_writer *writer = NULL;
        q_object_part *first = NULL, *second = NULL;
        bool created = false;
        conformance_ok(q_object_writer_open_shared(objects, size, &writer, token, &error), &error);
        conformance_ok(q_object_part_own(writer, 0, &first, &error), &error);
        conformance_ok(q_object_part_own(writer, RUN, &second, &error), &error);
        conformance_ok(q_object_part_write(second, "second", 6, &error), &error);
        conformance_ok(q_object_part_write(first, "first", 5, &error), &error);
        assert_int_equal(q_object_part_write(second, "d", 1, &error), QUIRE_USAGE);
        conformance_ok(q_object_part_close(first, &error), &error);
        conformance_ok(q_object_part_close(second, &error), &error);
        q_object_part_free(first);
        q_object_part_free(second);
        conformance_ok(q_object_writer_publish(writer, "own", &created, &error), &error);
        assert_int_equal(created, round == 0);
        assert_int_equal(q_object_part_own(writer, 0, &first, &error), QUIRE_USAGE);
        q_object_writer_free(writer);
        expect_at(objects, "own", 0, "first");
        expect_at(objects, "own", RUN, "second");
    }
}

/** An object of one part. */
static quire_status share(q_objects *objects, const char *key, const char *text, bool *created,
                          quire_error *error) {
    q_object_writer *writer = NULL;
    char token[Q_OBJECT_TOKEN_SIZE];
    quire_status status = q_object_writer_open_shared(objects, strlen(text), &writer, token, error);
    if (status == QUIRE_OK) {
        status = write_part(objects, token, strlen(text), 0, text, error);
    }
    if (status == QUIRE_OK) {
        status = q_object_writer_publish(writer, key, created, error);
    }
    q_object_writer_free(writer);
    return status;
}

void shared_existing(void **state) {
    q_objects *objects = sharing_objects(state);
    quire_error error = {0};
    bool created = false;
    if (!objects) {
        return;
    }
    conformance_ok(share(objects, "twice", "content", &created, &error), &error);
    assert_true(created);
    conformance_ok(share(objects, "twice", "content", &created, &error), &error);
    assert_false(created);
    assert_int_equal(share(objects, "twice", "CONTENT", &created, &error), QUIRE_INTEGRITY);
    conformance_expect(objects, "twice", "content");
}

void shared_given_up(void **state) {
    q_objects *objects = sharing_objects(state);
    q_object_writer *writer = NULL;
    q_object_part *part = NULL;
    char token[Q_OBJECT_TOKEN_SIZE];
    quire_error error = {0};
    if (!objects) {
        return;
    }
    conformance_ok(q_object_writer_open_shared(objects, 3, &writer, token, &error), &error);
    assert_int_equal(q_object_writer_write(writer, "abc", 3, &error), QUIRE_USAGE);
    conformance_ok(q_object_part_open(objects, token, 3, 0, &part, &error), &error);
    conformance_ok(q_object_part_write(part, "ab", 2, &error), &error);
    assert_int_equal(q_object_part_write(part, "cd", 2, &error), QUIRE_USAGE);
    q_object_writer_free(writer);
    q_object_part_free(part);
    assert_int_equal(q_object_part_open(objects, token, 3, 0, &part, &error), QUIRE_TEMPORARY);
}

void shared_ended(void **state) {
    q_objects *objects = sharing_objects(state);
    q_object_writer *writer = NULL;
    q_object_part *part = NULL;
    char token[Q_OBJECT_TOKEN_SIZE];
    quire_error error = {0};
    if (!objects) {
        return;
    }
    conformance_ok(q_object_writer_open_shared(objects, 3, &writer, token, &error), &error);
    conformance_ok(q_object_part_open(objects, token, 3, 0, &part, &error), &error);
    conformance_ok(q_object_part_write(part, "abc", 3, &error), &error);
    conformance_ok(q_object_part_close(part, &error), &error);
    assert_int_equal(q_object_part_close(part, &error), QUIRE_USAGE);
    assert_int_equal(q_object_part_write(part, "", 0, &error), QUIRE_USAGE);
    q_object_part_free(part);
    conformance_ok(q_object_writer_publish(writer, "ended", NULL, &error), &error);
    assert_int_equal(q_object_writer_publish(writer, "again", NULL, &error), QUIRE_USAGE);
    q_object_writer_free(writer);
    conformance_expect(objects, "ended", "abc");
}

void shared_wrong_tokens(void **state) {
    q_objects *objects = sharing_objects(state);
    q_object_writer *writer = NULL;
    q_object_part *part = NULL;
    char token[Q_OBJECT_TOKEN_SIZE], endless[Q_OBJECT_TOKEN_SIZE];
    quire_error error = {0};
    static const char *const wrong[] = {"",    "..",          ".",  "../quire.json",
                                        "a/b", "/etc/passwd", "a\n"};
    if (!objects) {
        return;
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(q_object_part_open(objects, wrong[i], 3, 0, &part, &error), QUIRE_USAGE);
    }
    memset(endless, 'a', sizeof endless);
    assert_int_equal(q_object_part_open(objects, endless, 3, 0, &part, &error), QUIRE_USAGE);
    assert_int_equal(q_object_part_open(objects, "nothing", 3, 0, &part, &error), QUIRE_TEMPORARY);
    conformance_ok(q_object_writer_open_shared(objects, 3, &writer, token, &error), &error);
    assert_int_equal(q_object_part_open(objects, token, 4, 0, &part, &error), QUIRE_INTEGRITY);
    assert_int_equal(q_object_part_open(objects, token, 3, 4, &part, &error), QUIRE_USAGE);
    q_object_writer_free(writer);
    assert_int_equal(
        q_object_writer_open_shared(objects, (uint64_t)INT64_MAX + 1, &writer, token, &error),
        QUIRE_USAGE);
}
