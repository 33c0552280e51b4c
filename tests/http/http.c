/** @file One-shot requests against a server of the test's own. */
#include "http/http.h"

#include <quire/artifact.h>

#include "base/buffer.h"
#include "base/unit.h"
#include "http/server.h"

static server local;

static const char *url(const char *user, const char *path) {
    static char text[512];
    snprintf(text, sizeof text, "http://%s127.0.0.1:%d%s", user, local.port, path);
    return text;
}

static quire_status collect(void *context, const void *data, size_t size, quire_error *error) {
    return q_buffer_append(context, data, size, error);
}

static quire_status refuse(void *context, const void *data, size_t size, quire_error *error) {
    (void)context, (void)data, (void)size;
    return q_error_set(error, QUIRE_CONFLICT, "no room");
}

static void probes_tell_size_and_etag(void **state) {
    (void)state;
    static const struct {
        const char *path, *etag;
        uint64_t size;
        const char *end;
    } cases[] = {
        {"/file", "\"abc-1\"", 10, "/file"},
        {"/file?token=1", "\"abc-1\"", 10, "/file?token=1"},
        {"/weak", "W/\"x\"", 0, "/weak"},
        {"/once", "\"abc-1\"", 10, "/file"},
        {"/no-size", NULL, QUIRE_SIZE_UNKNOWN, "/no-size"},
        {"/chunked", NULL, QUIRE_SIZE_UNKNOWN, "/chunked"},
        {"/evil-etag", NULL, 1, "/evil-etag"},
        {"/get-only", "\"g\"", 3, "/get-only"},
        {"/signed", "\"s\"", 3, "/signed"},
        {"/cut", NULL, 100, "/cut"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        quire_error error = {0};
        q_http_info info;
        EXPECT(QUIRE_OK, q_http_probe(url("user:secret@", cases[i].path), &info, &error));
        assert_int_equal(error.status, 0);
        assert_int_equal(info.size, cases[i].size);
        assert_string_equal(info.url, url("", cases[i].end));
        if (cases[i].etag) {
            assert_non_null(info.etag);
            assert_string_equal(info.etag, cases[i].etag);
        } else {
            assert_null(info.etag);
        }
        q_http_info_free(&info);
        q_http_info_free(&info);
    }
}

static void get_streams_the_body(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"/file", "0123456789"}, {"/once", "0123456789"}, {"/no-size", "abc"},
        {"/chunked", "abcde"},   {"/weak", ""},           {"/get-only", "abc"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        quire_error error = {0};
        q_http_info info;
        q_buffer body = {0};
        EXPECT(QUIRE_OK, q_http_get(url("", cases[i][0]), collect, &body, &info, &error));
        assert_string_equal(body.data ? body.data : "", cases[i][1]);
        assert_int_equal(info.size, strlen(cases[i][1]));
        q_http_info_free(&info);
        q_buffer_free(&body);
    }
}

static void failures_have_their_status(void **state) {
    (void)state;
    static const struct {
        const char *path;
        quire_status status;
    } cases[] = {
        {"/400", QUIRE_ERROR},     {"/401", QUIRE_AUTH},          {"/403", QUIRE_AUTH},
        {"/404", QUIRE_NOT_FOUND}, {"/410", QUIRE_NOT_FOUND},     {"/408", QUIRE_TEMPORARY},
        {"/429", QUIRE_TEMPORARY}, {"/500", QUIRE_TEMPORARY},     {"/501", QUIRE_TEMPORARY},
        {"/503", QUIRE_TEMPORARY}, {"/silent", QUIRE_TEMPORARY},  {"/loop", QUIRE_ERROR},
        {"/to-file", QUIRE_ERROR}, {"/to-gone", QUIRE_NOT_FOUND}, {"/nowhere", QUIRE_ERROR},
        {"/garbage", QUIRE_ERROR},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        quire_error error = {0};
        q_http_info info;
        q_buffer body = {0};
        char path[64];
        snprintf(path, sizeof path, "%s?signature=secret#secret", cases[i].path);
        EXPECT(cases[i].status, q_http_probe(url("me:secret@", path), &info, &error));
        EXPECT_MESSAGE(url("", cases[i].path));
        assert_null(strstr(error.message, "secret"));
        assert_null(info.url);
        EXPECT(cases[i].status, q_http_get(url("me:secret@", path), collect, &body, &info, &error));
        EXPECT_MESSAGE(url("", cases[i].path));
        assert_null(strstr(error.message, "secret"));
        assert_int_equal(body.size, 0);
        q_buffer_free(&body);
    }
}

static void a_short_body_is_no_success(void **state) {
    (void)state;
    static const char *const cases[][2] = {{"/cut", "only this"}, {"/chunked-cut", "abcde"}};
    for (size_t i = 0; i < 2; i++) {
        quire_error error = {0};
        q_buffer body = {0};
        EXPECT(QUIRE_TEMPORARY, q_http_get(url("", cases[i][0]), collect, &body, NULL, &error));
        assert_string_equal(body.data, cases[i][1]);
        q_buffer_free(&body);
    }
}

static void the_sink_may_refuse(void **state) {
    (void)state;
    quire_error error = {0};
    EXPECT(QUIRE_CONFLICT, q_http_get(url("", "/file"), refuse, NULL, NULL, &error));
    assert_string_equal(error.message, "no room");
}

static void urls_that_lead_nowhere(void **state) {
    (void)state;
    static const char *const bad[] = {"", "http://", "file:///etc/passwd", "ftp://127.0.0.1/x",
                                      "http://127.0.0.1:99999/"};
    quire_error error = {0};
    q_http_info info;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        EXPECT(QUIRE_USAGE, q_http_probe(bad[i], &info, &error));
    }
    server gone;
    assert_int_equal(server_start(&gone), 0);
    server_stop(&gone);
    char text[64];
    snprintf(text, sizeof text, "http://127.0.0.1:%d/x", gone.port);
    EXPECT(QUIRE_TEMPORARY, q_http_probe(text, &info, &error));
    EXPECT_MESSAGE(text);
}

static int start(void **state) {
    (void)state;
    /* The test talks to itself, not through a proxy that the environment may name. */
    setenv("no_proxy", "127.0.0.1", 1);
    return server_start(&local);
}

static int stop(void **state) {
    (void)state;
    server_stop(&local);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(probes_tell_size_and_etag),  cmocka_unit_test(get_streams_the_body),
        cmocka_unit_test(failures_have_their_status), cmocka_unit_test(a_short_body_is_no_success),
        cmocka_unit_test(the_sink_may_refuse),        cmocka_unit_test(urls_that_lead_nowhere),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
