/**
 * @file
 * Collective calls: the ranks of a communicator make, and read, one version together.
 *
 * Every function here is **collective** unless it says otherwise: each rank of the communicator
 * calls it, in the same order as other collectives. Each rank passes an artifact with its own
 * entries, or none; which arguments must agree is said with each function, and checked: a
 * disagreement is QUIRE_USAGE on every rank, not a hang. After each phase in which a rank can fail
 * alone, all ranks agree; so every rank returns the same status and the same error, the failing
 * rank's number included. Nothing is committed unless all ranks have done their part. Rank 0 may
 * fail behind the commit: the error then says that the version "is committed, but" what is missing,
 * and a repeat makes up for it.
 *
 * A rank that has failed on its own before a collective, as in opening its store or adding a file,
 * must not leave it out, for the others would wait: let the ranks agree first, by an
 * MPI_Allreduce(), or give the job up by MPI_Abort().
 *
 * Any intracommunicator will do; an intercommunicator or MPI_COMM_NULL is QUIRE_USAGE. quire works
 * on a duplicate that it keeps with the communicator, and leaves the communicator's error handler
 * alone. MPI is called on the caller's thread alone. Several threads read and write files, and
 * quire_mpi_log_begin() makes one, only where MPI was initialized by MPI_Init_thread() with
 * MPI_THREAD_FUNNELED or more. Stores: each rank opens its own handle on the same URL.
 *
 *     rank 0      rank 1      rank 2
 *     hash+store  hash+store  hash+store      each byte is read once, where it is
 *     upsert      upsert      upsert          the shard, under the shared distributed_id
 *     ---------------- agree ----------------
 *     merge       merge       merge           each a range of the paths, into one manifest
 *     gather  <-- what became of it
 *     --------------- barrier ---------------
 *     finish                                  the one commit point
 *     broadcast --> the version, or the error
 */
#ifndef QUIRE_MPI_H
#define QUIRE_MPI_H

#include <mpi.h>

#include <quire/quire.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Room for a communicator id, the NUL included. */
#define QUIRE_MPI_ID_SIZE 40

/**
 * The id of a communicator: 32 hexadecimal digits drawn from the system's random source, the same
 * on all its ranks and on each call, another for a duplicate. Collective.
 */
QUIRE_API quire_status quire_mpi_communicator_id(MPI_Comm comm, char id[QUIRE_MPI_ID_SIZE],
                                                 quire_error *error);

typedef struct quire_mpi_options {
    int version; /**< layout of this struct: 0 */
    /** The draft's id. NULL: WANDB_RUN_GROUP on rank 0 (the first time; with `-` and a count in
     *  later calls on this communicator, whose drafts are others), else the communicator's id and a
     *  count of the calls on it. A requeued job may pass the id it had. Must agree. */
    const char *distributed_id;
    const char *job; /**< as in quire_commit_options; rank 0's counts */
    /** Called on rank 0 alone, with the sums over all ranks. */
    quire_progress_callback progress;
    void *progress_context;
} quire_mpi_options;

/** What an upsert of all ranks stored. */
typedef struct quire_mpi_receipt {
    char distributed_id[136];
    uint64_t entries, bytes; /**< over all ranks */
} quire_mpi_receipt;

/**
 * Share a folder that all ranks can see out among them, by bytes and number of files, and add each
 * rank's part to its artifact. Collective. All walk; no rank holds much more than its own part.
 * Nothing is read before the artifact is logged, and each file is read by one rank, however large;
 * quire_mpi_add_shared_dir() divides large ones. `folder` and `prefix` must agree. Else as
 * quire_artifact_add_dir(), with the same errors; the rank told is the one that met it. What is
 * wrong with the folder leaves the artifacts as they were; a path that a rank's artifact has with
 * other content, or no memory for more, leaves some of the files in them: they are of no use then.
 */
QUIRE_API quire_status quire_mpi_add_dir(MPI_Comm comm, quire_artifact *artifact,
                                         const char *folder, const char *prefix,
                                         quire_error *error);

typedef struct quire_mpi_add_options {
    int version; /**< layout of this struct: 0 */
    /** Called on rank 0 alone, with the sums over all ranks, for each file that is stored. */
    quire_progress_callback progress;
    void *progress_context;
    /* Of folders alone: */
    int as_now; /**< as in quire_add_options, each rank's for the files that it finds itself */
    int link;   /**< as in quire_add_options, each rank's for the files it gets; one that several
                     ranks store together is copied */
} quire_mpi_add_options;

