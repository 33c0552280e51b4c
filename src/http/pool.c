/**
 * @file
 * The pool: see pool.h. A multi handle of libcurl is for one thread at a time: that of the driver.
 * Everybody else only puts exchanges into a list, from which the driver takes them.
 */
#include "http/pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "http/common.h"

#define POLL_MILLISECONDS 1000
#define CONNECTIONS 32L
#define ANSWER_MAX ((size_t)16 << 20) /* what goes to memory of our own: lists, errors, records */
#define HEAD_MAX ((size_t)256 << 10)

struct q_http_pool {
    CURLM *multi; /* the driver's */
    char *ca_bundle;
    long stall_seconds;
    pid_t owner; /* connections are of one process: after a fork two would talk over the same */
    pthread_mutex_t lock; /* of what follows, and of `done` of all exchanges */
    pthread_cond_t changed;
    bool driven;
    q_http_exchange *pending; /* started, and unknown to the multi handle yet */
};

quire_status q_http_pool_new(const q_http_pool_options *options, q_http_pool **pool,
                             quire_error *error) {
    long connections = options->connections > 0 ? options->connections : CONNECTIONS;
    q_http_pool *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    pthread_mutex_init(&made->lock, NULL); /* with no attributes these cannot fail */
    pthread_cond_init(&made->changed, NULL);
    made->owner = getpid();
    made->stall_seconds =
        options->stall_seconds > 0 ? options->stall_seconds : Q_HTTP_STALL_SECONDS;
    quire_status status = q_strdup(options->ca_bundle, &made->ca_bundle, error);
    made->multi = status ? NULL : curl_multi_init();
    if (!status && (!made->multi ||
                    curl_multi_setopt(made->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, connections) ||
                    curl_multi_setopt(made->multi, CURLMOPT_MAXCONNECTS, connections))) {
        status = q_error_memory(error);
    }
    if (status) {
        q_http_pool_free(made);
        return status;
    }
    *pool = made;
    return QUIRE_OK;
}

void q_http_pool_free(q_http_pool *pool) {
    if (pool) {
        curl_multi_cleanup(pool->multi);
        pthread_mutex_destroy(&pool->lock);
        pthread_cond_destroy(&pool->changed);
        free(pool->ca_bundle);
        free(pool);
    }
}

/* --- one exchange --- */

static size_t on_header(char *line, size_t one, size_t size, void *context) {
    q_http_exchange *this = context;
    size *= one;
    if (size >= 5 && memcmp(line, "HTTP/", 5) == 0) { /* `100 Continue` comes before it */
        q_buffer_clear(&this->head);
        this->whole_head = false;
    }
    /* The empty line behind it; what comes later are trailers of a body in chunks. */
    this->whole_head = this->whole_head || (size == 2 && line[0] == '\r') || size == 1;
    this->status = this->head.size + size > HEAD_MAX
                       ? q_error_set(&this->error, QUIRE_ERROR, "the answer has no end of headers")
                       : q_buffer_append(&this->head, line, size, &this->error);
    return this->status == QUIRE_OK ? size : 0;
}

static size_t on_body(char *data, size_t one, size_t size, void *context) {
    q_http_exchange *this = context;
    long code = 0;
    size *= one;
    curl_easy_getinfo((CURL *)this->handle, CURLINFO_RESPONSE_CODE, &code);
    bool is_success = code >= 200 && code <= 299;
    bool direct = this->into && is_success;
    /* What is refused says why, however little there is room for. */
    size_t most = direct || (is_success && this->room) ? this->room : ANSWER_MAX;
    if (size > most - this->received) {
        this->too_large = true;
        return 0;
    }
    if (direct) {
        memcpy((char *)this->into + this->received, data, size);
    } else {
        this->status = q_buffer_append(&this->answer, data, size, &this->error);
    }
    this->received += size;
    return this->status == QUIRE_OK ? size : 0;
}

