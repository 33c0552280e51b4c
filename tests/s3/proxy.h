/**
 * @file
 * A proxy between a test and the gateway, which does harm to one request, or to all from one on. It
 * listens on 127.0.0.1 in a child process, takes one request a connection, and ends with its
 * parent's test.
 */
#ifndef TESTS_S3_PROXY_H
#define TESTS_S3_PROXY_H

#include <stdbool.h>
#include <sys/types.h>

typedef enum proxy_harm {
    PROXY_NONE,
    PROXY_RESET,       /**< the connection is reset, nothing has reached the gateway */
    PROXY_500,         /**< an answer of the proxy's own, nothing has reached the gateway */
    PROXY_SLOW_DOWN,   /**< 503, come back later */
    PROXY_409,         /**< ConditionalRequestConflict */
    PROXY_200_ERROR,   /**< 200, and an error in the body */
    PROXY_LOST_REPLY,  /**< done by the gateway, then the connection is reset */
    PROXY_TRUNCATED,   /**< half of the answer comes, then the end */
    PROXY_RESET_AFTER, /**< some bytes of the answer come, then a reset */
    PROXY_LENGTH,      /**< the answer says that it is longer than it is */
    PROXY_SLOW_CLOSE,  /**< the answer comes whole, the end of the connection much later */
    PROXY_HARMS,
    PROXY_YES = PROXY_HARMS, /**< 200 to everything, as a server that knows no conditions */
    PROXY_RETRY_AFTER,       /**< 503, come back after two seconds */
    PROXY_LATE,              /**< it comes to the gateway three seconds later */
    PROXY_HANG_BEFORE,       /**< no answer ever, nothing has reached the gateway */
    PROXY_HANG_AFTER,        /**< the same, done by the gateway */
    PROXY_NO                 /**< 403 RequestTimeTooSkewed to everything */
} proxy_harm;

typedef struct proxy {
    pid_t child;
    int port;
    struct proxy_state *state; /* shared with the child */
} proxy;

/** @param upstream "http://127.0.0.1:PORT". Returns 0 when it listens. */
int proxy_start(proxy *p, const char *upstream);
void proxy_stop(proxy *p);

/** Harm the request number `at` from now on (1, …), or, `for_good`, all from it on. */
void proxy_set(proxy *p, proxy_harm harm, unsigned at, bool for_good);
/** Requests since then. */
unsigned proxy_count(const proxy *p);
const char *proxy_harm_name(proxy_harm harm);

#endif