/**
 * Add one file that all ranks can see, hashed and stored by all of them. Collective. Each rank
 * reads a run of its blocks of 64 MiB, once; the file is entered into rank 0's artifact, as a file
 * that is stored (so the artifact can be committed to this store handle only). It must not change
 * meanwhile. One of at most 64 MiB, one that the store's cache knows and the store has, and any
 * where the store cannot be written so, is added to rank 0's artifact as by
 * quire_artifact_add_file(), to be read when it is logged. `file`, `path` and the store's URL must
 * agree.
 * @param path its path in the artifact; NULL: its base name
 * @param options may be NULL
 * @return QUIRE_ERROR also when a rank sees another file than rank 0, or it has changed
 */
QUIRE_API quire_status quire_mpi_add_shared_file(MPI_Comm comm, quire_store *store,
                                                 quire_artifact *artifact, const char *file,
                                                 const char *path,
                                                 const quire_mpi_add_options *options,
                                                 quire_error *error);

/**
 * As quire_mpi_add_dir(), but files above 64 MiB that are too large for one rank, as the rest of
 * the folder is, are hashed and stored by all ranks, now, as by quire_mpi_add_shared_file().
 * Collective. `folder`, `prefix` and the store's URL must agree.
 * @param options may be NULL
 */
QUIRE_API quire_status quire_mpi_add_shared_dir(MPI_Comm comm, quire_store *store,
                                                quire_artifact *artifact, const char *folder,
                                                const char *prefix,
                                                const quire_mpi_add_options *options,
                                                quire_error *error);

/**
 * Upsert each rank's artifact, as the writer with the rank's number. Collective. The artifact's
 * name and type, the store's URL and options->distributed_id must agree.
 * @param receipt may be NULL; the same on every rank
 */
QUIRE_API quire_status quire_mpi_upsert_artifact(MPI_Comm comm, quire_store *store,
                                                 quire_artifact *artifact,
                                                 const quire_mpi_options *options,
                                                 quire_mpi_receipt *receipt, quire_error *error);

/**
 * Finish a draft that the ranks of this communicator upserted: rank 0 commits after a barrier, with
 * as many writers expected as there are ranks. Collective. Must agree: the artifact's name and
 * type, the store's URL, options->distributed_id (required here). Entries of the artifact are not
 * stored; rank 0's notes win.
 * @param version the same on every rank
 */
QUIRE_API quire_status quire_mpi_finish_artifact(MPI_Comm comm, quire_store *store,
                                                 quire_artifact *artifact,
                                                 const quire_mpi_options *options,
                                                 quire_version_id *version, quire_error *error);

/**
 * Upsert and finish in one: one version out of all ranks' entries. Collective. Must agree: as of
 * quire_mpi_upsert_artifact().
 * @param version the same on every rank
 */
QUIRE_API quire_status quire_mpi_log_artifact(MPI_Comm comm, quire_store *store,
                                              quire_artifact *artifact,
                                              const quire_mpi_options *options,
                                              quire_version_id *version, quire_error *error);

/**
 * A log under way, while the ranks compute: quire_mpi_log_artifact() in two halves.
 *
 *     caller's thread                      thread of quire, one a rank
 *     begin: agree on arguments, id
 *     compute                              hash + store
 *     test: is it time to wait?            (no MPI)
 *     compute                              upsert
 *     wait: agree, gather, barrier, finish, broadcast
 *
 * **Lent until wait or cancel has returned:** the artifact and the store's handle, which nobody may
 * use or free before, and the artifact's files and borrowed buffers (quire_add_options.borrow),
 * which nobody may change. Given to another call on this communicator meanwhile, the artifact or
 * handle is QUIRE_USAGE on all ranks; other misuse is not noticed. To go on with what is logged,
 * add it without `borrow`, or lend a copy.
 *
 * Several requests may be under way, each with an artifact and a store handle of its own. They are
 * waited for, or cancelled, in any order, the same on all ranks; before MPI_Finalize().
 *
 * Storing hides behind computing where the thread has a core to run on. Launchers that bind a rank
 * to one core leave none: `mpirun --bind-to none`, or `--map-by slot:PE=2` and the like. Storing
 * with more threads (quire_store_options.threads) takes their cores from computing. Where a
 * rank can have no thread (MPI_Init(), MPI_THREAD_SINGLE, or the system gives none), wait stores,
 * with the same result. The store's log callback is called on the thread that stores.
 */
typedef struct quire_mpi_request quire_mpi_request;

/**
 * Begin a log, and return as soon as all ranks have agreed on it. Collective. Arguments as of
 * quire_mpi_log_artifact(); the options are copied, save for what `progress_context` points to.
 * options->progress is called in test and in wait.
 * @param request receives the request; end it with quire_mpi_log_wait() or quire_mpi_log_cancel().
 *        NULL after a failure, with nothing lent
 */
QUIRE_API quire_status quire_mpi_log_begin(MPI_Comm comm, quire_store *store,
                                           quire_artifact *artifact,
                                           const quire_mpi_options *options,
                                           quire_mpi_request **request, quire_error *error);

