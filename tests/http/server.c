/** @file The test server. Every path is one behaviour; what it sends is in the table below. */
#include "http/server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define OK "HTTP/1.1 200 OK\r\nConnection: close\r\n"
#define SAYS(status) "HTTP/1.1 " status "\r\nConnection: close\r\nContent-Length: 5\r\n\r\nerror"
#define TO(where)                                                                                  \
    "HTTP/1.1 302 Found\r\nConnection: close\r\nETag: \"old\"\r\n"                                 \
    "Content-Length: 5\r\nLocation: " where "\r\n\r\nmoved"

static const struct route {
    const char *method; /**< NULL: any; of HEAD only the head is sent */
    const char *path, *answer;
} routes[] = {
    {NULL, "/file", OK "eTaG:  \"abc-1\" \r\nContent-Length: 10\r\n\r\n0123456789"},
    {NULL, "/weak", OK "ETag: W/\"x\"\r\nContent-Length: 0\r\n\r\n"},
    {NULL, "/evil-etag", OK "ETag: \"a\x1b[31m\"\r\nContent-Length: 1\r\n\r\nx"},
    {NULL, "/no-size", OK "\r\nabc"},
    {NULL, "/chunked", OK "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"},
    {NULL, "/chunked-cut", OK "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n9\r\nde"},
    {NULL, "/cut", OK "Content-Length: 100\r\n\r\nonly this"},
    {NULL, "/cut-head", "HTTP/1.1 200 OK\r\nConnection: close\r\nETag"},
    {NULL, "/garbage", "nothing of HTTP at all\r\n\r\n"},
    {NULL, "/silent", ""},
    {NULL, "/once", TO("/file")},
    {NULL, "/loop", TO("/loop")},
    {NULL, "/to-file", TO("file:///etc/passwd")},
    {NULL, "/to-gone", TO("/404")},
    {NULL, "/to-signed", TO("/file?signature=1")},
    {NULL, "/nowhere", SAYS("302 Found")},
    {"HEAD", "/get-only", SAYS("405 Method Not Allowed")},
    {"GET", "/get-only", OK "ETag: \"g\"\r\nContent-Length: 3\r\n\r\nabc"},
    {"HEAD", "/signed", SAYS("403 Forbidden")},
    {"GET", "/signed", OK "ETag: \"s\"\r\nContent-Length: 3\r\n\r\nabc"},
    {NULL, "/400", SAYS("400 Bad Request")},
    {NULL, "/401", SAYS("401 Unauthorized")},
    {NULL, "/403", SAYS("403 Forbidden")},
    {NULL, "/404", SAYS("404 Not Found")},
    {NULL, "/408", SAYS("408 Request Timeout")},
    {NULL, "/410", SAYS("410 Gone")},
    {NULL, "/429", SAYS("429 Too Many Requests")},
    {NULL, "/500", SAYS("500 Internal Server Error")},
    {NULL, "/501", SAYS("501 Not Implemented")},
    {NULL, "/503", SAYS("503 Service Unavailable")},
};

/** A header as long as anybody reads it. */
static void say_endlessly(int connection) {
    static const char begin[] = "HTTP/1.1 200 OK\r\n";
    static const char line[] = "X-Padding: 0123456789012345678901234567890123456789\r\n";
    ssize_t sent = write(connection, begin, sizeof begin - 1);
    while (sent > 0) {
        sent = write(connection, line, sizeof line - 1);
    }
}

/** Read the body of a request, of which some came with its head; false: it was cut short. */
static bool drain(int connection, const char *request, size_t size) {
    char rest[4096];
    const char *announced = strcasestr(request, "\r\nContent-Length:");
    size_t length = announced ? strtoul(announced + 17, NULL, 10) : 0;
    size_t have = size - (size_t)(strstr(request, "\r\n\r\n") + 4 - request);
    while (have < length) {
        ssize_t got = read(connection, rest, sizeof rest);
        if (got <= 0) {
            return false;
        }
        have += (size_t)got;
    }
    return true;
}

static void answer(int connection) {
    char request[4096] = {0}, method[16] = {0}, path[256] = {0};
    size_t size = 0;
    while (size < sizeof request - 1 && !strstr(request, "\r\n\r\n")) {
        ssize_t got = read(connection, request + size, sizeof request - 1 - size);
        if (got <= 0) {
            return;
        }
        size += (size_t)got;
    }
    if (sscanf(request, "%15s %255[^ ?]", method, path) != 2 || !drain(connection, request, size)) {
        return;
    }
    if (strcmp(path, "/endless") == 0) {
        say_endlessly(connection);
    }
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        const struct route *route = &routes[i];
        if (strcmp(path, route->path) == 0 && (!route->method || !strcmp(method, route->method))) {
            const char *end = strstr(route->answer, "\r\n\r\n");
            size_t length = strcmp(method, "HEAD") == 0 && end ? (size_t)(end - route->answer) + 4
                                                               : strlen(route->answer);
            if (write(connection, route->answer, length) < 0) {
                return;
            }
        }
    }
}

static void serve(int listener) {
    for (;;) {
        int connection = accept(listener, NULL, NULL);
        if (connection >= 0) {
            answer(connection);
            close(connection);
        }
    }
}

int server_start(server *s) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) != 0 ||
        listen(listener, 16) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
        return -1;
    }
    s->port = ntohs(address.sin_port);
    s->child = fork();
    if (s->child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        signal(SIGPIPE, SIG_IGN);
        serve(listener);
    }
    close(listener);
    return s->child < 0 ? -1 : 0;
}

void server_stop(server *s) {
    kill(s->child, SIGKILL);
    waitpid(s->child, NULL, 0);
}
