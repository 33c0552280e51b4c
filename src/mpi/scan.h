/**
 * @file
 * One rank's part of a walk that all ranks make together. Local: it looks at names (q_names) as far
 * as it is told to, keeps the files among them, and has new names where it met folders.
 *
 * Names are worked off from the newest to the oldest, so that few are pending. At most one folder
 * is open, and it is read on before anything else is looked at; a folder of any size costs a rank
 * no more memory than one round may add.
 *
 * A failure ends nothing at once: of several, the one counts that q_walk() would meet first, and
 * who has one goes on with what q_walk() would have looked at before. So it does not depend on the
 * number of ranks what is complained of.
 */
#ifndef Q_MPI_SCAN_H
#define Q_MPI_SCAN_H

#include <dirent.h>

#include "base/name.h"
#include "mpi/finds.h"
#include "mpi/names.h"

/** A name that is read costs so much less than one that is looked at. */
#define Q_SCAN_READ 16
/** So many names of a folder in one block. */
#define Q_SCAN_BLOCK 1024

/** What is wrong, and where. Told to all ranks as it is. */
typedef struct q_scan_failure {
    quire_error error;
    char path[Q_PATH_MAX + Q_COMPONENT_MAX + 2]; /**< below the folder that is walked */
} q_scan_failure;

typedef struct q_scan {
    const char *folder; /**< what is walked */
    uint64_t large;     /**< files above that are kept apart */
    q_finds files;      /**< the others */
    q_finds large_files;
    q_names **blocks; /**< pending, the oldest first, none empty */
    size_t count, capacity;
    uint64_t pending; /**< names in all blocks */
    DIR *stream;      /**< of the folder that is being read */
    q_names *open;    /**< it, without names */
    bool failed;
    bool is_new; /**< its failure was not told to the other ranks yet; who tells clears it */
    q_scan_failure first;
    q_buffer path;  /**< as it can be opened */
    size_t root;    /**< bytes before what is below the folder */
    q_buffer texts; /**< of names that are being read */
} q_scan;

/*
 * Local. What these return is that there is no memory; what is wrong with the tree is noted in the
 * scan.
 */

/** @param folder borrowed until q_scan_free(), to be called in any case */
quire_status q_scan_begin(q_scan *scan, const char *folder, uint64_t large, quire_error *error);
void q_scan_free(q_scan *scan);

/** Look at the folder itself: on one rank, before all else. */
quire_status q_scan_root(q_scan *scan, quire_error *error);
/** Look at up to `most` names, or read Q_SCAN_READ times as many, or some of both. */
quire_status q_scan_run(q_scan *scan, uint64_t most, quire_error *error);
/** Whether something is left to do: names, or a folder that is open. */
bool q_scan_is_busy(const q_scan *scan);

/** Take `count` of the pending names away, the oldest first, and append them to `out`. */
quire_status q_scan_give(q_scan *scan, uint64_t count, q_buffer *out, quire_error *error);
/** Take in what others gave: blocks, one behind the other. */
quire_status q_scan_receive(q_scan *scan, const char *data, size_t size, quire_error *error);

/** Note a failure, if q_walk() would have met it first. */
void q_scan_fail(q_scan *scan, const q_scan_failure *failure);
/** Whether q_walk() looks at the path `a` before it looks at `b`. */
bool q_scan_before(const char *a, const char *b);

#endif
