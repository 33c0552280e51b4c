/**
 * @file
 * Renewing and putting while a removal by age stands between its look and its DELETE, which comes
 * late: what was told to be there, is there when all is over.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "objects/s3/s3.h"
#include "objects/s3/s3_request.h"
#include "s3/bucket.h"
#include "s3/proxy.h"

/* HEAD, PUT of the announcement, PUT of the entry, HEAD, and then: */
#define DELETE_NUMBER 5

static char gateway[128], bucket[BUCKET_URL_SIZE];
static proxy between;
static q_objects *objects;

static int set_up(void **state) {
    const char *endpoint = getenv("AWS_ENDPOINT_URL_S3");
    (void)state;
    if (!endpoint || bucket_make(bucket) != 0 ||
        q_objects_s3_open(bucket, false, &objects, NULL) != QUIRE_OK) {
        return -1;
    }
    snprintf(gateway, sizeof gateway, "%s", endpoint);
    return proxy_start(&between, gateway);
}

static int tear_down(void **state) {
    (void)state;
    q_objects_free(objects);
    proxy_stop(&between);
    return 0;
}

/** In a process of its own, through the proxy. */
static pid_t remove_late(const char *key) {
    proxy_set(&between, PROXY_LATE, DELETE_NUMBER, false);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        char url[64];
        q_objects *own = NULL;
        bool removed = false;
        snprintf(url, sizeof url, "http://127.0.0.1:%d", between.port);
        quire_status status = setenv("AWS_ENDPOINT_URL_S3", url, 1) == 0 ? QUIRE_OK : QUIRE_ERROR;
        status = status ? status : q_objects_s3_open(bucket, false, &own, NULL);
        status = status ? status : q_objects_remove(own, key, INT64_MAX - 1, &removed, NULL);
        q_objects_free(own);
        _exit(status == QUIRE_OK && removed ? 0 : 1);
    }
    while (proxy_count(&between) < DELETE_NUMBER) {
        assert_int_equal(waitpid(child, NULL, WNOHANG), 0);
        (void)usleep(1000);
    }
    return child;
}

static void expect_removed(pid_t child) {
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void put(const char *key) {
    quire_error error = {0};
    if (q_objects_put(objects, key, Q_OBJECT_CONTENT, "x", 1, NULL, &error) != QUIRE_OK) {
        fail_msg("%s", error.message);
    }
}

static quire_status look(const char *key) {
    q_object_info info;
    return q_objects_stat(objects, key, &info, NULL);
}

static void renewed_meanwhile(void **state) {
    (void)state;
    put("renewed");
    pid_t child = remove_late("renewed");
    quire_status status = q_objects_refresh(objects, "renewed", NULL);
    assert_true(status == QUIRE_OK || status == QUIRE_NOT_FOUND);
    expect_removed(child);
    assert_int_equal(look("renewed"), status);
}

static void put_meanwhile(void **state) {
    (void)state;
    put("again");
    pid_t child = remove_late("again");
    put("again");
    expect_removed(child);
    assert_int_equal(look("again"), QUIRE_OK);
}

static void published_meanwhile(void **state) {
    const size_t size = (size_t)17 << 20; /* in parts */
    char *data = calloc(1, size);
    (void)state;
    assert_non_null(data);
    for (int round = 0; round < 2; round++) {
        q_object_writer *writer = NULL;
        pid_t child = round == 1 ? remove_late("published") : 0;
        assert_int_equal(q_object_writer_open(objects, &writer, NULL), QUIRE_OK);
        assert_int_equal(q_object_writer_write(writer, data, size, NULL), QUIRE_OK);
        assert_int_equal(q_object_writer_publish(writer, "published", NULL, NULL), QUIRE_OK);
        q_object_writer_free(writer);
        if (round == 1) {
            expect_removed(child);
        }
        assert_int_equal(look("published"), QUIRE_OK);
    }
    free(data);
}

/** What a removal rests on when its process pauses. */
static void too_late(void **state) {
    q_s3_client client;
    q_s3_answer answer = {0};
    int64_t now = 0;
    (void)state;
    put("late");
    assert_int_equal(q_objects_now(objects, &now, NULL), QUIRE_OK);
    assert_int_equal(q_s3_client_open(bucket, 0, &client, NULL), QUIRE_OK);
    q_s3_request request = {.method = "DELETE", .key = "late", .good_for = 15};
    request.good_from = now / 1000000 - 20;
    assert_int_equal(q_s3_perform(&client, &request, "remove", &answer, NULL), QUIRE_OK);
    assert_int_equal(answer.code, 403);
    assert_int_equal(look("late"), QUIRE_OK);
    request.good_from = now / 1000000 - 5;
    assert_int_equal(q_s3_perform(&client, &request, "remove", &answer, NULL), QUIRE_OK);
    assert_int_equal(answer.code, 204);
    assert_int_equal(look("late"), QUIRE_NOT_FOUND);
    q_s3_answer_free(&answer);
    q_s3_client_close(&client);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(renewed_meanwhile),
        cmocka_unit_test(put_meanwhile),
        cmocka_unit_test(published_meanwhile),
        cmocka_unit_test(too_late),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