static size_t on_read(char *to, size_t one, size_t size, void *context) {
    q_http_exchange *this = context;
    size_t room = one * size, left = this->body_size - (size_t)this->sent;
    room = room < left ? room : left;
    if (room == 0) {
        return 0;
    }
    size_t got = this->read(this->read_context, this->sent, to, room);
    if (got == 0 || got > room) {
        this->status =
            q_error_set(&this->error, QUIRE_ERROR, "what is to be sent cannot be read any more");
        return CURL_READFUNC_ABORT;
    }
    this->sent += got;
    return got;
}

/** A connection may turn out to be closed when the body has begun. */
static int on_seek(void *context, curl_off_t offset, int origin) {
    q_http_exchange *this = context;
    if (origin != SEEK_SET || offset < 0) {
        return CURL_SEEKFUNC_CANTSEEK;
    }
    this->sent = (uint64_t)offset;
    return CURL_SEEKFUNC_OK;
}

static int on_progress(void *context, curl_off_t down, curl_off_t downloaded, curl_off_t up,
                       curl_off_t uploaded) {
    const q_http_exchange *this = context;
    (void)down;
    (void)downloaded;
    (void)up;
    (void)uploaded;
    return atomic_load(&this->cancelled) ? 1 : 0;
}

static struct curl_slist *lines_of(const char *const *headers) {
    struct curl_slist *lines = NULL;
    for (; headers && *headers; headers++) {
        struct curl_slist *longer = curl_slist_append(lines, *headers);
        if (!longer) {
            curl_slist_free_all(lines);
            return NULL;
        }
        lines = longer;
    }
    return lines;
}

static CURLcode set_reader(q_http_exchange *this, CURL *curl) {
    CURLcode bad = curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_read);
    bad = bad ? bad : curl_easy_setopt(curl, CURLOPT_READDATA, this);
    bad = bad ? bad : curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, on_seek);
    return bad ? bad : curl_easy_setopt(curl, CURLOPT_SEEKDATA, this);
}

static CURLcode set_method(q_http_exchange *this, CURL *curl) {
    CURLcode bad = CURLE_OK;
    bool is_read = !this->body && this->read && this->body_size > 0;
    if (strcmp(this->method, "HEAD") == 0) {
        return curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    }
    if (strcmp(this->method, "PUT") == 0 || strcmp(this->method, "POST") == 0) {
        bad = curl_easy_setopt(curl, CURLOPT_POST, 1L);
        bad =
            bad ? bad
                : curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)this->body_size);
        if (is_read) {
            bad = bad ? bad : set_reader(this, curl);
        } else {
            bad = bad ? bad
                      : curl_easy_setopt(curl, CURLOPT_POSTFIELDS, this->body ? this->body : "");
        }
    }
    return bad || strcmp(this->method, "GET") == 0
               ? bad
               : curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, this->method);
}

/** Make the handle of an exchange. What fails is in the exchange. */
static CURL *make_handle(const q_http_pool *pool, q_http_exchange *this) {
    CURL *curl = curl_easy_init();
    this->handle = curl;
    this->lines = lines_of(this->headers);
    if (!curl || (this->headers && *this->headers && !this->lines)) {
        this->status = q_error_memory(&this->error);
        return NULL;
    }
    CURLcode bad = q_http_set_common(curl);
#define SET(option, value) bad = bad ? bad : curl_easy_setopt(curl, option, value)
    SET(CURLOPT_URL, this->url);
    SET(CURLOPT_PATH_AS_IS, 1L); /* it is signed as it is */
    SET(CURLOPT_HTTPHEADER, (struct curl_slist *)this->lines);
    SET(CURLOPT_LOW_SPEED_TIME, pool->stall_seconds);
    SET(CURLOPT_BUFFERSIZE, 256L << 10);
    SET(CURLOPT_UPLOAD_BUFFERSIZE, 1L << 20);
    SET(CURLOPT_NOPROGRESS, 0L);
    SET(CURLOPT_XFERINFOFUNCTION, on_progress);
    SET(CURLOPT_XFERINFODATA, this);
    SET(CURLOPT_HEADERFUNCTION, on_header);
    SET(CURLOPT_HEADERDATA, this);
    SET(CURLOPT_WRITEFUNCTION, on_body);
    SET(CURLOPT_WRITEDATA, this);
    SET(CURLOPT_PRIVATE, this);
    /* What a connection has swallowed that was used before, libcurl sends again by itself. */
    SET(CURLOPT_FRESH_CONNECT, this->only_once ? 1L : 0L);
    if (pool->ca_bundle) {
        SET(CURLOPT_CAINFO, pool->ca_bundle);
    }
#undef SET
    bad = bad ? bad : set_method(this, curl);
    if (bad) {
        this->status = q_error_set(&this->error, QUIRE_ERROR, "libcurl refuses an option: %s",
                                   curl_easy_strerror(bad));
        return NULL;
    }
    return curl;
}

