/**
 * @file
 * Files are dealt out evenly, each to one rank, wherever they were found; the arithmetic of it; and
 * what ranks hand to each other, whole and damaged.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpi/deal.h"
#include "mpi/harness.h"
#include "mpi/names.h"
#include "mpi/spread.h"

#define MIB ((uint64_t)1 << 20)

/* --- arithmetic: the same on each rank --- */

static uint64_t next_random(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

static uint64_t sum(const uint64_t *values, int count) {
    uint64_t all = 0;
    for (int i = 0; i < count; i++) {
        all += values[i];
    }
    return all;
}

/** What all give away arrives: nobody has more in the end than it should and the last thing. */
static void check_spread(harness *h, const uint64_t *have, const uint64_t *want, int ranks,
                         uint64_t weight) {
    uint64_t *got = calloc((size_t)ranks, sizeof *got);
    for (int r = 0; r < ranks; r++) {
        q_spread spread;
        uint64_t kept = have[r] < want[r] ? have[r] : want[r];
        int before = 0;
        q_spread_begin(&spread, have, want, ranks, r);
        for (uint64_t left = have[r] - kept; left > 0;) {
            uint64_t one = left < weight ? left : weight;
            int to = q_spread_one(&spread, one);
            CHECK(h, to >= before && to < ranks && to != r);
            got[to] += one;
            before = to;
            left -= one;
        }
        got[r] += kept;
    }
    for (int r = 0; r < ranks; r++) {
        CHECK(h, got[r] <= want[r] + weight - 1);
    }
    CHECK(h, sum(got, ranks) == sum(have, ranks));
    free(got);
}

static void what_is_given_arrives(harness *h) {
    uint64_t state = 1;
    for (int i = 0; i < 300; i++) {
        uint64_t have[40], want[40];
        int ranks = 1 + (int)(next_random(&state) % 40);
        for (int r = 0; r < ranks; r++) {
            have[r] = next_random(&state) % 3 ? next_random(&state) % 500 : 0;
        }
        q_spread_evenly(want, ranks, sum(have, ranks));
        CHECK(h, sum(want, ranks) == sum(have, ranks) && want[0] - want[ranks - 1] <= 1);
        check_spread(h, have, want, ranks, 1);
        for (int r = 0; r < ranks; r++) {
            want[r] = next_random(&state) % 2 ? next_random(&state) % 700 : 0;
        }
        q_spread_level(want, ranks, sum(have, ranks));
        check_spread(h, have, want, ranks, 1 + next_random(&state) % 30);
    }
}

static void some_is_as_many_ones(harness *h) {
    const uint64_t have[] = {9, 0, 1, 7, 0}, want[] = {3, 3, 4, 4, 3};
    static const uint64_t counts[] = {3, 3};
    static const int ranks[] = {1, 2};
    q_spread spread;
    uint64_t left = 6, count = 0;
    q_spread_begin(&spread, have, want, 5, 0);
    for (int i = 0; i < 2; i++, left -= count) {
        CHECK(h, q_spread_some(&spread, left, &count) == ranks[i] && count == counts[i]);
    }
    q_spread_begin(&spread, have, want, 5, 3);
    CHECK(h, q_spread_some(&spread, 3, &count) == 4 && count == 3);
}

/** No rank is filled up above another that has less to do. */
static void the_level_is_even(harness *h) {
    uint64_t loads[] = {70, 10, 0, 30}, want[4];
    memcpy(want, loads, sizeof want);
    q_spread_level(want, 4, 50);
    CHECK(h, want[0] == 0 && want[1] == 20 && want[2] == 30 && want[3] == 0);
    memcpy(want, loads, sizeof want);
    q_spread_level(want, 4, 2);
    CHECK(h, want[0] == 0 && want[1] == 0 && want[2] == 2 && want[3] == 0);
    memcpy(want, loads, sizeof want);
    q_spread_level(want, 4, 0);
    CHECK(h, sum(want, 4) == 0);
    uint64_t many[] = {UINT64_MAX / 2, UINT64_MAX / 3, 0, 5};
    q_spread_level(many, 4, UINT64_MAX / 2);
    CHECK(h, many[0] == 0 && many[1] == 0 && many[2] == many[3] + 5);
    uint64_t *wide = calloc(100000, sizeof *wide);
    q_spread_level(wide, 100000, 1000);
    CHECK(h, wide[0] == 1 && wide[99999] == 1);
    free(wide);
}

/* --- dealing --- */

typedef struct taken {
    uint64_t files, load, paths; /* a sum over the numbers of files */
    const uint64_t *sizes;
    int wrong; /* sizes */
} taken;

static quire_status take(void *context, const char *path, const quire_seen *seen,
                         quire_error *error) {
    taken *t = context;
    (void)error;
    unsigned long number = strtoul(strrchr(path, '/') + 1, NULL, 10);
    t->files++;
    t->load += q_shares_cost(seen->size);
    t->wrong += seen->size != t->sizes[number];
    t->paths += (number + 1) * (number + 1);
    return QUIRE_OK;
}

/** Who has found a file. */
typedef int (*finder)(int i, int count, int ranks);

static int in_turn(int i, int count, int ranks) {
    (void)count;
    return i % ranks;
}
static int the_first(int i, int count, int ranks) {
    (void)i, (void)count, (void)ranks;
    return 0;
}
static int the_last(int i, int count, int ranks) {
    (void)i, (void)count;
    return ranks - 1;
}
static int in_runs(int i, int count, int ranks) {
    return (int)((int64_t)i * i / count * ranks / count);
}

/** Deal out files of these sizes; no rank has more than it should. */
static void check_deal(harness *h, const uint64_t *sizes, int count, finder finds, bool divides,
                       size_t message) {
    q_context context = {.comm = h->comm, .rank = h->rank, .size = h->size};
    q_deal deal;
    q_finds files = {0}, large = {0};
    quire_error error = {0};
    taken mine = {.sizes = sizes};
    uint64_t all = 0, most = 0, largest = 0, paths = 0, divided = 0;
    for (int i = 0; i < count; i++) {
        char path[64];
        bool is_large = divides && sizes[i] > QUIRE_BLOCK_SIZE;
        (void)snprintf(path, sizeof path, "some/where/%d", i);
        if (finds(i, count, h->size) == h->rank) {
            CHECK_OK(h,
                     q_finds_add(is_large ? &large : &files, path, &(quire_seen){.size = sizes[i]},
                                 &error),
                     &error);
        }
        all += q_shares_cost(sizes[i]);
        paths += (uint64_t)(i + 1) * (uint64_t)(i + 1);
        largest = !is_large && sizes[i] > largest ? sizes[i] : largest;
    }
    CHECK_OK(h, q_deal_begin(&deal, &context, divides, message, &error), &error);
    CHECK_FAILED(h, q_deal_run(&deal, &files, &large, take, &mine, &error), QUIRE_OK, -1, &error);
    CHECK(h, mine.wrong == 0);
    uint64_t dealt[] = {mine.files, mine.paths, mine.load}, sums[3] = {0};
    MPI_Allreduce(dealt, sums, 3, MPI_UINT64_T, MPI_SUM, h->comm);
    MPI_Allreduce(&mine.load, &most, 1, MPI_UINT64_T, MPI_MAX, h->comm);
    for (size_t i = 0; i < deal.held.count; i++) {
        const q_held_file *file = &deal.held.files[i];
        if (file->rank == Q_HELD_ALL) {
            divided += q_shares_cost(file->bytes);
            sums[0]++;
            if (file->finder == h->rank) {
                CHECK(h, large.files[file->index].seen.size == file->bytes);
            }
        }
    }
    CHECK(h, sums[0] == (uint64_t)count && sums[2] + divided == all);
    CHECK(h, divided > 0 || sums[1] == paths);
    uint64_t fair = all / (uint64_t)h->size;
    most += divided / (uint64_t)h->size;
    CHECK(h, most <= fair + q_shares_cost(largest) ||
                 (divides && most <= fair + fair / 8 + q_shares_cost(0)));
    q_finds_free(&files);
    q_finds_free(&large);
    q_deal_free(&deal);
}

static void no_rank_has_much_more_than_its_share(harness *h) {
    static const finder finders[] = {in_turn, the_first, the_last, in_runs};
    enum {
        COUNT = 1500
    };
    static uint64_t sizes[COUNT];
    for (int kind = 0; kind < 6; kind++) {
        uint64_t state = (uint64_t)kind;
        for (int i = 0; i < COUNT; i++) {
            uint64_t any = next_random(&state);
            const uint64_t kinds[] = {
                0,                                      /* all empty */
                any % 10000,                            /* small */
                any % (60 * MIB),                       /* none is large */
                i % 50 ? any % MIB : any % (900 * MIB), /* some are */
                i == 700 ? 4096 * MIB : any % 10000,    /* one that is most of it */
                65 * MIB + any % 5,                     /* more than are held */
            };
            sizes[i] = kinds[kind];
        }
        for (size_t f = 0; f < sizeof finders / sizeof *finders; f++) {
            check_deal(h, sizes, COUNT, finders[f], f % 2, f < 2 ? Q_EXCHANGE_MESSAGE : 57);
            check_deal(h, sizes, COUNT, finders[f], !(f % 2), Q_EXCHANGE_MESSAGE);
        }
    }
    check_deal(h, sizes, 0, the_first, true, 10);
    check_deal(h, sizes, 1, the_last, true, 10);
    check_deal(h, sizes, 3, the_first, false, 10);
}

static quire_status refuse(void *context, const char *path, const quire_seen *seen,
                           quire_error *error) {
    (void)seen;
    return *(int *)context ? q_error_set(error, QUIRE_CONFLICT, "not %s", path) : QUIRE_OK;
}

static void a_rank_that_cannot_take_a_file_fails_all(harness *h) {
    q_context context = {.comm = h->comm, .rank = h->rank, .size = h->size};
    for (int failing = 0; failing < h->size; failing++) {
        q_deal deal;
        q_finds files = {0}, large = {0};
        quire_error error = {0};
        int refuses = h->rank == failing;
        for (int i = 0; h->rank == 0 && i < 100; i++) {
            CHECK_OK(h, q_finds_add(&files, i % 2 ? "a" : "b", &(quire_seen){.size = 1}, &error),
                     &error);
        }
        CHECK_OK(h, q_deal_begin(&deal, &context, false, 20, &error), &error);
        quire_status status = q_deal_run(&deal, &files, &large, refuse, &refuses, &error);
        CHECK_FAILED(h, status, QUIRE_CONFLICT, failing, &error);
        q_finds_free(&files);
        q_deal_free(&deal);
    }
}

/* --- names --- */

static void names_come_as_they_were_sent(harness *h) {
    const q_folder_id root = {1, 2}, below = {1, 3}, other = {2, 3};
    q_names *top = NULL, *folder = NULL, *names = NULL, *came = NULL;
    quire_error error = {0};
    q_buffer out = {0};
    size_t used = 0;
    CHECK_OK(h, q_names_new(NULL, root, "", &top, &error), &error);
    CHECK_OK(h, q_names_new(top, below, "a/b/", &folder, &error), &error);
    CHECK_OK(h, q_names_with(folder, "one\0two\0three\0", 14, 3, &names, &error), &error);
    CHECK(h, strcmp(q_names_take(names), "one") == 0 && names->count == 2);
    CHECK_OK(h, q_names_give(names, 1, &out, &error), &error);
    size_t first = out.size;
    CHECK_OK(h, q_names_give(names, 1, &out, &error), &error);
    CHECK(h, names->count == 0);
    CHECK_OK(h, q_names_receive(out.data, out.size, &came, &used, &error), &error);
    CHECK(h, used == first && came->count == 1 && strcmp(q_names_take(came), "two") == 0);
    CHECK(h, strcmp(q_names_folder(came), "a/b/") == 0);
    CHECK(h, q_names_lead_from(came, root) && q_names_lead_from(came, below));
    CHECK(h, !q_names_lead_from(came, other));
    free(came);
    CHECK_OK(h, q_names_receive(out.data + first, out.size - first, &came, &used, &error), &error);
    CHECK(h, used == out.size - first && strcmp(q_names_take(came), "three") == 0);
    free(came);
    for (size_t size = 0; size < first; size++) {
        came = NULL;
        CHECK_STATUS(h, q_names_receive(out.data, size, &came, &used, &error), QUIRE_INTEGRITY,
                     &error);
    }
    for (size_t i = 0; i < first * 8; i++) { /* whatever comes is read within its bounds */
        char *copy = malloc(first);
        memcpy(copy, out.data, first);
        copy[i / 8] = (char)(copy[i / 8] ^ 1 << i % 8);
        if (q_names_receive(copy, first, &came, &used, &error) == QUIRE_OK) {
            while (came->count > 0) {
                (void)q_names_take(came);
            }
            free(came);
        }
        free(copy);
    }
    free(top);
    free(folder);
    free(names);
    q_buffer_free(&out);
}

HARNESS_MAIN("deal", HARNESS_TEST(what_is_given_arrives), HARNESS_TEST(some_is_as_many_ones),
             HARNESS_TEST(the_level_is_even), HARNESS_TEST(no_rank_has_much_more_than_its_share),
             HARNESS_TEST(a_rank_that_cannot_take_a_file_fails_all),
             HARNESS_TEST(names_come_as_they_were_sent))
