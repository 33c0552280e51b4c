/** @file Many processes at once: forked, let loose together round by round. */
#ifndef STORE_PROCESSES_H
#define STORE_PROCESSES_H

#include <stddef.h>

/**
 * Fork `count` processes. Each calls `body` once for each round, 0 … rounds-1; all begin a round
 * together. Memory that is to come back is shared_memory(). A body tells a failure by returning
 * another number than 0, which ends its rounds.
 * @return 0 when all bodies of all rounds returned 0, else a number that one of them returned
 */
int processes_run(int count, int rounds, int (*body)(void *context, int process, int round),
                  void *context);

/** Zeroed memory that processes forked later share. */
void *shared_memory(size_t size);
void shared_memory_free(void *memory, size_t size);

#endif
