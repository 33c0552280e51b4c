/** @file The pool of connections: many exchanges at once, by one thread and by several. */
#include "http/pool.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "http/server.h"

#define MANY 8

static server web;
static q_http_pool *pool;

static int set_up(void **state) {
    const q_http_pool_options options = {.stall_seconds = 1, .connections = 4};
    (void)state;
    return server_start(&web) || q_http_pool_new(&options, &pool, NULL);
}

static int tear_down(void **state) {
    (void)state;
    q_http_pool_free(pool);
    server_stop(&web);
    return 0;
}

static const char *url_of(char url[64], int port, const char *path) {
    snprintf(url, 64, "http://127.0.0.1:%d%s", port, path);
    return url;
}

static void many_at_once(void **state) {
    q_http_exchange all[MANY] = {0};
    char url[64], etag[16];
    (void)state;
    url_of(url, web.port, "/file");
    for (int i = 0; i < MANY; i++) {
        all[i].method = i % 2 ? "GET" : "HEAD";
        all[i].url = url;
        q_http_start(pool, &all[i]);
    }
    for (int i = MANY - 1; i >= 0; i--) { /* in another order than they were begun */
        assert_int_equal(q_http_wait(pool, &all[i]), QUIRE_OK);
        assert_int_equal(all[i].code, 200);
        assert_int_equal(all[i].received, i % 2 ? 10 : 0);
        assert_true(q_http_header(&all[i], "ETag", etag, sizeof etag));
        assert_string_equal(etag, "\"abc-1\"");
        assert_false(q_http_header(&all[i], "etag", etag, 4));
        assert_false(q_http_header(&all[i], "ET", etag, sizeof etag));
        q_http_exchange_free(&all[i]);
    }
}

static void bodies(void **state) {
    char url[64], room[10];
    q_http_exchange one = {.method = "GET", .into = room, .room = sizeof room};
    (void)state;
    one.url = url_of(url, web.port, "/file");
    q_http_start(pool, &one);
    assert_int_equal(q_http_wait(pool, &one), QUIRE_OK);
    assert_memory_equal(room, "0123456789", 10);
    assert_int_equal(one.answer.size, 0);
    q_http_exchange_free(&one);

    one = (q_http_exchange){.method = "GET", .url = url, .into = room, .room = 9};
    q_http_start(pool, &one);
    assert_int_equal(q_http_wait(pool, &one), QUIRE_OK);
    assert_true(one.too_large);
    q_http_exchange_free(&one);

    /* What a refusal says does not go where the body of a success would. */
    memset(room, 'x', sizeof room);
    one = (q_http_exchange){.method = "GET", .into = room, .room = sizeof room};
    one.url = url_of(url, web.port, "/404");
    q_http_start(pool, &one);
    assert_int_equal(q_http_wait(pool, &one), QUIRE_OK);
    assert_int_equal(one.code, 404);
    assert_int_equal(one.answer.size, 5);
    assert_memory_equal(room, "xxxxxxxxxx", 10);
    q_http_exchange_free(&one);

    /* It is told whole where there is room for less. */
    one = (q_http_exchange){.method = "GET", .url = url, .room = 1};
    q_http_start(pool, &one);
    assert_int_equal(q_http_wait(pool, &one), QUIRE_OK);
    assert_false(one.too_large);
    assert_int_equal(one.answer.size, 5);
    q_http_exchange_free(&one);
}

/** Gives a body in small pieces; fails at 100 bytes when it is to. */
typedef struct giving {
    uint64_t most;
    int calls;
} giving;

static size_t give(void *context, uint64_t offset, void *to, size_t room) {
    giving *self = context;
    self->calls++;
    if (offset >= self->most) {
        return 0;
    }
    size_t size = room < 7 ? room : 7;
    memset(to, 'a' + (int)(offset % 26), size);
    return size;
}

/** A body that is read on its way, and one that cannot be read any more. */
static void read_bodies(void **state) {
    char url[64];
    giving whole = {.most = UINT64_MAX}, half = {.most = 100};
    (void)state;
    url_of(url, web.port, "/file");
    q_http_exchange one = {
        .method = "PUT", .url = url, .body_size = 1000, .read = give, .read_context = &whole};
    q_http_start(pool, &one);
    assert_int_equal(q_http_wait(pool, &one), QUIRE_OK);
    assert_int_equal(one.code, 200);
    assert_int_equal(one.sent, 1000);
    assert_true(whole.calls > 100);
    q_http_exchange_free(&one);

    one = (q_http_exchange){
        .method = "PUT", .url = url, .body_size = 1000, .read = give, .read_context = &half};
    q_http_start(pool, &one);
    assert_int_equal(q_http_wait(pool, &one), QUIRE_ERROR);
    assert_non_null(strstr(one.error.message, "cannot be read"));
    q_http_exchange_free(&one);
}

static void failures(void **state) {
    static const char *const paths[] = {"/cut", "/chunked-cut", "/silent", "/cut-head"};
    char url[64];
    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        q_http_exchange one = {.method = i == 3 ? "HEAD" : "GET"};
        one.url = url_of(url, web.port, paths[i]);
        q_http_start(pool, &one);
        assert_int_equal(q_http_wait(pool, &one), QUIRE_TEMPORARY);
        assert_true(one.error.message[0] != '\0');
        q_http_exchange_free(&one);
    }
    q_http_exchange endless = {.method = "GET", .url = url_of(url, web.port, "/endless")};
    q_http_start(pool, &endless);
    assert_int_equal(q_http_wait(pool, &endless), QUIRE_ERROR);
    assert_non_null(strstr(endless.error.message, "no end of headers"));
    assert_true(endless.head.size <= (size_t)1 << 20);
    q_http_exchange_free(&endless);
    q_http_exchange moved = {.method = "GET", .url = url_of(url, web.port, "/once")};
    q_http_start(pool, &moved);
    assert_int_equal(q_http_wait(pool, &moved), QUIRE_OK);
    assert_int_equal(moved.code, 302); /* not followed */
    q_http_exchange_free(&moved);
}

