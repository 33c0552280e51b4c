/**
 * @file
 * One large file, stored by several processes: ranks, or whatever a program has that can hand a few
 * bytes to each other. Under MPI quire_mpi_add_shared_file() does all of this.
 *
 * A file of more than 64 MiB has a digest over its blocks of 64 MiB, so that each of its blocks can
 * be hashed and written by another process that sees the same file and the same store:
 *
 *     one        quire_artifact_share_file()     looks at the file, gives a ticket
 *     everybody  quire_shared_store_blocks()     reads, hashes and writes a run of blocks
 *     one        quire_shared_close()            all blocks' digests: the file is in the artifact
 *
 * The file must not change from the first call to the last: each of them looks, and a change is an
 * error. Nothing of it is seen in the store before the last call; what is given up, or left by a
 * process that dies, takes its space until a gc.
 */
#ifndef QUIRE_SHARED_H
#define QUIRE_SHARED_H

#include <quire/artifact.h>
#include <quire/commit.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes of a block, 64 MiB; the last one of a file may have fewer. */
#define QUIRE_BLOCK_SIZE ((uint64_t)67108864)
/** Bytes of the (binary) digest of a block. */
#define QUIRE_BLOCK_DIGEST_SIZE 32

/** What the others need to know. Fixed size, no pointers: to be sent as it is. */
typedef struct quire_shared_ticket {
    uint64_t size;   /**< of the file */
    uint64_t blocks; /**< to be stored; 0: none, the file is in the artifact already */
    int64_t modified, modified_nanoseconds; /**< the file's mtime */
    char token[96];                         /**< the store's */
} quire_shared_ticket;

typedef struct quire_shared_options {
    int version;                      /**< layout of this struct: 0 */
    quire_progress_callback progress; /**< of one file, and the bytes of the run */
    void *progress_context;
} quire_shared_options;

/**
 * Begin to share a local file. Local. A file of at most 64 MiB, one that the store's cache knows
 * and the store has, and any where the store cannot be written so, is added as by
 * quire_artifact_add_file() instead: `ticket->blocks` is 0 then, and `*shared` NULL.
 * @param path its path in the artifact; NULL: its base name
 * @param shared end it with quire_shared_close() or quire_file_discard(), before the artifact is
 *        committed or freed. The artifact can then be committed to this store handle only.
 * @return as quire_artifact_add_file(); QUIRE_CONFLICT when the path is being written
 */
QUIRE_API quire_status quire_artifact_share_file(quire_artifact *artifact, quire_store *store,
                                                 const char *file, const char *path,
                                                 quire_file **shared, quire_shared_ticket *ticket,
                                                 quire_error *error);

/**
 * Read, hash and store blocks of the file. Local; in any process, each block in one. What was
 * stored is as durable as the store's options ask for when the call returns. Reads 1 MiB at a time.
 * @param file as this process names it
 * @param first,count the blocks; `count` may be 0
 * @param digests receives `count` times QUIRE_BLOCK_DIGEST_SIZE bytes
 * @param options may be NULL
 * @return QUIRE_INCOMPLETE when there is no such file; QUIRE_ERROR when it is not the one the
 * ticket was made for (size, mtime), or changes; QUIRE_TEMPORARY when the sharing was given up
 */
QUIRE_API quire_status quire_shared_store_blocks(quire_store *store,
                                                 const quire_shared_ticket *ticket,
                                                 const char *file, uint64_t first, uint64_t count,
                                                 unsigned char *digests,
                                                 const quire_shared_options *options,
                                                 quire_error *error);

/**
 * End it: all blocks are stored. Local; enters the file into the artifact and frees `shared`, also
 * on failure.
 * @param digests those of all blocks, in their order
 * @return QUIRE_ERROR when the file has changed since it was begun; QUIRE_CONFLICT when the
 * artifact has the path with other content
 */
QUIRE_API quire_status quire_shared_close(quire_file *shared, const unsigned char *digests,
                                          quire_error *error);

#ifdef __cplusplus
}
#endif
#endif
