/** @file The proxy: see proxy.h. A thread a connection, so that requests may come at once. */
#include "s3/proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define HEAD_MAX ((size_t)64 << 10)

struct proxy_state {
    atomic_uint count, at;
    atomic_int harm;
    atomic_bool for_good;
};

typedef struct text {
    char *data;
    size_t size, capacity;
} text;

typedef struct connection {
    int client, upstream_port;
    struct proxy_state *state;
} connection;

const char *proxy_harm_name(proxy_harm harm) {
    static const char *const names[] = {
        "none",        "reset",     "500",         "slow down",  "409",        "200 with an error",
        "lost reply",  "truncated", "reset after", "length",     "slow close", "yes",
        "retry after", "late",      "hang before", "hang after", "no"};
    return names[harm];
}

static int append(text *to, const char *data, size_t size) {
    if (to->size + size + 1 > to->capacity) {
        size_t capacity = 2 * (to->size + size) + 4096;
        char *grown = realloc(to->data, capacity);
        if (!grown) {
            return -1;
        }
        to->data = grown;
        to->capacity = capacity;
    }
    memcpy(to->data + to->size, data, size);
    to->size += size;
    to->data[to->size] = '\0';
    return 0;
}

/** Read once. Returns whether there was anything. */
static int more(int fd, text *to) {
    char piece[65536];
    ssize_t got = read(fd, piece, sizeof piece);
    return got > 0 && append(to, piece, (size_t)got) == 0;
}

static void send_all(int fd, const char *data, size_t size) {
    while (size > 0) {
        ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);
        if (sent <= 0) {
            return;
        }
        data += sent;
        size -= (size_t)sent;
    }
}

static void reset(int fd) {
    const struct linger hard = {.l_onoff = 1};
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
}

static int dial(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        (void)close(fd);
        return -1;
    }
    return fd;
}

/** The whole request; the size of its head, 0 when none came. */
static size_t read_request(int fd, text *request) {
    char *end = NULL;
    while (!end && request->size < HEAD_MAX && more(fd, request)) {
        end = strstr(request->data, "\r\n\r\n");
    }
    if (!end) {
        return 0;
    }
    size_t head = (size_t)(end - request->data) + 4;
    const char *length = strcasestr(request->data, "\r\ncontent-length:");
    size_t body = length && length < end ? strtoull(length + 17, NULL, 10) : 0;
    while (request->size < head + body && more(fd, request)) {
    }
    return request->size >= head + body ? head : 0;
}

/** Ask the gateway, which closes at the end of its answer. */
static void forward(int port, const text *request, size_t head, text *answer) {
    static const char closing[] = "Connection: close\r\n\r\n";
    int fd = dial(port);
    if (fd < 0) {
        return;
    }
    send_all(fd, request->data, head - 2);
    send_all(fd, closing, strlen(closing));
    send_all(fd, request->data + head, request->size - head);
    while (more(fd, answer)) {
    }
    (void)close(fd);
}

/** An answer of the proxy's own. */
static void say(int fd, const char *method, const char *status, const char *code) {
    char body[256], all[1024];
    snprintf(body, sizeof body,
             "<?xml version=\"1.0\"?><Error><Code>%s</Code><Message>injected</Message></Error>",
             code);
    int size = snprintf(all, sizeof all,
                        "HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n%s", status,
                        strlen(body), strcmp(method, "HEAD") == 0 ? "" : body);
    send_all(fd, all, (size_t)size);
}

/** With a length that is longer by three. An answer without one stays as it is, and is cut. */
static void send_wrong_length(int fd, const text *answer) {
    const char *length = strcasestr(answer->data, "\r\ncontent-length:");
    const char *body = strstr(answer->data, "\r\n\r\n");
    if (!length || !body || length > body) {
        send_all(fd, answer->data, answer->size / 2);
        return;
    }
    char *rest = NULL;
    unsigned long long said = strtoull(length + 17, &rest, 10);
    char line[64];
    int size = snprintf(line, sizeof line, "\r\nContent-Length: %llu", said + 3);
    send_all(fd, answer->data, (size_t)(length - answer->data));
    send_all(fd, line, (size_t)size);
    send_all(fd, rest, answer->size - (size_t)(rest - answer->data));
}

static void harm_answer(proxy_harm harm, const char *method, int fd, const text *answer) {
    if (harm == PROXY_LENGTH && strcmp(method, "HEAD") == 0) {
        harm = PROXY_NONE; /* nobody could tell: there is no body to compare it with */
    }
    switch (harm) {
    case PROXY_LOST_REPLY:
        reset(fd);
        break;
    case PROXY_TRUNCATED:
        send_all(fd, answer->data, answer->size / 2);
        break;
    case PROXY_RESET_AFTER:
        send_all(fd, answer->data, answer->size < 30 ? answer->size : 30);
        (void)usleep(10000);
        reset(fd);
        break;
    case PROXY_LENGTH:
        send_wrong_length(fd, answer);
        break;
    case PROXY_SLOW_CLOSE:
        send_all(fd, answer->data, answer->size);
        (void)usleep(500000);
        break;
    default:
        send_all(fd, answer->data, answer->size);
    }
}

