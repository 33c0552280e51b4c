/**
 * @file
 * What a version can make a reader fetch: local files by `file:`, and anything by a server that
 * lies, never ends, redirects elsewhere or answers with what unpacks to gigabytes.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/digest.h"
#include "hostile/unit.h"

#define OK "HTTP/1.1 200 OK\r\nConnection: close\r\n"
#define TO "HTTP/1.1 302 Found\r\nConnection: close\r\nContent-Length: 0\r\nLocation: "

static int port;
static pid_t child;

static void say(int connection, const char *text, size_t size) {
    while (size > 0) {
        ssize_t done = write(connection, text, size);
        if (done <= 0) {
            _exit(0);
        }
        text += done;
        size -= (size_t)done;
    }
}

/** Repeat a text for ever, or until the reader has gone. */
static void go_on(int connection, const char *text) {
    for (;;) {
        say(connection, text, strlen(text));
    }
}

/** What unpacks to much more; as it is, its bytes are these. */
static const char packed[] = "\037\213\010\0\0\0\0\0\0\003not unpacked";

static void answer(int connection) {
    static char block[65537];
    char request[4096] = {0}, path[256] = {0}, text[8192];
    size_t size = 0;
    while (size < sizeof request - 1 && !strstr(request, "\r\n\r\n")) {
        ssize_t got = read(connection, request + size, sizeof request - 1 - size);
        if (got <= 0) {
            return;
        }
        size += (size_t)got;
    }
    sscanf(request, "%*s %255[^ ?]", path);
    memset(block, 'x', sizeof block - 1);
    *text = '\0';
    if (strcmp(path, "/echo") == 0) {
        snprintf(text, sizeof text, OK "\r\n%.4000s", request);
    } else if (strcmp(path, "/away") == 0) {
        snprintf(text, sizeof text, TO "http://localhost:%d/echo\r\n\r\n", port);
    } else if (strcmp(path, "/file") == 0) {
        snprintf(text, sizeof text, TO "file:///etc/passwd\r\n\r\n");
    } else if (strcmp(path, "/gopher") == 0) {
        snprintf(text, sizeof text, TO "gopher://127.0.0.1:%d/x\r\n\r\n", port);
    } else if (strcmp(path, "/ftp") == 0) {
        snprintf(text, sizeof text, TO "ftp://127.0.0.1:%d/x\r\n\r\n", port);
    } else if (strcmp(path, "/round") == 0) {
        snprintf(text, sizeof text, TO "/round\r\n\r\n");
    } else if (strcmp(path, "/less") == 0) {
        snprintf(text, sizeof text, OK "Content-Length: 1000000\r\n\r\nx");
    } else if (strcmp(path, "/huge") == 0) {
        snprintf(text, sizeof text, OK "Content-Length: 9223372036854775807\r\n\r\nx");
    } else if (strcmp(path, "/negative") == 0) {
        snprintf(text, sizeof text, OK "Content-Length: -1\r\n\r\nx");
    } else if (strcmp(path, "/chunk") == 0) {
        snprintf(text, sizeof text, OK "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nx");
    } else if (strcmp(path, "/packed") == 0) {
        snprintf(text, sizeof text, OK "Content-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n",
                 sizeof packed);
        say(connection, text, strlen(text));
        say(connection, packed, sizeof packed);
        return;
    } else if (strcmp(path, "/endless") == 0) {
        say(connection, OK "\r\n", strlen(OK "\r\n"));
        go_on(connection, block);
    } else if (strcmp(path, "/headers") == 0) {
        say(connection, OK, strlen(OK));
        go_on(connection, "X-Long: 0123456789012345678901234567890123456789\r\n");
    } else if (strcmp(path, "/header") == 0) {
        say(connection, OK "X-Long: ", strlen(OK "X-Long: "));
        go_on(connection, block);
    }
    say(connection, text, strlen(text));
}

static int start(void **state) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)state;
    /* The test talks to itself, not through a proxy that the environment may name. */
    setenv("no_proxy", "127.0.0.1,localhost", 1);
    signal(SIGPIPE, SIG_IGN);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) != 0 ||
        listen(listener, 16) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
        return -1;
    }
    port = ntohs(address.sin_port);
    child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        signal(SIGCHLD, SIG_IGN);
        for (;;) {
            int connection = accept(listener, NULL, NULL);
            if (connection >= 0 && fork() == 0) {
                prctl(PR_SET_PDEATHSIG, SIGKILL);
                answer(connection);
                _exit(0);
            }
            close(connection);
        }
    }
    close(listener);
    return child < 0 ? -1 : 0;
}

static int stop(void **state) {
    (void)state;
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    return 0;
}

