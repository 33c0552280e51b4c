/**
 * @file
 * The walk of all ranks finds what the walk of one finds, in trees of all shapes, and complains of
 * the same thing first, whatever goes wrong on whatever rank.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include "artifact/walk.h"
#include "mpi/exchange.h"
#include "mpi/harness.h"
#include "mpi/rounds.h"

/* --- calls that fail on one rank --- */

static struct {
    long calls, fails_at; /* 0: none */
    int number;
} faults;

static bool fails(void) {
    bool now = ++faults.calls == faults.fails_at;
    errno = now ? faults.number : errno;
    return now;
}

int __real_stat(const char *path, struct stat *status);
int __wrap_stat(const char *path, struct stat *status);
int __wrap_stat(const char *path, struct stat *status) {
    return fails() ? -1 : __real_stat(path, status);
}

DIR *__real_opendir(const char *path);
DIR *__wrap_opendir(const char *path);
DIR *__wrap_opendir(const char *path) {
    return fails() ? NULL : __real_opendir(path);
}

struct dirent *__real_readdir(DIR *stream);
struct dirent *__wrap_readdir(DIR *stream);
struct dirent *__wrap_readdir(DIR *stream) {
    return fails() ? NULL : __real_readdir(stream);
}

/* --- what a walk finds --- */

/** As sums, so that it does not matter who finds what. */
typedef struct found {
    uint64_t files, bytes, paths;
} found;

static uint64_t hash(const char *text) {
    uint64_t h = 14695981039346656037u;
    for (; *text; text++) {
        h = (h ^ (unsigned char)*text) * 1099511628211u;
    }
    return h * h + (h >> 7);
}

static quire_status count(void *context, const char *file, const char *path,
                          const struct stat *status, quire_error *error) {
    found *f = context;
    (void)file;
    (void)error;
    f->files++;
    f->bytes += (uint64_t)status->st_size * hash(path);
    f->paths += hash(path);
    return QUIRE_OK;
}

/** Rank 0 walks; all learn what it has found, or what was wrong. */
static quire_status walk_alone(harness *h, const char *folder, found *f, quire_error *error) {
    struct {
        found found;
        quire_error error;
        quire_status status;
    } all;
    memset(&all, 0, sizeof all);
    if (h->rank == 0) {
        all.status = q_walk(folder, count, &all.found, &all.error);
    }
    MPI_Bcast(&all, sizeof all, MPI_BYTE, 0, h->comm);
    *f = all.found;
    *error = all.error;
    return all.status;
}

/** What a walk by all has cost. */
typedef struct cost {
    uint64_t rounds, handed, most; /* names handed over by all; files found by one */
} cost;

static quire_status walk_together(harness *h, const char *folder, size_t message, found *f, cost *c,
                                  quire_error *error) {
    q_context context = {.comm = h->comm, .rank = h->rank, .size = h->size};
    q_rounds rounds;
    memset(f, 0, sizeof *f);
    CHECK_OK(h, q_rounds_begin(&rounds, &context, folder, 50, message, error), error);
    quire_status status = q_rounds_run(&rounds, error);
    const q_finds *lists[] = {&rounds.scan.files, &rounds.scan.large_files};
    for (int l = 0; status == QUIRE_OK && l < 2; l++) {
        for (size_t i = 0; i < lists[l]->count; i++) {
            struct stat now = {.st_size = (off_t)lists[l]->files[i].seen.size};
            (void)count(f, NULL, q_finds_path(lists[l], i), &now, error);
            CHECK(h, (now.st_size > 50) == (l == 1));
        }
    }
    *c = (cost){rounds.count, rounds.handed, f->files};
    MPI_Allreduce(MPI_IN_PLACE, f, 3, MPI_UINT64_T, MPI_SUM, h->comm);
    MPI_Allreduce(MPI_IN_PLACE, &c->handed, 1, MPI_UINT64_T, MPI_SUM, h->comm);
    MPI_Allreduce(MPI_IN_PLACE, &c->most, 1, MPI_UINT64_T, MPI_MAX, h->comm);
    CHECK_SAME(h, &c->rounds, sizeof c->rounds);
    q_rounds_free(&rounds);
    return status;
}

