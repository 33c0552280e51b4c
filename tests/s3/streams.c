/** @file Objects of several parts: stored again, with other bytes, by several, swept, read back. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "objects/s3/s3_internal.h"
#include "objects/s3/s3_xml.h"
#include "s3/bucket.h"

#define SIZE ((size_t)33 << 20) /* three parts, the last a small one; nine blocks */

static char bucket[BUCKET_URL_SIZE];
static q_objects *objects;
static char *data;

static int set_up(void **state) {
    (void)state;
    data = malloc(SIZE);
    for (size_t i = 0; data && i < SIZE; i++) {
        data[i] = (char)(i * 31 + i / 4096 * 7);
    }
    return !data || bucket_make(bucket) != 0 ||
           q_objects_s3_open(bucket, true, &objects, NULL) != QUIRE_OK;
}

static int tear_down(void **state) {
    (void)state;
    q_objects_free(objects);
    free(data);
    return 0;
}

static quire_status stream(const char *key, size_t size, bool *created, quire_error *error) {
    q_object_writer *writer = NULL;
    quire_status status = q_object_writer_open(objects, &writer, error);
    for (size_t at = 0; at < size && !status; at += (size_t)1 << 20) {
        status = q_object_writer_write(writer, data + at, (size_t)1 << 20, error);
    }
    status = status ? status : q_object_writer_publish(writer, key, created, error);
    q_object_writer_free(writer);
    return status;
}

/** The same by the ways of an object that several write. */
static quire_status share(const char *key, bool *created, quire_error *error) {
    char token[Q_OBJECT_TOKEN_SIZE];
    q_object_writer *writer = NULL;
    q_object_part *part = NULL;
    quire_status status = q_object_writer_open_shared(objects, SIZE, &writer, token, error);
    status = status ? status : q_object_part_open(objects, token, SIZE, 0, &part, error);
    status = status ? status : q_object_part_write(part, data, SIZE, error);
    status = status ? status : q_object_part_close(part, error);
    status = status ? status : q_object_writer_publish(writer, key, created, error);
    if (part) {
        q_object_part_free(part);
    }
    q_object_writer_free(writer);
    return status;
}

static quire_status count_upload(void *context, const char *path, const char *text,
                                 quire_error *error) {
    (void)text;
    (void)error;
    *(size_t *)context += strcmp(path, "ListMultipartUploadsResult/Upload") == 0;
    return QUIRE_OK;
}

/** Of the bucket, that nobody has ended. */
static size_t uploads(void) {
    quire_error error = {0};
    q_s3_answer answer = {0};
    size_t count = 0;
    const q_s3_pair query = {"uploads", NULL};
    const q_s3_request request = {.method = "GET", .query = &query, .query_count = 1};
    assert_int_equal(q_s3_expect((q_s3 *)objects, &request, "list uploads", &answer, &error),
                     QUIRE_OK);
    assert_int_equal(
        q_s3_xml_parse(answer.body.data, answer.body.size, count_upload, &count, &error), QUIRE_OK);
    q_s3_answer_free(&answer);
    return count;
}

static void stored_again(void **state) {
    quire_error error = {0};
    bool created = false;
    (void)state;
    assert_int_equal(stream("again", SIZE, &created, &error), QUIRE_OK);
    assert_true(created);
    assert_int_equal(stream("again", SIZE, &created, &error), QUIRE_OK);
    assert_false(created);
    assert_int_equal(share("again", &created, &error), QUIRE_OK); /* other parts, the same bytes */
    assert_false(created);
    assert_int_equal(stream("again", SIZE, &created, &error), QUIRE_OK);
    assert_false(created);
    assert_int_equal(q_objects_refresh(objects, "again", &error), QUIRE_OK);
    data[SIZE - 1] ^= 1;
    assert_int_equal(stream("again", SIZE, &created, &error), QUIRE_INTEGRITY);
    assert_non_null(strstr(error.message, "other content"));
    assert_int_equal(share("again", &created, &error), QUIRE_INTEGRITY);
    data[SIZE - 1] ^= 1;
    assert_int_equal(stream("again", SIZE - ((size_t)1 << 20), &created, &error), QUIRE_INTEGRITY);
    assert_int_equal(stream("again", (size_t)1 << 20, &created, &error), QUIRE_INTEGRITY);
    assert_int_equal(share("shared", &created, &error), QUIRE_OK);
    assert_true(created);
    assert_int_equal(stream("shared", SIZE, &created, &error), QUIRE_OK);
    assert_false(created);
}

