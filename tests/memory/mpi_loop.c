/**
 * @file
 * One try on all ranks: set up, call with failing memory on the armed ranks, look at all that the
 * contract promises, call again with memory, free everything, look for what is left.
 *
 * What the test itself asks of MPI goes through the wrapped functions: it counts for nothing.
 */
#include "memory/mpi_loop.h"

#include <openssl/crypto.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory/failing.h"
#include "memory/mpi_trial.h"
#include "support/descriptors.h"

#define SECONDS 10
#define EVERY 5      /* up to here a bounded run leaves no number out */
#define VERIFY_ONE 8 /* of how many tries a bounded run verifies the store */

/* Of the program: who it is, and the try that is under way, for the handler of signals. */
static struct {
    int rank, size;
    char root[256];
    char words[256];
} now;

static void tell_end(int signal_number) {
    (void)!write(STDERR_FILENO, now.words, strlen(now.words));
    if (signal_number == SIGALRM) {
        _exit(1);
    }
    (void)signal(signal_number, SIG_DFL);
    (void)raise(signal_number);
}

static void call_again(trial *t) {
    quire_error error = {0};
    t->c.f.size = 0;
    quire_status status = t->one->call(&t->c, &error);
    if (status == QUIRE_OK) {
        trial_check_result(t, "another result after a failure");
    } else {
        trial_complain(t, "fails afterwards", error.message);
    }
}

static void call(trial *t) {
    quire_error error = {.status = -1, .rank = -2};
    int mine = 0, any = 0, succeeded = 0;
    failing_suspend();
    int versions = t->one->writes ? trial_count_versions(t) : 0;
    failing_resume();
    (void)MPI_Barrier(MPI_COMM_WORLD);
    if (t->armed == ON_ALL || t->armed == now.rank) {
        failing_arm(t->n, t->for_good);
        t->status = t->one->call(&t->c, &error);
        failing_disarm();
        mine = failing_hit();
    } else {
        t->status = t->one->call(&t->c, &error);
    }
    (void)MPI_Allreduce(&mine, &any, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
    t->hit = any != 0;
    mine = t->status == QUIRE_OK;
    (void)MPI_Allreduce(&mine, &succeeded, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    if (succeeded == now.size) {
        trial_check_result(t, "another result");
        return;
    }
    trial_check_failure(t, &error);
    if (t->one->writes) {
        trial_check_store(t, versions, &error);
    }
    call_again(t);
}

static void begin(trial *t) {
    collective *c = &t->c;
    fixture_begin(&c->f, t->one->writes && now.rank == 0);
    (void)snprintf(c->f.url, sizeof c->f.url, "%s/%s", now.root, t->one->writes ? "store" : "base");
    c->rank = now.rank;
    c->size = now.size;
    memcpy(c->root, now.root, sizeof c->root);
    (void)MPI_Comm_dup(MPI_COMM_WORLD, &c->comm);
}

static void run(trial *t) {
    char counts[64];
    (void)snprintf(now.words, sizeof now.words, "memory: %s: rank %d of %d: hangs or crashes\n",
                   trial_spelling(t), now.rank, now.size);
    begin(t);
    size_t before = descriptors();
    (void)alarm(SECONDS);
    failing_watch(true);
    if (t->one->setup != NULL) {
        t->one->setup(&t->c);
    }
    call(t);
    fixture_free(&t->c.f);
    (void)MPI_Comm_free(&t->c.comm); /* with what quire keeps with it */
    OPENSSL_thread_stop();           /* its queue of errors is no leak */
    failing_watch(false);
    (void)alarm(0);
    size_t after = descriptors(), live = t->expected != NULL ? failing_live(true) : 0;
    if (after != before || live != 0) {
        (void)snprintf(counts, sizeof counts, "%zu blocks, %zu descriptors, %zu before", live,
                       after, before);
        trial_complain(t, "leaks", counts);
    }
    (void)MPI_Barrier(MPI_COMM_WORLD);
    fixture_end(&t->c.f, t->one->writes && now.rank == 0);
}

/** Without a failure: fills what is made once in a process, and gives the result to expect. */
static void run_well(const collective_case *one, trial *t, char *expected) {
    for (int i = 0; i < 2; i++) {
        *t = (trial){.one = one, .armed = ON_ALL};
        run(t);
        if (t->status != QUIRE_OK || t->wrong > 0) {
            (void)fprintf(stderr, "memory: %s: fails with all memory there is\n", one->name);
            exit(125);
        }
        memcpy(expected, t->c.f.result, sizeof t->c.f.result);
    }
}

static bool run_point(const trial *what, loop_total *total) {
    static trial t; /* large */
    t = *what;
    run(&t);
    total->points += t.hit;
    total->harmless += t.hit && t.status == QUIRE_OK;
    total->wrong += t.wrong;
    return t.hit;
}

/** The number after `n`. A bounded run takes others on each rank, so that together they leave
 *  fewer out. */
static unsigned long next(unsigned long n, bool whole, unsigned long salt) {
    return n + 1 + (whole || n < EVERY ? 0 : n / 2 + (n + salt) % 3);
}

void mpi_loop_begin(int rank, int size) {
    now.rank = rank;
    now.size = size;
    (void)snprintf(now.root, sizeof now.root, "%s", fixture_path(""));
    (void)MPI_Bcast(now.root, (int)sizeof now.root, MPI_CHAR, 0, MPI_COMM_WORLD);
    (void)signal(SIGALRM, tell_end);
    (void)signal(SIGSEGV, tell_end);
    (void)signal(SIGABRT, tell_end);
}

void mpi_loop_case(const collective_case *one, bool whole, loop_total *total) {
    static trial t, well;
    static char expected[sizeof well.c.f.result];
    run_well(one, &well, expected);
    unsigned long harmless = total->harmless, points = total->points;
    for (int armed = now.size > 1 ? ON_ALL : 0; armed < now.size; armed++) {
        for (int for_good = 0; for_good < 2; for_good++) {
            unsigned long tries = 0;
            t = (trial){.one = one,
                        .n = 1,
                        .for_good = for_good != 0,
                        .armed = armed,
                        .verify = whole,
                        .expected = expected};
            while (run_point(&t, total)) {
                t.n = next(t.n, whole, 2 * ((unsigned long)armed + 1) + (for_good != 0));
                t.verify = whole || ++tries % VERIFY_ONE == 0;
            }
            total->most = t.n - 1 > total->most ? t.n - 1 : total->most;
        }
    }
    if (now.rank == 0) {
        (void)printf("%-40s %6lu points, %lu harmless\n", one->name, total->points - points,
                     total->harmless - harmless);
        (void)fflush(stdout);
    }
}

void mpi_loop_point(const collective_case *one, unsigned long n, bool for_good, int armed,
                    loop_total *total) {
    static trial t, well;
    static char expected[sizeof well.c.f.result];
    run_well(one, &well, expected);
    failing_trace();
    t = (trial){.one = one,
                .n = n,
                .for_good = for_good,
                .armed = armed,
                .verify = true,
                .expected = expected};
    (void)run_point(&t, total);
}