static cost compare(harness *h, const char *folder, size_t message, uint64_t files) {
    found alone, together;
    quire_error error = {0};
    cost c;
    CHECK_OK(h, walk_alone(h, folder, &alone, &error), &error);
    CHECK_OK(h, walk_together(h, folder, message, &together, &c, &error), &error);
    CHECK(h, alone.files == files);
    CHECK(h, memcmp(&alone, &together, sizeof alone) == 0);
    return c;
}

/* --- trees --- */

/** Rank 0 writes a file of so many bytes. */
static void make(harness *h, const char *name, size_t size) {
    static const char data[100] = "data";
    if (h->rank == 0) {
        (void)harness_write(h, name, data, size);
    }
}

static void make_folder(harness *h, const char *name) {
    CHECK(h, h->rank != 0 || mkdir(harness_path(h, name), 0777) == 0);
}

static void make_link(harness *h, const char *target, const char *name) {
    CHECK(h, h->rank != 0 || symlink(target, harness_path(h, name)) == 0);
}

static char *made(harness *h, const char *name) {
    MPI_Barrier(h->comm);
    return strdup(harness_path(h, name));
}

static void little_is_one_rank_s_affair(harness *h) {
    make_folder(h, "empty");
    char *folder = made(h, "empty");
    CHECK(h, compare(h, folder, Q_EXCHANGE_MESSAGE, 0).rounds == 1);
    free(folder);
    make(h, "one/file", 7);
    folder = made(h, "one");
    cost c = compare(h, folder, Q_EXCHANGE_MESSAGE, 1);
    CHECK(h, c.rounds == 1 && c.handed == 0);
    free(folder);
}

/** All names come from one rank, in several rounds; all look at them. */
static void a_large_folder_is_looked_at_by_all(harness *h) {
    enum {
        FILES = 10000
    };
    for (int i = h->rank; i < FILES; i += h->size) {
        char name[64];
        (void)snprintf(name, sizeof name, "large/file-%d", i);
        (void)harness_write(h, name, "0123456789", (size_t)i % 10);
    }
    char *folder = made(h, "large");
    cost c = compare(h, folder, Q_EXCHANGE_MESSAGE, FILES);
    CHECK(h, c.most <= (uint64_t)FILES / (uint64_t)h->size + FILES / 10);
    CHECK(h, (c.handed > 0) == (h->size > 1));
    c = compare(h, folder, 100, FILES);
    CHECK(h, c.most <= (uint64_t)FILES / (uint64_t)h->size + FILES / 10);
    free(folder);
}

static void a_chain_takes_few_rounds(harness *h) {
    enum {
        DEPTH = 200
    };
    char name[1024] = "chain";
    for (int i = 0; i < DEPTH; i++) {
        size_t length = strlen(name);
        (void)snprintf(name + length, sizeof name - length, "/d%d", i % 10);
    }
    (void)strcat(name, "/file");
    make(h, name, 3);
    char *folder = made(h, "chain");
    cost c = compare(h, folder, Q_EXCHANGE_MESSAGE, 1);
    CHECK(h, c.rounds <= 5);
    free(folder);
}

/** Many folders, few files in each, some deep down; folders whose names sort before `/`. */
enum {
    BROAD = 300
};

static void make_broad(harness *h) {
    for (int i = 0; i < BROAD; i++) {
        char name[128];
        (void)snprintf(name, sizeof name, "broad/%d%s%d/%d/%s%d", i % 7, i % 2 ? "-" : "/", i % 5,
                       i % 3, i % 11 ? "" : "a/b/c/d/e/f/g/h/", i);
        make(h, name, (size_t)i % 90);
    }
    make_folder(h, "broad/nothing");
    make_folder(h, "broad/nothing/at-all");
}

static void a_broad_tree_is_shared(harness *h) {
    make_broad(h);
    char *folder = made(h, "broad");
    static const size_t messages[] = {Q_EXCHANGE_MESSAGE, 1000, 33};
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
        cost c = compare(h, folder, messages[i], BROAD);
        CHECK(h, c.most <= BROAD / (uint64_t)h->size + 50);
        CHECK(h, (c.handed > 0) == (h->size > 1));
    }
    free(folder);
}

