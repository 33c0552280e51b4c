/**
 * @file
 * Making versions: simple, collaborative, patch.
 *
 * Each call reads the artifact's files, stores what the store does not have yet, and, save for the
 * upsert, ends in one commit point. Dying at any moment before it leaves no version, after it the
 * whole one; repeating a call that died ends in the same version.
 *
 * Content that a version of the collection already has makes no new version: the call succeeds,
 * tells so (`created` is 0), and moves `latest` and the aliases asked for to that version,
 * whose tags, inputs, description, metadata and time to live stay as they are.
 */
#ifndef QUIRE_COMMIT_H
#define QUIRE_COMMIT_H

#include <quire/artifact.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Which version a call ended in. Fixed size, no pointers. */
typedef struct quire_version_id {
    char name[136];  /**< the collection */
    char digest[72]; /**< of the version, hexadecimal */
    int64_t number;  /**< n of vN */
    int32_t created; /**< 1: this call made it; 0: it was there */
} quire_version_id;

/** How far a call is. */
typedef struct quire_progress {
    uint64_t files_done, files_total;
    uint64_t bytes_done, bytes_total;
    int32_t slowest_rank; /**< has done the least; in the end, was done last; -1 outside MPI */
} quire_progress;

/** Called on the caller's thread, now and then; whoever draws should look at a clock. */
typedef void (*quire_progress_callback)(void *context, const quire_progress *progress);

/** What one upsert stored. Fixed size, no pointers. */
typedef struct quire_receipt {
    uint64_t entries;
    uint64_t bytes;  /**< of the files among them */
    char digest[72]; /**< of the shard: same entries, same digest */
} quire_receipt;

struct quire_merge;

typedef struct quire_commit_options {
    int version; /**< layout of this struct: 0 */
    quire_progress_callback progress;
    void *progress_context;
    /** Who makes it, for lineage: 1,024 bytes of UTF-8 at most; NULL: the Slurm or PBS job, else
     *  none. */
    const char *job;
    /** finish: how many writers must have upserted; 0: any number, at least one. Of a draft that
     *  is finished already it is not asked. */
    int64_t expect;
    /** upsert, finish: files of the finisher itself are a writer with this name; NULL: "finish". */
    const char *writer;
    int notes_only; /**< finish: the artifact's name, type and notes alone count; entries of its
                         own are not upserted */
    /** finish: what the upserts of the writers "0", "1", … gave back, `expect` of them, or NULL.
     * When one of these has upserted something else since, or is left out, or there are more that
     * are called by a number, the finish is refused (QUIRE_CONFLICT): another job has used the same
     * distributed_id, or this one ran on more ranks before. */
    const quire_receipt *receipts;
    unsigned threads; /**< instead of what quire_store_options.threads says; 0: as that says */
    /** finish: what the writers have merged together (quire/merge.h), or NULL. */
    struct quire_merge *merge;
} quire_commit_options;

/**
 * Make a version out of one artifact. Local.
 * @param version receives which; written on success alone
 * @return QUIRE_CONFLICT when the collection has another type (and a version that is not deleted,
 *         or an open draft, of that), and what reading files can give
 */
QUIRE_API quire_status quire_log_artifact(quire_store *store, quire_artifact *artifact,
                                          const quire_commit_options *options,
                                          quire_version_id *version, quire_error *error);

/**
 * Make a version out of one file or folder, in one call. Local. As quire_artifact_new(), adding
 * `path` (a file under its base name, a folder's contents at the root) and quire_log_artifact().
 */
QUIRE_API quire_status quire_save(quire_store *store, const char *name, const char *type,
                                  const char *path, quire_version_id *version, quire_error *error);

/**
 * Add one writer's part to a draft. Local. The draft begins with its first upsert.
 *
 * Repeating an upsert replaces this writer's part until the draft is finished; repeating the very
 * same one is fine afterwards, too. The notes of all parts are united: aliases, tags and inputs add
 * up, metadata by key.
 *
 * @param distributed_id what the writers share: 1 to 128 printable bytes
 * @param writer who this is among them: 1 to 128 printable bytes, unlike any other writer's
 * @param receipt may be NULL
 * @return QUIRE_CONFLICT when the draft is finished without this part
 */
QUIRE_API quire_status quire_upsert_artifact(quire_store *store, quire_artifact *artifact,
                                             const char *distributed_id, const char *writer,
                                             const quire_commit_options *options,
                                             quire_receipt *receipt, quire_error *error);

/**
 * Turn a draft into a version, and lock it for good. Local; by anyone, on any host, and as often as
 * one likes: the first decides, the others get the same version.
 *
 * @param artifact name and type; entries of its own, if any, are upserted first; its notes win over
 *        those of the parts
 * @return QUIRE_NOT_FOUND when there is no such draft; QUIRE_INCOMPLETE when fewer than
 *         options->expect writers have upserted (the draft stays open); QUIRE_CONFLICT when two
 *         writers bring a path with different content (it stays open and names both), or when the
 *         version that it became was deleted; QUIRE_USAGE when the parts have more metadata
 *         together than a version may have (it stays open)
 */
QUIRE_API quire_status quire_finish_artifact(quire_store *store, quire_artifact *artifact,
                                             const char *distributed_id,
                                             const quire_commit_options *options,
                                             quire_version_id *version, quire_error *error);

/**
 * Make a version out of the differences to another. Local. Entries of the artifact are added or
 * replace those of the base; removals take out a path or all below it. Costs what changes, not what
 * the base holds.
 *
 * @param base VERSION (`v3`, an alias, a digest) of the artifact's own collection
 * @return QUIRE_NOT_FOUND for an unknown base or a removal of a path that the base does not have
 */
QUIRE_API quire_status quire_patch_artifact(quire_store *store, const char *base,
                                            quire_artifact *artifact,
                                            const quire_commit_options *options,
                                            quire_version_id *version, quire_error *error);

#ifdef __cplusplus
}
#endif
#endif
