/**
 * @file
 * A tiny HTTP server on 127.0.0.1 in a child process: it answers one request a connection, by path,
 * and ends with its parent's test.
 */
#ifndef TESTS_HTTP_SERVER_H
#define TESTS_HTTP_SERVER_H

#include <sys/types.h>

typedef struct server {
    pid_t child;
    int port;
} server;

/** Returns 0 when it listens. */
int server_start(server *s);
void server_stop(server *s);

#endif
