/** @file What is checked of one try of a collective case. */
#include "memory/mpi_trial.h"

#include <stdio.h>
#include <string.h>

#include "memory/failing.h"

const char *trial_spelling(const trial *t) {
    static char words[160];
    char armed[16] = "all";
    if (t->armed != ON_ALL) {
        (void)snprintf(armed, sizeof armed, "%d", t->armed);
    }
    (void)snprintf(words, sizeof words, "%s %lu %s %s", t->one->name, t->n,
                   t->for_good ? "from" : "once", armed);
    return words;
}

void trial_complain(trial *t, const char *what, const char *detail) {
    (void)fprintf(stderr, "memory: %s: rank %d of %d: %s%s%s\n", trial_spelling(t), t->c.rank,
                  t->c.size, what, detail[0] != '\0' ? ": " : "", detail);
    t->wrong++;
}

void trial_check_result(trial *t, const char *when) {
    t->c.f.result[t->c.f.size] = '\0';
    if (t->expected != NULL && strcmp(t->expected, t->c.f.result) != 0) {
        trial_complain(t, when, t->c.f.result);
    }
}

void trial_check_failure(trial *t, const quire_error *error) {
    quire_error first = *error;
    (void)MPI_Bcast(&first, (int)sizeof first, MPI_BYTE, 0, MPI_COMM_WORLD);
    if (first.status != error->status || first.rank != error->rank ||
        strcmp(first.message, error->message) != 0) {
        trial_complain(t, "not the error of rank 0", error->message);
    }
    if (t->status != QUIRE_ERROR || error->status != (int)t->status) {
        trial_complain(t, quire_status_name(t->status), error->message);
    } else if (error->message[0] == '\0' || strchr(error->message, '\n') != NULL) {
        trial_complain(t, "an error that is not filled in", error->message);
    } else if (strstr(error->message, "memory") == NULL) {
        trial_complain(t, "a message that does not tell of memory", error->message);
    } else if (t->armed == ON_ALL ? error->rank < 0 || error->rank >= t->c.size
                                  : error->rank != t->armed) {
        trial_complain(t, "a failure of another rank", error->message);
    }
}

static quire_status count_version(void *context, const quire_version_info *info) {
    (void)info;
    ++*(int *)context;
    return QUIRE_OK;
}

int trial_count_versions(const trial *t) {
    int count = 0;
    quire_error error = {0};
    quire_store *store = NULL;
    if (t->c.rank == 0 && quire_store_open(t->c.f.url, NULL, &store, &error) == QUIRE_OK) {
        (void)quire_version_each(store, "set", count_version, &count, &error);
    }
    quire_store_free(store);
    return count;
}

/* It may also say so of the newest one there was, when that has the same content. */
void trial_check_store(trial *t, int versions, const quire_error *error) {
    char words[64];
    failing_suspend();
    int count = trial_count_versions(t);
    (void)snprintf(words, sizeof words, "set:v%d is committed, but ", count - 1);
    bool of_newest = strstr(error->message, words) != NULL;
    bool told = strstr(error->message, " is committed, but ") != NULL;
    if (t->c.rank == 0 &&
        (told != of_newest || (count != versions && !(told && count == versions + 1)))) {
        trial_complain(t, told ? "no such version" : "a version was made by a call that failed",
                       error->message);
    }
    if (t->c.rank == 0 && t->verify && !fixture_sound(&t->c.f)) {
        trial_complain(t, "the store is not sound", "");
    }
    failing_resume();
    (void)MPI_Barrier(MPI_COMM_WORLD);
}