static void drop_handle(q_http_exchange *this) {
    curl_easy_cleanup((CURL *)this->handle);
    curl_slist_free_all((struct curl_slist *)this->lines);
    this->handle = NULL;
    this->lines = NULL;
}

/** The message names no URL: whoever asked knows what for. What the pool alone knows is which
 *  certificates it went by. */
static void judge(const q_http_pool *pool, q_http_exchange *this, CURLcode failure) {
    curl_easy_getinfo((CURL *)this->handle, CURLINFO_RESPONSE_CODE, &this->code);
    if (this->status != QUIRE_OK || this->too_large) {
        return; /* a callback's failure has filled the error */
    }
    if (failure == CURLE_OK && !this->whole_head) { /* libcurl takes what came of it */
        this->status = q_error_set(&this->error, QUIRE_TEMPORARY, "the answer was cut short");
    }
    if (failure == CURLE_OK) {
        return;
    }
    if (failure == CURLE_OUT_OF_MEMORY) {
        this->status = q_error_memory(&this->error);
        return;
    }
    bool is_trust =
        failure == CURLE_PEER_FAILED_VERIFICATION || failure == CURLE_SSL_CACERT_BADFILE;
    const char *trusted = pool->ca_bundle ? pool->ca_bundle : "the system's";
    this->status =
        q_error_set(&this->error, q_http_status_of_failure(failure, this->code), "%s%s%s",
                    curl_easy_strerror(failure),
                    is_trust ? "; certificates that are trusted: " : "", is_trust ? trusted : "");
}

/* --- driving --- */

static void finish(q_http_pool *pool, q_http_exchange *this) {
    drop_handle(this);
    pthread_mutex_lock(&pool->lock);
    this->done = true;
    pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
}

static void take_pending(q_http_pool *pool) {
    for (;;) {
        pthread_mutex_lock(&pool->lock);
        q_http_exchange *this = pool->pending;
        if (this) {
            pool->pending = this->next;
        }
        pthread_mutex_unlock(&pool->lock);
        if (!this) {
            return;
        }
        CURL *curl = make_handle(pool, this);
        if (curl && curl_multi_add_handle(pool->multi, curl) != CURLM_OK) {
            this->status = q_error_memory(&this->error);
            curl = NULL;
        }
        if (!curl) {
            finish(pool, this);
        }
    }
}

