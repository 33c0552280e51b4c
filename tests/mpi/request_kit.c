/** @file See request_kit.h. */
#include "mpi/request_kit.h"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "store/repository/internal.h"
#include "support/pause.h"

static struct {
    pthread_t caller; /* of the first call of MPI, which is the test's own */
    atomic_int calls, strangers;
    pthread_t opener;
    sem_t gate;
    bool apart;
} now;

static void look(void) {
    if (atomic_fetch_add(&now.calls, 1) == 0) {
        now.caller = pthread_self();
    } else if (!pthread_equal(now.caller, pthread_self())) {
        atomic_fetch_add(&now.strangers, 1);
    }
}

#define WRAPPED(name, parameters, arguments)                                                       \
    __attribute__((visibility("default"))) int MPI_##name parameters {                             \
        look();                                                                                    \
        return PMPI_##name arguments;                                                              \
    }

#include "support/mpi_functions.h"

bool kit_has_threads(void) {
    int provided = MPI_THREAD_SINGLE;
    MPI_Query_thread(&provided);
    return provided != MPI_THREAD_SINGLE;
}

int kit_calls(void) {
    return atomic_load(&now.calls);
}

int kit_strangers(void) {
    return atomic_load(&now.strangers);
}

static void wait_at_gate(void *context) {
    sigset_t blocked;
    (void)context;
    now.apart = !pthread_equal(now.opener, pthread_self()) &&
                pthread_sigmask(SIG_SETMASK, NULL, &blocked) == 0 &&
                sigismember(&blocked, SIGTERM) && sigismember(&blocked, SIGALRM);
    (void)sem_wait(&now.gate);
}

quire_store *kit_gated_store(harness *h) {
    quire_store *store = kit_store(h);
    now.opener = pthread_self();
    now.apart = false;
    (void)sem_init(&now.gate, 0, 0);
    if (store) {
        pause_set(q_repository_of(store)->objects, 1, wait_at_gate, NULL);
    }
    return store;
}

void kit_open_gate(void) {
    (void)sem_post(&now.gate);
}

bool kit_was_apart(void) {
    return now.apart;
}

quire_store *kit_store(harness *h) {
    quire_error error = {0};
    quire_store *store = NULL;
    CHECK_OK(h, quire_store_open(h->url, NULL, &store, &error), &error);
    return store;
}

quire_artifact *kit_artifact(harness *h, const char *name) {
    quire_artifact *artifact = harness_artifact(h, name);
    for (int i = 0; i < 5; i++) {
        harness_add(h, artifact, 10 * h->rank + i);
    }
    return artifact;
}

quire_mpi_request *kit_begin(harness *h, quire_store *store, quire_artifact *artifact) {
    quire_error error = {0};
    quire_mpi_request *request = NULL;
    CHECK_OK(h, quire_mpi_log_begin(h->comm, store, artifact, NULL, &request, &error), &error);
    CHECK(h, request != NULL);
    return request;
}

quire_version_id kit_wait(harness *h, quire_mpi_request **request, const char *name) {
    quire_error error = {0};
    quire_version_id version;
    memset(&version, 0, sizeof version);
    CHECK_FAILED(h, quire_mpi_log_wait(request, &version, &error), QUIRE_OK, -1, &error);
    CHECK_SAME(h, &version, sizeof version);
    CHECK(h, *request == NULL);
    CHECK(h, strcmp(version.name, name) == 0 && version.number == 0);
    return version;
}

bool kit_test(harness *h, quire_mpi_request *request) {
    quire_error error = {0};
    int done = 0;
    double began = MPI_Wtime();
    while (!done && MPI_Wtime() - began < 10) {
        CHECK_OK(h, quire_mpi_log_test(request, &done, &error), &error);
        kit_rest(1);
    }
    return done == 1;
}

void kit_rest(long milliseconds) {
    const struct timespec pause = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    (void)nanosleep(&pause, NULL);
}
