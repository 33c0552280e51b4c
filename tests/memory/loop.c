/**
 * @file
 * One try: set up, call under failing memory, look at all that the contract promises, call again
 * with memory, free everything, look for what is left.
 */
#include "memory/loop.h"

#include <openssl/crypto.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory/failing.h"
#include "support/descriptors.h"

#define SECONDS 20
#define EVERY 48     /* up to here a bounded run leaves no number out */
#define VERIFY_ONE 8 /* of how many tries a bounded run verifies the store */

/* The try that is under way, for the handler of signals. */
static struct { char words[256]; } now;

static void tell_end(int signal_number) {
    (void)!write(STDERR_FILENO, now.words, strlen(now.words));
    if (signal_number == SIGALRM) {
        _exit(1);
    }
    (void)signal(signal_number, SIG_DFL);
    (void)raise(signal_number);
}

typedef struct trial {
    const memory_case *one;
    unsigned long n;
    bool for_good;
    bool verify;
    const char *expected; /**< result without a failure; NULL: not known yet */
    fixture f;
    quire_status status;
    bool hit;
    unsigned long wrong;
} trial;

static void complain(trial *t, const char *what, const char *detail) {
    (void)fprintf(stderr, "memory: %s %lu %s: %s%s%s\n", t->one->name, t->n,
                  t->for_good ? "from" : "once", what, detail[0] != '\0' ? ": " : "", detail);
    t->wrong++;
}

static void check_result(trial *t, const char *when) {
    t->f.result[t->f.size] = '\0';
    if (t->expected != NULL && strcmp(t->expected, t->f.result) != 0) {
        complain(t, when, t->f.result);
    }
}

static void check_failure(trial *t, const quire_error *error) {
    if (t->status != QUIRE_ERROR && t->status != t->one->hidden) {
        complain(t, quire_status_name(t->status), error->message);
    } else if (error->status != (int)t->status || error->rank != -1 || error->message[0] == '\0' ||
               strchr(error->message, '\n') != NULL) {
        complain(t, "an error that is not filled in", error->message);
    } else if (strstr(error->message, "memory") == NULL && t->one->hidden == QUIRE_OK) {
        complain(t, "a message that does not tell of memory", error->message);
    }
    if (strstr(t->f.result, "fault: ") != NULL) {
        complain(t, "taken for a fault of the store", t->f.result);
    }
}

static void call_again(trial *t) {
    quire_error error = {0};
    t->f.size = 0;
    quire_status status = t->one->call(&t->f, &error);
    if (status == QUIRE_OK) {
        check_result(t, "another result after a failure");
    } else if (status != t->one->done) {
        complain(t, "fails afterwards", error.message);
    }
}

static void call(trial *t) {
    quire_error error = {.status = -1, .rank = -2};
    failing_arm(t->n, t->for_good);
    t->status = t->one->call(&t->f, &error);
    failing_disarm();
    t->hit = failing_hit();
    if (t->status == QUIRE_OK) {
        check_result(t, "another result");
        return;
    }
    t->f.result[t->f.size] = '\0';
    check_failure(t, &error);
    failing_suspend();
    if (t->verify && !fixture_sound(&t->f)) {
        complain(t, "the store is not sound", "");
    }
    failing_resume();
    if (!t->one->once) {
        call_again(t);
    }
}

static void run(trial *t) {
    char counts[64];
    (void)snprintf(now.words, sizeof now.words, "memory: %s %lu %s: hangs or crashes\n",
                   t->one->name, t->n, t->for_good ? "from" : "once");
    fixture_begin(&t->f, t->one->writes);
    size_t before = descriptors();
    (void)alarm(SECONDS);
    failing_watch(true);
    if (t->one->setup != NULL) {
        t->one->setup(&t->f);
    }
    call(t);
    fixture_free(&t->f);
    OPENSSL_thread_stop(); /* its queue of errors is no leak */
    failing_watch(false);
    (void)alarm(0);
    size_t after = descriptors(), live = t->expected != NULL ? failing_live(true) : 0;
    if (after != before || live != 0) {
        (void)snprintf(counts, sizeof counts, "%zu blocks, %zu descriptors, %zu before", live,
                       after, before);
        complain(t, "leaks", counts);
    }
    fixture_end(&t->f, t->one->writes);
}

/** Without a failure: fills what is made once in a process, and gives the result to expect. */
static unsigned long run_well(const memory_case *one, trial *t, char *expected) {
    for (int i = 0; i < 2; i++) {
        *t = (trial){.one = one};
        run(t);
        if (t->status != QUIRE_OK || t->wrong > 0) {
            (void)fprintf(stderr, "memory: %s: fails with all memory there is\n", one->name);
            exit(125);
        }
        memcpy(expected, t->f.result, sizeof t->f.result);
    }
    return failing_count();
}

static bool run_point(const memory_case *one, unsigned long n, bool for_good, bool verify,
                      const char *expected, loop_total *total) {
    static trial t; /* large */
    t = (trial){.one = one,
                .n = n,
                .for_good = for_good,
                .verify = one->writes && verify,
                .expected = expected};
    run(&t);
    total->points += t.hit;
    total->harmless += t.hit && t.status == QUIRE_OK;
    total->wrong += t.wrong;
    return t.hit;
}

unsigned long loop_next(unsigned long n, bool whole) {
    return n + 1 + (whole || n < EVERY ? 0 : n / (EVERY / 2));
}

unsigned long loop_number(const char *text) {
    char *end = NULL;
    unsigned long number = *text >= '0' && *text <= '9' ? strtoul(text, &end, 10) : 0;
    return end != NULL && *end == '\0' ? number : 0;
}

void loop_case(const memory_case *one, bool whole, loop_total *total) {
    static trial t;
    static char expected[sizeof t.f.result];
    (void)signal(SIGALRM, tell_end);
    (void)signal(SIGSEGV, tell_end);
    (void)signal(SIGABRT, tell_end);
    (void)run_well(one, &t, expected);
    unsigned long harmless = total->harmless, points = total->points;
    for (int for_good = 0; for_good < 2; for_good++) {
        unsigned long tries = 0, n = 1;
        while (
            run_point(one, n, for_good != 0, whole || ++tries % VERIFY_ONE == 0, expected, total)) {
            n = loop_next(n, whole);
        }
        unsigned long count = failing_count();
        total->most = count > total->most ? count : total->most;
    }
    (void)printf("%-40s %6lu points, %lu harmless\n", one->name, total->points - points,
                 total->harmless - harmless);
}

void loop_point(const memory_case *one, unsigned long n, bool for_good, loop_total *total) {
    static trial t;
    static char expected[sizeof t.f.result];
    (void)run_well(one, &t, expected);
    failing_trace();
    (void)run_point(one, n, for_good, true, expected, total);
}