static void swept_meanwhile(void **state) {
    quire_error error = {0};
    q_object_writer *writer = NULL;
    q_object_info info;
    (void)state;
    assert_int_equal(q_object_writer_open(objects, &writer, &error), QUIRE_OK);
    assert_int_equal(q_object_writer_write(writer, data, SIZE, &error), QUIRE_OK);
    assert_int_equal(q_objects_sweep(objects, 0, &error), QUIRE_OK); /* not so old */
    assert_int_equal(q_object_writer_publish(writer, "kept", NULL, &error), QUIRE_OK);
    q_object_writer_free(writer);
    assert_int_equal(q_object_writer_open(objects, &writer, &error), QUIRE_OK);
    assert_int_equal(q_object_writer_write(writer, data, SIZE, &error), QUIRE_OK);
    assert_int_equal(q_objects_sweep(objects, INT64_MAX, &error), QUIRE_OK);
    assert_int_equal(q_object_writer_publish(writer, "swept", NULL, &error), QUIRE_TEMPORARY);
    assert_non_null(strstr(error.message, "begin again"));
    q_object_writer_free(writer);
    assert_int_equal(q_objects_stat(objects, "swept", &info, &error), QUIRE_NOT_FOUND);
}

/* --- reading --- */

typedef struct reading {
    const char *key;
    size_t piece, first, step;
    bool right;
} reading;

static void *read_pieces(void *context) {
    reading *this = context;
    q_object_reader *reader = NULL;
    uint64_t size = 0;
    char *piece = malloc(this->piece);
    this->right = piece && q_object_reader_open(objects, this->key, &size, &reader, NULL) == 0 &&
                  size == SIZE;
    for (size_t at = this->first; at < SIZE && this->right; at += this->step) {
        size_t got = 0, left = SIZE - at;
        size_t expected = this->piece < left ? this->piece : left;
        this->right = q_object_reader_read(reader, at, piece, this->piece, &got, NULL) == 0 &&
                      got == expected && memcmp(piece, data + at, got) == 0;
    }
    if (reader) {
        q_object_reader_free(reader);
    }
    free(piece);
    return NULL;
}

static void read_back(void **state) {
    enum {
        THREADS = 6
    };
    pthread_t threads[THREADS];
    reading all[THREADS] = {
        {.piece = (size_t)256 << 10, .step = (size_t)256 << 10},    /* from front to back */
        {.piece = (size_t)32 << 20, .step = (size_t)32 << 20},      /* large ones */
        {.piece = 4096, .first = 16, .step = (size_t)64 << 10},     /* some, in order */
        {.piece = 100000, .first = 12345, .step = 99999},           /* across blocks */
        {.piece = 1000, .first = (size_t)9 << 20, .step = 7777777}, /* far apart */
        {.piece = (size_t)5 << 20, .first = 3, .step = (size_t)5 << 20},
    };
    quire_error error = {0};
    (void)state;
    assert_int_equal(stream("read", SIZE, NULL, &error), QUIRE_OK);
    for (int i = 0; i < THREADS; i++) {
        all[i].key = "read";
        assert_int_equal(pthread_create(&threads[i], NULL, read_pieces, &all[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_true(all[i].right);
    }
}

/* What is more than 5 GiB; here it is more than 16 MiB. */
static void copied_in_parts(void **state) {
    q_s3 *s3 = (q_s3 *)objects;
    const uint64_t most = s3->copy_max, part = s3->copy_part;
    quire_error error = {0};
    bool created = false;
    q_buffer back = {0};
    (void)state;
    s3->copy_max = (uint64_t)16 << 20;
    s3->copy_part = (uint64_t)8 << 20;
    assert_int_equal(stream("copied", SIZE, &created, &error), QUIRE_OK);
    assert_true(created);
    assert_int_equal(q_objects_refresh(objects, "copied", &error), QUIRE_OK);
    assert_int_equal(stream("copied", SIZE, &created, &error), QUIRE_OK);
    assert_false(created);
    assert_int_equal(q_objects_get(objects, "copied", SIZE, &back, &error), QUIRE_OK);
    assert_int_equal(back.size, SIZE);
    assert_memory_equal(back.data, data, SIZE);
    q_buffer_free(&back);
    /* A copy that fails leaves nothing that costs. */
    assert_int_equal(q_s3_copy(s3, "nothing", "new", SIZE, "", &error), QUIRE_NOT_FOUND);
    assert_int_equal(uploads(), 0);
    s3->copy_max = most;
    s3->copy_part = part;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stored_again),
        cmocka_unit_test(swept_meanwhile),
        cmocka_unit_test(read_back),
        cmocka_unit_test(copied_in_parts),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
