/**
 * @file
 * Making one manifest by many processes.
 *
 * quire_finish_artifact() merges the parts of all writers alone. Where the writers are still there,
 * as the ranks of a job are, they can do it together: the paths are divided into ranges, each
 * writer sends what it has of a range to whoever merges that, and only summaries of what became of
 * it go to the one who finishes. The version is the same, byte for byte. How bytes travel is up to
 * the caller; the functions of quire/mpi.h do it over MPI, and a caller of those needs none of
 * these.
 *
 *     each           quire_merge_open()      reads its own part back
 *                    quire_merge_sample()    where ranges may begin           -> one
 *     one            quire_merge_choose()    where they do                    -> each
 *     each           quire_merge_split()
 *                    quire_merge_piece()     what it has of a range           -> who merges that
 *                    quire_merge_take()      what the others have of its own
 *                    quire_merge_write()     writes chunks; tells of them     -> the finisher
 *     the finisher   quire_merge_collect()   of all, in the order of ranges
 *                    quire_finish_artifact() with options.merge
 *     each           quire_merge_free()      after that
 *
 * Whether merging together has come to nothing (a writer has replaced its part meanwhile, or one
 * came that was not there), the finish finds out, and merges alone. All functions are local.
 */
#ifndef QUIRE_MERGE_H
#define QUIRE_MERGE_H

#include <quire/commit.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One process's share in a merge. */
typedef struct quire_merge quire_merge;

/**
 * Read a writer's part of a draft back, and hold it in memory.
 * @param artifact names the collection
 * @param leads nonzero in the process that will finish. It calls this before any process writes:
 *        until it frees its handle, gc leaves alone what any of them writes
 * @param merge receives the handle; NULL, with QUIRE_OK, where there is nothing to be merged
 *        together: the writer has no part, or the store does not work so
 */
QUIRE_API quire_status quire_merge_open(quire_store *store, quire_artifact *artifact,
                                        const char *distributed_id, const char *writer, int leads,
                                        quire_merge **merge, quire_error *error);
/** Free it; NULL is fine. */
QUIRE_API void quire_merge_free(quire_merge *merge);

/**
 * Where ranges may begin, as far as this part tells.
 * @param data,size the sample, at most `most` bytes; lives as long as the handle
 */
QUIRE_API quire_status quire_merge_sample(quire_merge *merge, size_t most, const void **data,
                                          size_t *size, quire_error *error);

/**
 * Choose where ranges begin, so that they are about equally large.
 * @param samples of all writers, one behind the other
 * @param ranges how many at most; where there is little to merge there are fewer
 * @param data,size the choice; lives as long as the handle
 */
QUIRE_API quire_status quire_merge_choose(quire_merge *merge, const void *samples,
                                          size_t samples_size, size_t ranges, const void **data,
                                          size_t *size, quire_error *error);

/**
 * Divide the own part into ranges.
 * @param choice what quire_merge_choose() gave one of the processes
 * @param ranges receives how many there are, at least 1
 */
QUIRE_API quire_status quire_merge_split(quire_merge *merge, const void *choice, size_t choice_size,
                                         size_t *ranges, quire_error *error);

/** What the own part has of a range, perhaps nothing. Lives as long as the handle. */
QUIRE_API void quire_merge_piece(const quire_merge *merge, size_t range, const void **data,
                                 size_t *size);

/**
 * Take a writer's piece of the range that this process merges; its own, too.
 * @param writer for messages; copied
 * @param data lent until quire_merge_write() has returned
 */
QUIRE_API quire_status quire_merge_take(quire_merge *merge, const char *writer, const void *data,
                                        size_t size, quire_error *error);

/**
 * Merge what was taken, and write it. Once; a process that merges no range calls it as well, for
 * it tells of its own part, too.
 * @param range which; ignored when nothing was taken
 * @param data,size what the finisher has to know; lives as long as the handle
 * @return QUIRE_CONFLICT when two writers bring one path with different content
 */
QUIRE_API quire_status quire_merge_write(quire_merge *merge, size_t range, const void **data,
                                         size_t *size, quire_error *error);

/**
 * Put on stable storage what processes of this host have written, as far as the durability asks
 * for it and they have not. On each host but the finisher's in one process, after all others there
 * have written.
 */
QUIRE_API quire_status quire_merge_sync(quire_merge *merge, quire_error *error);

/** In the finisher: take what quire_merge_write() told, of each process, in the order of ranges. */
QUIRE_API quire_status quire_merge_collect(quire_merge *merge, const void *data, size_t size,
                                           quire_error *error);

#ifdef __cplusplus
}
#endif
#endif