static void take_finished(q_http_pool *pool) {
    int left = 0;
    const CURLMsg *message;
    while ((message = curl_multi_info_read(pool->multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            CURL *curl = message->easy_handle;
            CURLcode failure = message->data.result;
            q_http_exchange *this = NULL;
            curl_easy_getinfo(curl, CURLINFO_PRIVATE, &this);
            curl_multi_remove_handle(pool->multi, curl);
            judge(pool, this, failure);
            finish(pool, this);
        }
    }
}

static void advance(q_http_pool *pool) {
    int running = 0;
    take_pending(pool);
    (void)curl_multi_perform(pool->multi, &running); /* failures come with each exchange */
    take_finished(pool);
}

/** With the lock held, which it gives away meanwhile; nobody drives yet. */
static void drive_until(q_http_pool *pool, const q_http_exchange *awaited) {
    pool->driven = true;
    while (!awaited->done) {
        pthread_mutex_unlock(&pool->lock);
        advance(pool);
        pthread_mutex_lock(&pool->lock);
        if (!awaited->done) {
            pthread_mutex_unlock(&pool->lock);
            (void)curl_multi_poll(pool->multi, NULL, 0, POLL_MILLISECONDS, NULL);
            pthread_mutex_lock(&pool->lock);
        }
    }
    pool->driven = false;
    pthread_cond_broadcast(&pool->changed); /* another may drive */
}

void q_http_start(q_http_pool *pool, q_http_exchange *exchange) {
    exchange->done = false;
    exchange->status = QUIRE_OK;
    exchange->sent = 0;
    exchange->next = NULL;
    atomic_store(&exchange->cancelled, false);
    if (getpid() != pool->owner) {
        exchange->status = q_error_set(&exchange->error, QUIRE_USAGE,
                                       "these connections are of the process that this one was "
                                       "forked from: open the store anew");
        exchange->done = true;
        return;
    }
    pthread_mutex_lock(&pool->lock);
    q_http_exchange **end = &pool->pending;
    while (*end) {
        end = &(*end)->next;
    }
    *end = exchange;
    if (pool->driven) {
        (void)curl_multi_wakeup(pool->multi);
    }
    pthread_mutex_unlock(&pool->lock);
}

quire_status q_http_wait(q_http_pool *pool, q_http_exchange *exchange) {
    pthread_mutex_lock(&pool->lock);
    while (!exchange->done) {
        if (pool->driven) {
            pthread_cond_wait(&pool->changed, &pool->lock);
        } else {
            drive_until(pool, exchange);
        }
    }
    pthread_mutex_unlock(&pool->lock);
    return exchange->status;
}

void q_http_pool_drive(q_http_pool *pool) {
    pthread_mutex_lock(&pool->lock);
    if (!pool->driven) {
        pool->driven = true;
        pthread_mutex_unlock(&pool->lock);
        advance(pool);
        pthread_mutex_lock(&pool->lock);
        pool->driven = false;
        pthread_cond_broadcast(&pool->changed);
    }
    pthread_mutex_unlock(&pool->lock);
}

static int64_t monotonic_milliseconds(void) {
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void q_http_pool_pause(q_http_pool *pool, int64_t milliseconds) {
    const struct timespec tick = {.tv_nsec = 10000000};
    int64_t end = monotonic_milliseconds() + milliseconds, left;
    while ((left = end - monotonic_milliseconds()) > 0) {
        q_http_pool_drive(pool);
        const struct timespec rest = {.tv_nsec = (long)left * 1000000};
        (void)nanosleep(left < 10 ? &rest : &tick, NULL);
    }
}

void q_http_cancel(q_http_pool *pool, q_http_exchange *exchange) {
    if (!exchange->method || exchange->done) {
        return;
    }
    atomic_store(&exchange->cancelled, true);
    pthread_mutex_lock(&pool->lock);
    if (pool->driven) {
        (void)curl_multi_wakeup(pool->multi);
    }
    pthread_mutex_unlock(&pool->lock);
    (void)q_http_wait(pool, exchange);
}

void q_http_exchange_free(q_http_exchange *exchange) {
    q_buffer_free(&exchange->head);
    q_buffer_free(&exchange->answer);
    *exchange = (q_http_exchange){0};
}

/* --- answers --- */

bool q_http_header(const q_http_exchange *exchange, const char *name, char *value, size_t size) {
    size_t length = strlen(name);
    const char *line = exchange->head.data;
    const char *end = line ? line + exchange->head.size : NULL;
    while (line && line < end) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        stop = stop ? stop : end;
        if ((size_t)(stop - line) > length && strncasecmp(line, name, length) == 0 &&
            line[length] == ':') {
            const char *from = line + length + 1, *to = stop;
            while (from < to && (*from == ' ' || *from == '\t')) {
                from++;
            }
            while (to > from && strchr(" \t\r", to[-1])) {
                to--;
            }
            if ((size_t)(to - from) >= size) {
                return false;
            }
            memcpy(value, from, (size_t)(to - from));
            value[to - from] = '\0';
            return true;
        }
        line = stop + 1;
    }
    return false;
}

int64_t q_http_date(const char *text) {
    return (int64_t)curl_getdate(text, NULL);
}
