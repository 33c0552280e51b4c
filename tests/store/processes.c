/** @file See processes.h. A process that fails keeps coming to the barrier: nobody waits for it. */
#include "store/processes.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

void *shared_memory(size_t size) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        perror("mmap");
        exit(1);
    }
    return memory;
}

void shared_memory_free(void *memory, size_t size) {
    munmap(memory, size);
}

static int run_rounds(pthread_barrier_t *barrier, int process, int rounds,
                      int (*body)(void *, int, int), void *context) {
    int result = 0;
    for (int round = 0; round < rounds; round++) {
        pthread_barrier_wait(barrier);
        if (result == 0) {
            result = body(context, process, round);
        }
    }
    return result;
}

int processes_run(int count, int rounds, int (*body)(void *, int, int), void *context) {
    int result = 0;
    pid_t *children = calloc((size_t)count, sizeof *children);
    pthread_barrier_t *barrier = shared_memory(sizeof *barrier);
    pthread_barrierattr_t attributes;
    pthread_barrierattr_init(&attributes);
    pthread_barrierattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_barrier_init(barrier, &attributes, (unsigned)count);
    fflush(NULL);
    for (int process = 0; children && process < count; process++) {
        children[process] = fork();
        if (children[process] == 0) {
            /* Should one die, the others must not wait for ever; requests take their time. */
            alarm(getenv("QUIRE_TEST_URL") ? 3000 : 240);
            free(children);
            _exit(run_rounds(barrier, process, rounds, body, context) & 0xff);
        }
    }
    for (int process = 0; children && process < count; process++) {
        int status = 0;
        if (children[process] < 0 || waitpid(children[process], &status, 0) < 0) {
            result = -1;
        } else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
            result = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        }
    }
    pthread_barrierattr_destroy(&attributes);
    shared_memory_free(barrier, sizeof *barrier);
    free(children);
    return result;
}