static void odd_names_and_links_are_as_for_one(harness *h) {
    static const char *const names[] = {" ",
                                        "a b",
                                        "-",
                                        "--help",
                                        "...",
                                        ".hidden",
                                        "\xc3\xa4\xe2\x82\xac",
                                        "a\xf0\x9f\x98\x80z",
                                        "~",
                                        "*",
                                        "aa:b",
                                        "{rank}",
                                        "%s%n",
                                        "'\"$(x)`"};
    char name[600], longest[256];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        (void)snprintf(name, sizeof name, "odd/%s/%s/f", names[i], names[i]);
        make(h, name, i);
    }
    memset(longest, 'n', 255);
    longest[255] = '\0';
    (void)snprintf(name, sizeof name, "odd/%s/%s", longest, longest);
    make(h, name, 1);
    make(h, "elsewhere/in/file", 5);
    make_link(h, "../elsewhere", "odd/link");
    make_link(h, "../elsewhere/in/file", "odd/link-to-file");
    make_link(h, "link/in", "odd/link-through-link");
    if (h->rank == 0) {
        (void)snprintf(name, sizeof name, "%s", harness_path(h, "elsewhere/in/file"));
        CHECK(h, link(name, harness_path(h, "odd/hard")) == 0);
    }
    char *folder = made(h, "odd");
    (void)compare(h, folder, Q_EXCHANGE_MESSAGE, sizeof names / sizeof *names + 5);
    free(folder);
}

/* --- what is wrong --- */

/** All say what one says, and who has met it. */
static void compare_failure(harness *h, const char *folder, const char *says) {
    found f;
    cost c;
    quire_error wanted = {0}, error = {0};
    quire_status status = walk_alone(h, folder, &f, &wanted);
    if (!CHECK(h, status != QUIRE_OK && strstr(wanted.message, says) != NULL)) {
        (void)fprintf(stderr, "%s: %s\n", says, wanted.message);
    }
    quire_status together = walk_together(h, folder, Q_EXCHANGE_MESSAGE, &f, &c, &error);
    CHECK_FAILED(h, together, status, error.rank, &error);
    CHECK(h, error.rank >= 0 && error.rank < h->size);
    if (!CHECK(h, strcmp(wanted.message, error.message) == 0)) {
        (void)fprintf(stderr, "%s\n%s\n", wanted.message, error.message);
    }
}

static void forget(harness *h, const char *name) {
    MPI_Barrier(h->comm);
    CHECK(h, h->rank != 0 || remove(harness_path(h, name)) == 0);
    MPI_Barrier(h->comm);
}

/** Of several wrong things it is the first of a walk that counts, wherever it is. */
static void what_is_wrong_first_is_told(harness *h) {
    make_broad(h);
    char *folder = made(h, "broad");
    make_link(h, "nowhere", "broad/0-1/dangling");
    make_link(h, "..", "broad/0/4/loop");
    make_link(h, "self", "broad/1-0/self");
    make(h, "broad/2/1/1/back\\slash", 1);
    CHECK(h, h->rank != 0 || mkfifo(harness_path(h, "broad/5-0/pipe"), 0666) == 0);
    make_link(h, "/dev/null", "broad/6-1/device");
    make(h, "broad/6/2/0/bad-\xe4", 1);
    static const struct {
        const char *says, *name;
    } wrong[] = {
        {"0-1/dangling is a dangling", "broad/0-1/dangling"},
        {"leads back into a folder", "broad/0/4/loop"},
        {"1-0/self is a loop of symbolic links", "broad/1-0/self"},
        {"back\\slash", "broad/2/1/1/back\\slash"},
        {"5-0/pipe is a FIFO", "broad/5-0/pipe"},
        {"6-1/device is a device", "broad/6-1/device"},
        {"bad-", "broad/6/2/0/bad-\xe4"},
    };
    /* In the order of the walk, `0` comes before `0-1`. */
    static const int order[] = {1, 0, 2, 3, 4, 6, 5};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        MPI_Barrier(h->comm);
        compare_failure(h, folder, wrong[order[i]].says);
        forget(h, wrong[order[i]].name);
    }
    (void)compare(h, folder, Q_EXCHANGE_MESSAGE, BROAD);
    free(folder);
    folder = made(h, "broad/0/0/1/70");
    compare_failure(h, folder, "is not a folder");
    free(folder);
    folder = made(h, "no");
    compare_failure(h, folder, "does not exist");
    free(folder);
}