/** Download a version whose one entry is a reference: its own digest, or none. */
static quire_status fetch(const char *uri, const q_entry *as, quire_read_report *report,
                          quire_error *error) {
    const evil_entry entry = {"x", 1, uri, as};
    quire_version *version = NULL;
    evil e;
    quire_store *store = open_store();
    evil_begin(&e, store, "evil");
    evil_plant(&e, &entry, 1);
    memset(error, 0, sizeof *error);
    assert_ok(quire_version_open(store, "evil:v1", &version, error), error);
    alarm(30);
    quire_status status = quire_version_download(version, scratch("out"), NULL, report, error);
    alarm(0);
    quire_version_free(version);
    evil_end(&e);
    quire_store_free(store);
    return status;
}

static const char *url(const char *user, const char *path) {
    static char text[256];
    snprintf(text, sizeof text, "http://%s127.0.0.1:%d%s", user, port, path);
    return text;
}

static bool holds(const char *words) {
    char data[8192] = {0};
    FILE *file = fopen(scratch("out/x"), "r");
    assert_non_null(file);
    (void)!fread(data, 1, sizeof data - 1, file);
    fclose(file);
    return strstr(data, words) != NULL;
}

static void test_credentials(void **state) {
    quire_error error;
    (void)state;
    assert_ok(fetch(url("me:secret@", "/echo"), NULL, NULL, &error), &error);
    assert_true(holds("Authorization: Basic")); /* the server does see what it is sent */
}

static void test_credentials_elsewhere(void **state) {
    quire_error error;
    (void)state;
    assert_ok(fetch(url("me:secret@", "/away"), NULL, NULL, &error), &error);
    assert_true(holds("GET /echo"));
    assert_false(holds("Authorization"));
    assert_false(holds("secret"));
}

static void try_bad(const char *path) {
    void *state = NULL;
    quire_error error;
    assert_int_equal(scratch_setup(&state), 0);
    quire_status status = fetch(url("me:secret@", path), NULL, NULL, &error);
    if (status == QUIRE_OK || strstr(error.message, "secret") ||
        !strstr(error.message, "evil:v1: x, a reference")) {
        fail_msg("%s: status %d, %s", path, (int)status, error.message);
    }
    assert_int_equal(scratch_count("out"), 0);
    assert_int_equal(scratch_teardown(&state), 0);
}

static void test_servers(void **state) {
    static const char *const paths[] = {"/file",    "/gopher", "/ftp",      "/round",
                                        "/less",    "/huge",   "/negative", "/chunk",
                                        "/headers", "/header", "/nothing"};
    (void)state;
    for (size_t i = 0; i < COUNT(paths); i++) {
        try_bad(paths[i]);
    }
    print_message("%zu lying servers\n", COUNT(paths));
}

/** What is packed stays packed: nothing of quire unpacks. */
static void test_packed(void **state) {
    quire_error error;
    struct stat status;
    (void)state;
    assert_ok(fetch(url("", "/packed"), NULL, NULL, &error), &error);
    assert_int_equal(stat(scratch("out/x"), &status), 0);
    assert_int_equal(status.st_size, sizeof packed);
}

/** An endless body ends where a file must end, and leaves nothing. */
static void test_endless(void **state) {
    struct rlimit before, limit;
    quire_error error;
    (void)state;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = (rlim_t)16 << 20;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    quire_status status = fetch(url("", "/endless"), NULL, NULL, &error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_status(QUIRE_ERROR, status, &error);
    assert_int_equal(scratch_count("out"), 0);
}

/** Local files: what has no digest, or another one, is not copied. */
static void test_local(void **state) {
    static const char zero[] = "0000000000000000000000000000000000000000000000000000000000000000";
    static const char *const files[] = {
        "/etc/passwd", "/proc/self/environ", "/dev/zero", "/proc/self/fd/0", "/dev/stdin",
        "/etc",        "/etc/../etc/hosts",  "/nowhere"};
    (void)state;
    for (size_t i = 0; i < 2 * COUNT(files); i++) {
        char uri[128];
        void *inner = NULL;
        quire_error error;
        quire_read_report report;
        const q_entry as = {.digest = zero, .size = 4};
        snprintf(uri, sizeof uri, "file://%s", files[i / 2]);
        assert_int_equal(scratch_setup(&inner), 0);
        quire_status status = fetch(uri, i % 2 ? &as : NULL, &report, &error);
        if (i % 2 ? status == QUIRE_OK : status != QUIRE_OK || report.skipped != 1) {
            fail_msg("%s: status %d", uri, (int)status);
        }
        assert_int_equal(scratch_count("out"), 0);
        assert_int_equal(scratch_teardown(&inner), 0);
    }
    print_message("%zu local files left alone\n", COUNT(files));
}

int main(void) {
    const struct CMUnitTest tests[] = {TEST(test_credentials),
                                       TEST(test_credentials_elsewhere),
                                       cmocka_unit_test(test_servers),
                                       TEST(test_packed),
                                       TEST(test_endless),
                                       cmocka_unit_test(test_local)};
    return cmocka_run_group_tests(tests, start, stop);
}
