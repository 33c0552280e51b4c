/**
 * @file
 * Everything at once on one store: writers of all kinds, readers, who moves aliases and deletes,
 * and gc without mercy, in processes whose clocks are an hour apart, that are killed and stopped at
 * random. At the end all that anybody was told must be there, and nothing else.
 *
 *     stress SECONDS [SEED]
 */
#include <ftw.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "roles.h"
#include "settle.h"
#include "skew.h"

#define WORKERS_MAX 64

typedef struct slot {
    pid_t pid;
    unsigned role;
    double wakes; /* when it is continued; 0: it runs */
} slot;

typedef struct run {
    ledger *shared;
    char url[256];
    uint64_t seed, random;
    slot slots[WORKERS_MAX];
    unsigned count;
    uint64_t kills, stops, starts;
} run;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static uint64_t draw(run *self, uint64_t below) {
    self->random = tree_mix(self->random);
    return self->random % below;
}

/* --- workers --- */

static void report(const run *self, worker *one, const role *what, quire_status status) {
    self->shared->findings++;
    fprintf(stderr, "FINDING (seed %" PRIu64 "): %s in %s: status %d: %s\n", self->seed, what->name,
            worker_collection(one), status, one->error.message);
}

static _Noreturn void work(const run *self, unsigned index, uint64_t random) {
    static const long skews[] = {-3600, 0, 3600};
    const role *what = &roles[index];
    worker one = {.url = self->url, .shared = self->shared, .random = random};
    skew_set(skews[worker_random(&one, 3)]);
    while (!self->shared->stop) {
        one.collection = (int)worker_random(&one, LEDGER_COLLECTIONS);
        memset(&one.error, 0, sizeof one.error);
        quire_status status = quire_store_open(self->url, &quick, &one.store, &one.error);
        status = status ? status : what->round(&one);
        if (status && !what->may(&one, status)) {
            report(self, &one, what, status);
        }
        self->shared->rounds[index]++;
        self->shared->refusals[index] += status != QUIRE_OK;
        quire_store_free(one.store);
        usleep((useconds_t)(1000 + worker_random(&one, 9000)));
    }
    _exit(0);
}

static void start(run *self, slot *at) {
    uint64_t random = draw(self, UINT64_MAX);
    at->wakes = 0;
    at->pid = fork();
    if (at->pid == 0) {
        work(self, at->role, random);
    }
    self->starts++;
}

/* --- what befalls them --- */

static void strike(run *self) {
    slot *at = &self->slots[draw(self, self->count)];
    if (at->wakes > 0) {
        return;
    }
    if (draw(self, 2) == 0) {
        kill(at->pid, SIGSTOP);
        at->wakes = now() + 0.3 + (double)draw(self, 5000) / 1000;
        self->stops++;
    } else {
        kill(at->pid, SIGKILL);
        waitpid(at->pid, NULL, 0);
        start(self, at);
        self->kills++;
    }
}

static void wake(run *self, bool all) {
    for (unsigned i = 0; i < self->count; i++) {
        slot *at = &self->slots[i];
        if (at->wakes > 0 && (all || at->wakes < now())) {
            kill(at->pid, SIGCONT);
            at->wakes = 0;
        }
    }
}

/* One that died by itself. */
static void look_after(run *self) {
    for (unsigned i = 0; i < self->count; i++) {
        int how;
        if (waitpid(self->slots[i].pid, &how, WNOHANG) > 0) {
            fprintf(stderr, "FINDING (seed %" PRIu64 "): %s ended by itself, status %d\n",
                    self->seed, roles[self->slots[i].role].name, how);
            self->shared->findings++;
            start(self, &self->slots[i]);
        }
    }
}

static void run_all(run *self, double seconds) {
    double end = now() + seconds;
    for (unsigned r = 0; r < role_count; r++) {
        for (int i = 0; i < roles[r].processes; i++) {
            self->slots[self->count].role = r;
            start(self, &self->slots[self->count++]);
        }
    }
    while (now() < end && self->shared->findings < 20) {
        usleep((useconds_t)(20000 + draw(self, 150000)));
        look_after(self);
        wake(self, false);
        strike(self);
    }
    self->shared->stop = true;
    wake(self, true);
    for (unsigned i = 0; i < self->count; i++) {
        waitpid(self->slots[i].pid, NULL, 0);
    }
}

/* --- the frame --- */

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where) {
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

static void print_counts(const run *self) {
    for (unsigned r = 0; r < role_count; r++) {
        printf("  %-12s %8" PRIuFAST64 " rounds, %6" PRIuFAST64 " refused\n", roles[r].name,
               self->shared->rounds[r], self->shared->refusals[r]);
    }
    printf("%" PRIu64 " processes, %" PRIu64 " killed, %" PRIu64 " stopped; %" PRIuFAST64
           " writers outlived their lease; gc deleted %" PRIuFAST64 " objects\n",
           self->starts, self->kills, self->stops, self->shared->ended_leases,
           self->shared->deleted);
}

int main(int argc, char **argv) {
    const char *base = getenv("TMPDIR");
    char folder[200];
    quire_error error = {0};
    run self = {.seed = argc > 2 ? strtoull(argv[2], NULL, 10) : (uint64_t)getpid()};
    double seconds = argc > 1 ? atof(argv[1]) : 0;
    snprintf(folder, sizeof folder, "%s/quire-stress-XXXXXX", base ? base : "/tmp");
    self.random = self.seed;
    self.shared = ledger_new();
    if (seconds <= 0 || !self.shared || !mkdtemp(folder)) {
        fprintf(stderr, "usage: %s SECONDS [SEED]\n", argv[0]);
        return 2;
    }
    snprintf(self.url, sizeof self.url, "%s/store", folder);
    setvbuf(stdout, NULL, _IONBF, 0);
    printf("seed %" PRIu64 ", %g s\n", self.seed, seconds);
    if (quire_store_init(self.url, &quick, &error)) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    run_all(&self, seconds);
    print_counts(&self);
    self.shared->findings += settle_all(self.url, self.shared);
    printf("%" PRIuFAST64 " findings\n", self.shared->findings);
    if (self.shared->findings) {
        printf("the store is left in %s\n", folder);
        return 1;
    }
    return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0;
}