static proxy_harm choose(struct proxy_state *state) {
    unsigned number = atomic_fetch_add(&state->count, 1) + 1, at = atomic_load(&state->at);
    bool now = number == at || (number > at && atomic_load(&state->for_good));
    return at > 0 && now ? (proxy_harm)atomic_load(&state->harm) : PROXY_NONE;
}

static void answer_to(const connection *this, const text *request, size_t head) {
    text answer = {0};
    char method[16] = "";
    proxy_harm harm = choose(this->state);
    (void)sscanf(request->data, "%15s", method);
    switch (harm) {
    case PROXY_RESET:
        reset(this->client);
        break;
    case PROXY_500:
        say(this->client, method, "500 Internal Server Error", "InternalError");
        break;
    case PROXY_SLOW_DOWN:
        say(this->client, method, "503 Service Unavailable", "SlowDown");
        break;
    case PROXY_409:
        say(this->client, method, "409 Conflict", "ConditionalRequestConflict");
        break;
    case PROXY_200_ERROR:
        if (strcmp(method, "PUT") == 0 || strcmp(method, "POST") == 0) {
            say(this->client, method, "200 OK", "InternalError");
            break;
        }
        say(this->client, method, "500 Internal Server Error", "InternalError");
        break;
    case PROXY_RETRY_AFTER:
        say(this->client, method, "503 Service Unavailable\r\nRetry-After: 2", "SlowDown");
        break;
    case PROXY_LATE:
        (void)sleep(3);
        forward(this->upstream_port, request, head, &answer);
        send_all(this->client, answer.data ? answer.data : "", answer.size);
        break;
    case PROXY_HANG_BEFORE:
        (void)pause();
        break;
    case PROXY_HANG_AFTER:
        forward(this->upstream_port, request, head, &answer);
        (void)pause();
        break;
    case PROXY_YES:
        send_all(this->client, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
                 58);
        break;
    case PROXY_NO:
        say(this->client, method, "403 Forbidden", "RequestTimeTooSkewed");
        break;
    default:
        forward(this->upstream_port, request, head, &answer);
        if (answer.size > 0) {
            harm_answer(harm, method, this->client, &answer);
        }
    }
    free(answer.data);
}

static void *serve_one(void *context) {
    connection *this = context;
    text request = {0};
    size_t head = read_request(this->client, &request);
    if (head > 0) {
        answer_to(this, &request, head);
    }
    free(request.data);
    (void)shutdown(this->client, SHUT_WR);
    (void)close(this->client);
    free(this);
    return NULL;
}

static void serve(int listener, int upstream_port, struct proxy_state *state) {
    for (;;) {
        pthread_t thread;
        connection *this = malloc(sizeof *this);
        int client = accept(listener, NULL, NULL);
        if (!this || client < 0) {
            free(this);
            continue;
        }
        *this = (connection){client, upstream_port, state};
        if (pthread_create(&thread, NULL, serve_one, this) == 0) {
            (void)pthread_detach(thread);
        } else {
            (void)close(client);
            free(this);
        }
    }
}

int proxy_start(proxy *p, const char *upstream) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    const char *colon = strrchr(upstream, ':');
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    p->state =
        mmap(NULL, sizeof *p->state, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (!colon || p->state == MAP_FAILED || listener < 0 ||
        bind(listener, (struct sockaddr *)&address, size) != 0 || listen(listener, 64) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
        return -1;
    }
    p->port = ntohs(address.sin_port);
    p->child = fork();
    if (p->child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        serve(listener, (int)strtol(colon + 1, NULL, 10), p->state);
    }
    (void)close(listener);
    return p->child < 0 ? -1 : 0;
}

void proxy_stop(proxy *p) {
    (void)kill(p->child, SIGKILL);
    (void)waitpid(p->child, NULL, 0);
    (void)munmap(p->state, sizeof *p->state);
}

void proxy_set(proxy *p, proxy_harm harm, unsigned at, bool for_good) {
    atomic_store(&p->state->at, 0);
    atomic_store(&p->state->harm, (int)harm);
    atomic_store(&p->state->for_good, for_good);
    atomic_store(&p->state->count, 0);
    atomic_store(&p->state->at, at);
}

unsigned proxy_count(const proxy *p) {
    return atomic_load(&p->state->count);
}