/** A port where connections are taken and nothing is ever said. */
static int deaf_port(int *listener) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    *listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(*listener >= 0);
    assert_int_equal(bind(*listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(*listener, 16), 0);
    assert_int_equal(getsockname(*listener, (struct sockaddr *)&address, &size), 0);
    return ntohs(address.sin_port);
}

static void standing_still(void **state) {
    int listener;
    char url[64];
    q_http_exchange one = {.method = "GET"}, other = {.method = "GET"};
    (void)state;
    one.url = other.url = url_of(url, deaf_port(&listener), "/");
    q_http_start(pool, &one);
    q_http_start(pool, &other);
    q_http_pool_pause(pool, 50);
    time_t begin = time(NULL);
    q_http_cancel(pool, &other);
    assert_true(other.done);
    assert_true(time(NULL) - begin <= 1);
    assert_int_equal(q_http_wait(pool, &one), QUIRE_TEMPORARY);
    assert_true(time(NULL) - begin < 10);
    q_http_exchange_free(&one);
    q_http_exchange_free(&other);
    (void)close(listener);
}

/** Of a server that answers the first request of each connection. Another one is counted, and the
 *  connection ends without a word: as if it had been closed before. */
static atomic_int unanswered;

static bool hear(int fd) {
    char request[4096] = {0};
    size_t have = 0;
    ssize_t got = 1;
    while (got > 0 && have < sizeof request - 1 && !strstr(request, "\r\n\r\n")) {
        got = read(fd, request + have, sizeof request - 1 - have);
        have += got > 0 ? (size_t)got : 0;
    }
    return got > 0;
}

static void *answer_once(void *context) {
    static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    int fd = (int)(intptr_t)context;
    if (hear(fd) && write(fd, answer, sizeof answer - 1) > 0 && hear(fd)) {
        atomic_fetch_add(&unanswered, 1);
    }
    (void)close(fd);
    return NULL;
}

static void *take_connections(void *context) {
    int listener = (int)(intptr_t)context, fd;
    while ((fd = accept(listener, NULL, NULL)) >= 0) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, answer_once, (void *)(intptr_t)fd) == 0) {
            (void)pthread_detach(thread);
        }
    }
    return NULL;
}

static void post(const char *url, bool only_once) {
    q_http_exchange one = {.method = "POST", .url = url, .only_once = only_once};
    q_http_start(pool, &one);
    assert_int_equal(q_http_wait(pool, &one), QUIRE_OK);
    q_http_exchange_free(&one);
}

/** libcurl sends again what a connection that was used before has swallowed. */
static void sent_only_once(void **state) {
    int listener;
    pthread_t thread;
    char url[64];
    (void)state;
    url_of(url, deaf_port(&listener), "/");
    assert_int_equal(pthread_create(&thread, NULL, take_connections, (void *)(intptr_t)listener),
                     0);
    post(url, false);
    post(url, true); /* over a connection of its own */
    assert_int_equal(atomic_load(&unanswered), 0);
    post(url, false);
    assert_true(atomic_load(&unanswered) >= 1); /* on each that was kept */
    (void)shutdown(listener, SHUT_RDWR);
    assert_int_equal(pthread_join(thread, NULL), 0);
    (void)close(listener);
}

static void *ask_often(void *context) {
    const char *url = context;
    size_t right = 0;
    for (int i = 0; i < 20; i++) {
        q_http_exchange one = {.method = "GET", .url = url};
        q_http_start(pool, &one);
        right += q_http_wait(pool, &one) == QUIRE_OK && one.received == 10;
        q_http_exchange_free(&one);
    }
    return (void *)right;
}

static void several_threads(void **state) {
    pthread_t threads[MANY];
    char url[64];
    (void)state;
    url_of(url, web.port, "/file");
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, ask_often, url), 0);
    }
    for (int i = 0; i < MANY; i++) {
        void *right = NULL;
        assert_int_equal(pthread_join(threads[i], &right), 0);
        assert_int_equal((size_t)right, 20);
    }
}

/** Two processes would read each other's answers. */
static void not_after_a_fork(void **state) {
    int status = -1;
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        char url[64];
        q_http_exchange one = {.method = "GET", .url = url_of(url, web.port, "/file")};
        q_http_start(pool, &one);
        _exit(q_http_wait(pool, &one) == QUIRE_USAGE ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void dates(void **state) {
    (void)state;
    assert_int_equal(q_http_date("Fri, 24 May 2013 00:00:00 GMT"), 1369353600);
    assert_int_equal(q_http_date("yesterday or so"), -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_at_once),     cmocka_unit_test(bodies),
        cmocka_unit_test(read_bodies),      cmocka_unit_test(failures),
        cmocka_unit_test(standing_still),   cmocka_unit_test(several_threads),
        cmocka_unit_test(not_after_a_fork), cmocka_unit_test(dates),
        cmocka_unit_test(sent_only_once),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