/** Root may read anything; another user may not, be it only to the file system. */
static void a_folder_that_is_closed_is_told(harness *h) {
    make_broad(h);
    CHECK(h, h->rank != 0 || chmod(h->folder, 0755) == 0);
    CHECK(h, h->rank != 0 || chmod(harness_path(h, "broad/3/3"), 0) == 0);
    CHECK(h, h->rank != 0 || chmod(harness_path(h, "broad/4/4"), 0) == 0);
    char *folder = made(h, "broad");
    (void)setfsuid(geteuid() == 0 ? 65534 : geteuid());
    compare_failure(h, folder, "broad/3/3 cannot be read");
    (void)setfsuid(geteuid());
    MPI_Barrier(h->comm);
    CHECK(h, h->rank != 0 || chmod(harness_path(h, "broad/3/3"), 0755) == 0);
    CHECK(h, h->rank != 0 || chmod(harness_path(h, "broad/4/4"), 0755) == 0);
    MPI_Barrier(h->comm);
    free(folder);
}

/** A folder of that name that one rank does not have: it says so, and not that files are gone. */
static void a_rank_that_does_not_see_the_folder_says_so(harness *h) {
    make_broad(h);
    char *before = getcwd(NULL, 0);
    MPI_Barrier(h->comm);
    for (int odd = 0; odd < h->size; odd++) {
        found f;
        cost c;
        quire_error error = {0};
        CHECK(h, chdir(h->rank == odd ? "/" : h->folder) == 0);
        quire_status status = walk_together(h, "broad", Q_EXCHANGE_MESSAGE, &f, &c, &error);
        CHECK_FAILED(h, status, QUIRE_INCOMPLETE, odd, &error);
        CHECK(h, strcmp(error.message, "folder broad does not exist") == 0);
    }
    CHECK(h, chdir(before) == 0);
    free(before);
}

/** Each call of one rank fails in turn. */
static void each_call_fails(harness *h) {
    make_broad(h);
    char *folder = made(h, "broad");
    long points = 0;
    for (int failing = 0; failing < h->size; failing++) {
        int hit = 1;
        for (long n = 1; hit; n += 1 + (n < 8 ? 0 : n / 3)) {
            found f;
            cost c;
            quire_error error = {0};
            const bool is_eio = n % 2;
            faults.calls = 0;
            faults.number = is_eio ? EIO : ENOENT;
            faults.fails_at = h->rank == failing ? n : 0;
            quire_status status = walk_together(h, folder, 300, &f, &c, &error);
            hit = faults.calls >= faults.fails_at;
            faults.fails_at = 0;
            MPI_Bcast(&hit, 1, MPI_INT, failing, h->comm);
            points += hit;
            if (!hit) {
                CHECK_FAILED(h, status, QUIRE_OK, -1, &error);
                CHECK(h, f.files == BROAD);
                continue;
            }
            /* Of a folder, ENOENT is an error as any other. */
            bool is_folder = strstr(error.message, "cannot be read") != NULL;
            CHECK_FAILED(h, status, is_eio || is_folder ? QUIRE_ERROR : QUIRE_INCOMPLETE, failing,
                         &error);
            CHECK(h, strstr(error.message, folder) != NULL);
        }
    }
    CHECK(h, points >= 8 + 5 * (h->size - 1));
    free(folder);
}

HARNESS_MAIN("rounds", HARNESS_TEST(little_is_one_rank_s_affair),
             HARNESS_TEST(a_large_folder_is_looked_at_by_all),
             HARNESS_TEST(a_chain_takes_few_rounds), HARNESS_TEST(a_broad_tree_is_shared),
             HARNESS_TEST(odd_names_and_links_are_as_for_one),
             HARNESS_TEST(what_is_wrong_first_is_told),
             HARNESS_TEST(a_folder_that_is_closed_is_told),
             HARNESS_TEST(a_rank_that_does_not_see_the_folder_says_so),
             HARNESS_TEST(each_call_fails))
