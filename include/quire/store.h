/**
 * @file
 * Stores: where collections of versions live.
 *
 * A store is named by a URL. A plain path or `file:///dir` is a directory on a local or shared
 * filesystem: no server, no daemon, no lock; any number of processes on any number of hosts may use
 * it at once. What the directory holds is told in docs/format.md. `s3://BUCKET[/PREFIX]` is the
 * same in an object storage; endpoint and credentials come from where the tools of AWS find them
 * (docs/s3.md). `wandb://ENTITY/PROJECT` is a project of W&B, whose key and server come from where
 * the tools of W&B find them; digests are W&B's (docs/wandb.md).
 *
 * A quire_store handle may be used by one thread at a time; several handles on one store are fine.
 * One on an object storage or W&B is of the process that opened it: after a fork the child opens
 * its own.
 */
#ifndef QUIRE_STORE_H
#define QUIRE_STORE_H

#include <quire/error.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct quire_store quire_store;

/** What is on stable storage when a call that commits has returned. */
typedef enum quire_durability {
    QUIRE_DURABILITY_FULL = 0, /**< every object is fsynced, with its folder, when it is stored */
    QUIRE_DURABILITY_BATCH,    /**< as full, but the folders of content by one syncfs, which comes
                                    before the commit */
    QUIRE_DURABILITY_NONE      /**< nothing is synced: a power cut may lose what was committed */
} quire_durability;

typedef enum quire_log_level {
    QUIRE_LOG_DEBUG = 0,
    QUIRE_LOG_INFO,
    QUIRE_LOG_WARNING
} quire_log_level;

/** Receives one line without a newline. Called on the caller's thread, within a quire call; of a
 * log that was begun by quire_mpi_log_begin(), on the thread that stores. */
typedef void (*quire_log_callback)(void *context, quire_log_level level, const char *line);

/** How to use a store. Zero-initialised: the defaults, and silence. */
typedef struct quire_store_options {
    int version; /**< layout of this struct: 0 */
    quire_durability durability;
    quire_log_callback log; /**< NULL: silent */
    void *log_context;      /**< handed to `log` as it is */
    /** How many threads a call may make to work for it while it lasts; 1: none, it works itself. 0:
     * QUIRE_THREADS where it is a number from 1 on, else a fair share of the node's processors
     * among its ranks. Callbacks come on the caller's thread. */
    unsigned threads;
    /** A folder of this user alone, copied, made when it is missing, in which is remembered what
     * the files that are logged look like: one that looks the same next time is not read again.
     * Best on a local disk, and never in the store. NULL: nothing is remembered. docs/cache.md
     * tells what it relies on; that it cannot be used is told to `log` and fails nothing. */
    const char *cache;
} quire_store_options;

/**
 * Make an empty store. Local. Making one where one is already is not an error and changes nothing;
 * missing parent folders are made, a missing bucket is not. A storage that would replace what it is
 * told not to replace is refused.
 *
 * @param url where; NULL: the value of QUIRE_STORE, else `.quire` below the working directory
 * @return QUIRE_CONFLICT when the place holds something else, QUIRE_ERROR when the system refuses,
 *         QUIRE_AUTH when an object storage does, QUIRE_TEMPORARY when it cannot be reached
 */
QUIRE_API quire_status quire_store_init(const char *url, const quire_store_options *options,
                                        quire_error *error);

/**
 * Open a store. Local; under MPI every rank opens its own handle.
 *
 * @param url as in quire_store_init()
 * @param store receives the handle; the caller frees it with quire_store_free()
 * @return QUIRE_NOT_FOUND when there is no store, QUIRE_USAGE for a scheme this build does not
 *         serve, QUIRE_ERROR for a store of a newer format
 */
QUIRE_API quire_status quire_store_open(const char *url, const quire_store_options *options,
                                        quire_store **store, quire_error *error);

/** Free a handle; NULL is fine. Artifacts, versions and tables that used it are freed before. */
QUIRE_API void quire_store_free(quire_store *store);

/** The URL it was opened by, without credentials. Borrowed: lives as long as the handle. */
QUIRE_API const char *quire_store_url(const quire_store *store);

/** What one process has found out for others that write the same draft: fixed size, no pointers and
 *  no secrets, to be sent as it is. */
typedef struct quire_store_session {
    char text[1024];
} quire_store_session;

/** Whether there is something to be found out, by quire_store_prepare(); the same in each process.
 *  Local. */
QUIRE_API int quire_store_has_session(const quire_store *store);

/**
 * Find out, and make, what all that write a draft need: with W&B whose the key is, the project and
 * a run. Local; by one of many processes, so that not each asks the server. Those of other stores
 * need nothing, and the session says so.
 * @param name,distributed_id of the draft
 */
QUIRE_API quire_status quire_store_prepare(quire_store *store, const char *name,
                                           const char *distributed_id, quire_store_session *session,
                                           quire_error *error);

/**
 * Begin with what another process has found out. Local; before an upsert into that draft.
 * @param writers how many processes join: where they ask a server, each waits a little before, for
 * a time that is drawn, so that they do not come all at once
 */
QUIRE_API quire_status quire_store_join(quire_store *store, const quire_store_session *session,
                                        int writers, quire_error *error);

/** Called for each name, in no order. A status other than QUIRE_OK ends the listing with it. */
typedef quire_status (*quire_name_callback)(void *context, const char *name);

/** List the collections of a store. Local. */
QUIRE_API quire_status quire_store_collections(quire_store *store, quire_name_callback callback,
                                               void *context, quire_error *error);

/** What gc found and did. */
typedef struct quire_gc_report {
    uint64_t objects_kept;
    uint64_t objects_deleted; /**< in a dry run: that would be */
    uint64_t bytes_deleted;
    uint64_t versions_expired; /**< versions whose time to live had passed */
} quire_gc_report;

typedef struct quire_gc_options {
    int version; /**< layout of this struct: 0 */
    int dry_run; /**< count, delete nothing */
    /** Seconds for which an object that nothing names is left alone; 0: one day; -1: none at all,
     *  for a store that nobody else uses now: then what killed writers left goes too. */
    int64_t grace;
} quire_gc_options;

/**
 * Delete what no version, no draft, no running writer and no grace period protects. Local; safe
 * beside readers and writers on any host.
 */
QUIRE_API quire_status quire_store_gc(quire_store *store, const quire_gc_options *options,
                                      quire_gc_report *report, quire_error *error);

/** Called with one line for each fault that a verification finds, and for what it cannot read. */
typedef void (*quire_fault_callback)(void *context, const char *line);

/**
 * Check everything in a store: each record, manifest and pack, each version's files. Local.
 *
 * Goes on after a fault and reports all of them; the error tells how many there were.
 * @param callback may be NULL
 * @return QUIRE_INTEGRITY when there is at least one fault; without one, QUIRE_ERROR when the
 *         system refused to read something (no permission, no memory)
 */
QUIRE_API quire_status quire_store_verify(quire_store *store, quire_fault_callback callback,
                                          void *context, quire_error *error);

#ifdef __cplusplus
}
#endif
#endif