/**
 * Look whether it is time to wait, and pass progress on. Local, never blocks; may be called as
 * often as one likes, by some ranks alone or by none.
 * @param done receives 1 when all ranks have stored, or failed to, which wait tells; or when
 *        testing cannot help, since a rank has no thread and stores in wait. Else 0
 * @return QUIRE_USAGE without a request; an error of MPI. What was stored or failed is not told
 */
QUIRE_API quire_status quire_mpi_log_test(quire_mpi_request *request, int *done,
                                          quire_error *error);

/**
 * End a log: wait until all ranks have stored, and commit. Collective. Result and errors are those
 * of quire_mpi_log_artifact(); QUIRE_INCOMPLETE when another rank cancels the request instead.
 * @param request freed and set to NULL, also on failure; without one, QUIRE_USAGE, and no
 *        communication
 * @param version the same on every rank; may be NULL
 */
QUIRE_API quire_status quire_mpi_log_wait(quire_mpi_request **request, quire_version_id *version,
                                          quire_error *error);

/**
 * Give a log up: no version is made of it. Collective: every other rank cancels the request, too,
 * or waits for it. Returns when all ranks have ended storing, which goes on to its end where a
 * thread has begun it. What was stored by then stays in the draft as quire_mpi_upsert_artifact()
 * leaves it (`quire drafts` lists it), and can be finished or dropped; when all ranks have stored,
 * it is whole.
 * @param request freed and set to NULL; NULL and a pointer to NULL are fine, and no collective
 */
QUIRE_API void quire_mpi_log_cancel(quire_mpi_request **request);

typedef struct quire_mpi_read_options {
    int version;         /**< layout of this struct: 0 */
    const char *path;    /**< only this file, or all below this folder; must agree */
    int skip_references; /**< must agree */
    int each_node; /**< downloads: `folder` is local to each node, which gets a whole copy that
                        its ranks share out; must agree */
    quire_progress_callback progress; /**< on rank 0 alone, with the sums over all ranks */
    void *progress_context;
} quire_mpi_read_options;

/**
 * Write a version's files below a folder, shared out among the ranks; one that is too large for one
 * of them is written by all, block by block. Collective. `address`, the
 * store's URL and the options must agree; rank 0 resolves the address, so that an alias that moves
 * meanwhile cannot split the ranks.
 * @param report the sums over all ranks; may be NULL
 */
QUIRE_API quire_status quire_mpi_download(MPI_Comm comm, quire_store *store, const char *address,
                                          const char *folder, const quire_mpi_read_options *options,
                                          quire_read_report *report, quire_error *error);

/**
 * Verify a version, shared out among the ranks. Collective. As quire_version_verify(): every rank
 * goes on to the end of its share; the whole version is read, whatever the options say of a path,
 * references or nodes.
 * @param report the sums over all ranks, also when there are faults; may be NULL
 * @return QUIRE_INTEGRITY when any rank found a fault, whatever another rank was refused (an I/O
 *         error, no memory); the message is that of the lowest such rank, behind the number of
 *         faults over all ranks. Without a fault, the error of the lowest rank that was refused:
 *         nothing is known of the version then
 */
QUIRE_API quire_status quire_mpi_verify(MPI_Comm comm, quire_store *store, const char *address,
                                        const quire_mpi_read_options *options,
                                        quire_read_report *report, quire_error *error);

typedef struct quire_mpi_push_options {
    int version;      /**< layout of this struct: 0 */
    const char *name; /**< of the collection in the target; NULL: as in the source. Must agree */
    const char *const *aliases; /**< to be set in addition to those of the source; rank 0's count */
    size_t alias_count;
    int skip_aliases; /**< leave the source's own aliases behind; rank 0's counts */
    const char *job;  /**< as in quire_commit_options; rank 0's counts for the version */
    quire_progress_callback progress; /**< on rank 0 alone, with the sums over all ranks */
    void *progress_context;
} quire_mpi_push_options;

/**
 * Push a version of one store into another (quire/push.h), its parts shared out among the ranks;
 * rank 0 finishes when all have done theirs. Collective. `address`, both stores' URLs and
 * options->name must agree; rank 0 resolves the address. A version of one part, small or of one
 * large file, is pushed by rank 0. Ranks that are killed leave what the next push goes on with,
 * by however many ranks.
 * @param report the sums over all ranks; may be NULL
 * @param version the same on every rank; may be NULL
 * @return as quire_push_version()
 */
QUIRE_API quire_status quire_mpi_push(MPI_Comm comm, quire_store *source, const char *address,
                                      quire_store *target, const quire_mpi_push_options *options,
                                      quire_push_report *report, quire_version_id *version,
                                      quire_error *error);

#ifdef __cplusplus
}
#endif
#endif
