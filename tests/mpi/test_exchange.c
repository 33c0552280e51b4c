/** @file The exchange alone: in several messages, with a rank that cannot, one without memory. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "mpi/agree.h"
#include "mpi/exchange.h"
#include "mpi/harness.h"

#define PARCEL_MAX 500
#define LARGE ((size_t)24 << 20)

static size_t parcel_size(int from, int to) {
    static const size_t sizes[] = {0, 1, 6, 7, 8, PARCEL_MAX, 0, 14, 3};
    return sizes[(size_t)(from * 5 + to * 3) % (sizeof sizes / sizeof *sizes)];
}

static char byte_of(int from, int to, size_t i) {
    return (char)(from * 31 + to * 17 + (int)i);
}

static char *fill(harness *h, q_exchange *exchange) {
    char *memory = malloc((size_t)h->size * PARCEL_MAX);
    CHECK(h, memory != NULL);
    for (int to = 0; memory && to < h->size; to++) {
        char *data = memory + (size_t)to * PARCEL_MAX;
        size_t size = parcel_size(h->rank, to);
        for (size_t i = 0; i < size; i++) {
            data[i] = byte_of(h->rank, to, i);
        }
        exchange->sent[to] = (q_parcel){data, size};
    }
    return memory;
}

static void check_got(harness *h, const q_exchange *exchange) {
    for (int from = 0; from < h->size; from++) {
        const char *data = exchange->got[from].data;
        bool right = exchange->got[from].size == parcel_size(from, h->rank);
        for (size_t i = 0; right && i < exchange->got[from].size; i++) {
            right = data[i] == byte_of(from, h->rank, i);
        }
        CHECK(h, right);
    }
}

/** What is longer than a message may be travels in several: here none has more than 7 bytes. */
static void what_is_long_travels_in_messages(harness *h) {
    quire_error error = {0};
    const q_context context = {.comm = h->comm, .rank = h->rank, .size = h->size};
    q_exchange exchange;
    CHECK_OK(h, q_exchange_begin(&exchange, &context, 7, &error), &error);
    char *memory = fill(h, &exchange);
    CHECK_OK(h, q_exchange_sizes(&exchange, QUIRE_OK, &error), &error);
    CHECK_OK(h, q_exchange_move(&exchange, &error), &error);
    check_got(h, &exchange);
    q_exchange_free(&exchange);
    free(memory);
}

/** The sizes are an agreement: of two that cannot go on, all hear of the lower one. */
static void who_cannot_is_told_to_all(harness *h) {
    for (int failing = 0; failing < h->size; failing++) {
        quire_error error = {0};
        const q_context context = {.comm = h->comm, .rank = h->rank, .size = h->size};
        q_exchange exchange;
        quire_status before = QUIRE_OK;
        CHECK_OK(h, q_exchange_begin(&exchange, &context, 7, &error), &error);
        char *memory = fill(h, &exchange);
        if (h->rank >= failing) {
            before = q_error_set(&error, QUIRE_CONFLICT, "rank %d cannot", h->rank);
        }
        quire_status status = q_exchange_sizes(&exchange, before, &error);
        CHECK_FAILED(h, status, QUIRE_CONFLICT, failing, &error);
        q_exchange_free(&exchange);
        free(memory);
    }
}

#ifdef __SANITIZE_ADDRESS__ /* has the whole address space */
static const bool can_be_limited = false;
#else
static const bool can_be_limited = true;
#endif

/** No more memory than there is, save for some for MPI. */
static void limit_memory(harness *h, struct rlimit *before) {
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    CHECK(h, file && fscanf(file, "%lu", &pages) == 1);
    if (file) {
        (void)fclose(file);
    }
    CHECK(h, getrlimit(RLIMIT_AS, before) == 0);
    struct rlimit limit = *before;
    limit.rlim_cur = (rlim_t)pages * 4096 + LARGE / 2;
    CHECK(h, setrlimit(RLIMIT_AS, &limit) == 0);
}

/** All send to one rank, which sends to all; it has no memory for what comes: it alone fails,
 *  and nobody hangs. */
static void who_has_no_memory_takes_its_part(harness *h) {
    if (h->size == 1 || !can_be_limited) {
        return;
    }
    for (int poor = 0; poor < h->size; poor += h->size - 1) {
        quire_error error = {0};
        const q_context context = {.comm = h->comm, .rank = h->rank, .size = h->size};
        struct rlimit limit = {0};
        q_exchange exchange;
        char *memory = calloc(1, LARGE);
        CHECK(h, memory != NULL);
        CHECK_OK(h, q_exchange_begin(&exchange, &context, 1 << 20, &error), &error);
        for (int to = 0; to < h->size; to++) {
            bool sends = to == poor || h->rank == poor;
            exchange.sent[to] = (q_parcel){memory, sends && to != h->rank ? LARGE - 1 : 0};
        }
        CHECK_OK(h, q_exchange_sizes(&exchange, QUIRE_OK, &error), &error);
        if (h->rank == poor) {
            limit_memory(h, &limit);
        }
        quire_status status = q_exchange_move(&exchange, &error);
        if (h->rank == poor) {
            CHECK(h, setrlimit(RLIMIT_AS, &limit) == 0);
            CHECK_STATUS(h, status, QUIRE_ERROR, &error);
            CHECK(h, strstr(error.message, "memory") != NULL);
        } else {
            CHECK_OK(h, status, &error);
            CHECK(h, exchange.got[poor].size == LARGE - 1);
        }
        status = q_agree(h->comm, status, &error);
        CHECK_FAILED(h, status, QUIRE_ERROR, poor, &error);
        q_exchange_free(&exchange);
        free(memory);
    }
}

HARNESS_MAIN("exchange", HARNESS_TEST(what_is_long_travels_in_messages),
             HARNESS_TEST(who_cannot_is_told_to_all),
             HARNESS_TEST(who_has_no_memory_takes_its_part))
