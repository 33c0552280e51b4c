/**
 * @file
 * Many requests at once over one pool of connections.
 *
 * There is no thread behind it: who waits for an exchange drives all of them, and others who wait
 * meanwhile sleep until theirs is done or it is their turn to drive. So an exchange that was
 * started goes on whenever anybody waits for one, and at each q_http_pool_drive(). Several threads
 * may use a pool at once, each exchange one of them.
 *
 * A process that was forked cannot use the pool of its parent, and is told so.
 *
 * Redirects are not followed: what is signed, is signed for one host. There is no limit on the
 * whole time, only on connecting and on standing still.
 */
#ifndef Q_HTTP_POOL_H
#define Q_HTTP_POOL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

typedef struct q_http_pool q_http_pool;

typedef struct q_http_pool_options {
    const char *ca_bundle; /**< file of certificates to trust; NULL: the system's */
    long stall_seconds;    /**< 0: a minute */
    long connections;      /**< at most so many at once; 0: 32 */
} q_http_pool_options;

/** One request and its answer. Zero-initialise, fill the first part, free with
 *  q_http_exchange_free(). To be used again, it is freed before. */
typedef struct q_http_exchange {
    /* All borrowed until it is done. */
    const char *method, *url;
    const char *const *headers; /**< "Name: value", NULL at the end */
    const void *body;           /**< of PUT and POST */
    size_t body_size;
    /** Where it is NULL, and this is not: gives up to `room` bytes of the body from `offset` on, on
     *  the thread that drives; 0: they cannot be had, which ends the exchange. */
    size_t (*read)(void *context, uint64_t offset, void *to, size_t room);
    void *read_context;
    /** Where the body of a success goes, `room` bytes; NULL: into `answer`. More than there is room
     *  for (without `room` and of a refusal: 16 MiB) ends the exchange with `too_large`. */
    void *into;
    size_t room;
    bool only_once; /**< whatever becomes of it, it does not reach the server twice */

    bool done;
    quire_status status; /**< QUIRE_OK: an answer came, whatever it says */
    quire_error error;
    long code;
    bool too_large;
    bool whole_head; /**< of the answer */
    q_buffer head;   /**< the header lines of the answer */
    q_buffer answer; /**< its body, unless it went to `into` */
    size_t received; /**< size of the body */

    /* The pool's own. */
    void *handle, *lines;
    uint64_t sent; /* of a body that is read */
    atomic_bool cancelled;
    struct q_http_exchange *next;
} q_http_exchange;

quire_status q_http_pool_new(const q_http_pool_options *options, q_http_pool **pool,
                             quire_error *error);
/** Nothing may be under way. NULL is fine. */
void q_http_pool_free(q_http_pool *pool);

/** Begin; it must be waited for, or cancelled. What fails is told by waiting. */
void q_http_start(q_http_pool *pool, q_http_exchange *exchange);
/** Until it is done; returns its status. */
quire_status q_http_wait(q_http_pool *pool, q_http_exchange *exchange);
/** Let what is under way go on, without waiting. */
void q_http_pool_drive(q_http_pool *pool);
/** Let pass some time, while what is under way goes on. */
void q_http_pool_pause(q_http_pool *pool, int64_t milliseconds);
/** Wait for its end, which comes soon. For one that was not started nothing is done. */
void q_http_cancel(q_http_pool *pool, q_http_exchange *exchange);
/** Of one that is done, or was never started. */
void q_http_exchange_free(q_http_exchange *exchange);

/** The value of a header of the answer, NUL-terminated in `value`; false: none, or too long. */
bool q_http_header(const q_http_exchange *exchange, const char *name, char *value, size_t size);
/** Seconds since 1970 of a date as HTTP has it; -1: it is none. */
int64_t q_http_date(const char *text);

#endif
