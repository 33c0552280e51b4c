/**
 * @file
 * A library to preload (LD_PRELOAD) that counts the calls by which a process changes what lies
 * below one folder, and at the one with a given number does it harm. Each such call is a point.
 * Calls that change nothing, or something elsewhere, are none, so that the loader and MPI have no
 * say in the numbers. What libc does inside itself (stdio, mkstemp) is not seen; quire does not use
 * it there.
 *
 * Configured by the environment:
 *
 * - `QUIRE_FAULT_DIR`: the folder; without it nothing happens
 * - `QUIRE_FAULT_TRACE`: a line a point goes to `<this>.<rank>`: its number, the call, the path
 *   below the folder, and `FAULT` where harm was done
 * - `QUIRE_FAULT_AT`: the number of the point, from 1; without it points are only counted
 * - `QUIRE_FAULT_KIND`: `kill` (SIGKILL before the call), `kill-after`; `eio`, `enospc`, `edquot`,
 *   `eintr`, `estale` (the call fails and does nothing, though a close does close); `lost` (the
 *   call is done, but reported as failed with EIO); `short` (of the first write from that point on,
 *   half is written); `stop` (SIGSTOP before the call)
 * - `QUIRE_FAULT_RECORD`: everything that is done goes to this file, by all processes in one order
 *   (see trace.h)
 * - `QUIRE_FAULT_RANK`: only in the process of this rank of MPI_COMM_WORLD; points are counted in
 *   all
 */
#ifndef FAULTLINE_H
#define FAULTLINE_H

#include <limits.h>
#include <stdbool.h>

#include "crash/trace.h"

#define FAULT_PATH_SIZE (2 * PATH_MAX)

/** What is to become of one call. */
typedef enum fault_verdict {
    FAULT_NONE,
    FAULT_FAIL, /**< do nothing; errno is set */
    FAULT_LOST, /**< do it, then say that it failed */
    FAULT_KILL_AFTER,
    FAULT_SHORT
} fault_verdict;

/** The system call itself, as syscall(2) has it. */
long fault_call(long number, long a, long b, long c, long d, long e, long f);

/** Whether `path`, relative to the folder that `fd` is, lies below the folder. */
bool fault_is_below(int fd, const char *path, char full[FAULT_PATH_SIZE]);
/** The same of an open file. */
bool fault_is_open_below(int fd, char full[FAULT_PATH_SIZE]);

/** Count a call that changes `full`, and say what is to become of it. A kill does not return. */
fault_verdict fault_at_point(const char *call, const char *full);
/** What the caller is told: `result`, or -1 with errno set. A kill does not return. */
long fault_outcome(fault_verdict verdict, long result);

/* faultline_record.c: what was done is recorded under the lock under which it was done. */

/** Record from now on what `process` does to `folder`; without this nothing is locked or recorded.
 */
void fault_record_begin(const char *file, const char *folder, unsigned long process);
void fault_lock(void);
void fault_unlock(void);
/** What was done to a name; `to` may be NULL. */
void fault_record_name(trace_op op, const char *full, const char *to);
/** What was done to an open file or folder. */
void fault_record_open(trace_op op, int fd, const char *full, int64_t offset);
/** `size` bytes were written; `offset` -1: they end where the descriptor stands. */
void fault_record_write(int fd, const char *full, int64_t offset, size_t size);

#endif
