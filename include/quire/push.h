/**
 * @file
 * Pushing: a version of one store becomes a version of another.
 *
 * A job that runs where there is no network logs into a directory; later, from where there is one,
 * the version is pushed into a store that others read. What comes along: every file, checked by the
 * digest that the source has of it, references as they are, type, description, metadata, tags, time
 * to live and the user's aliases. Who made the version there (created_by) tells where it came from.
 *
 *     content that the target has       a version with it: nothing is done but to set the aliases;
 *                                       in another version, at the same path, or as a large file:
 *                                       it is not stored again, nor read
 *     a push that died                  is given again: what it stored is found, the rest is done
 *     a source that is damaged          QUIRE_INTEGRITY, and nothing is committed
 *
 * What a version holds is divided into *parts*, runs of its entries in the order of paths, by what
 * the version is and nothing else. Each is upserted to a draft of the target that is named after
 * the source's digest; the finish makes the version. So whoever pushes the same version again, on
 * however many processes, finds the parts that are there. A version of one part is logged at once.
 *
 * Stores of different kinds have different digests of the same bytes (a directory has SHA-256, W&B
 * has MD5): the digest of the version is another one then, and what the target has is known only
 * when files have been read.
 *
 * Bytes are held in memory a MiB or so at a time. A large file of a source that has no path in a
 * file system (an object storage, W&B) is kept in a temporary file while it is pushed, below
 * TMPDIR, else /var/tmp.
 */
#ifndef QUIRE_PUSH_H
#define QUIRE_PUSH_H

#include <quire/commit.h>
#include <quire/version.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct quire_push_options {
    int version;                /**< layout of this struct: 0 */
    const char *name;           /**< of the collection in the target; NULL: as in the source */
    const char *const *aliases; /**< to be set in addition to those of the source */
    size_t alias_count;
    int skip_aliases; /**< leave the source's own aliases behind */
    const char *job;  /**< as in quire_commit_options */
    quire_progress_callback progress;
    void *progress_context;
    unsigned threads; /**< instead of what quire_store_options.threads of the target says; 0: as
                           that says */
} quire_push_options;

/** What a push did. Fixed size, no pointers: processes may sum it. */
typedef struct quire_push_report {
    uint64_t files, bytes;             /**< read from the source, and handed to the target */
    uint64_t known_files, known_bytes; /**< not read, since the target has them; of a version or
                                            part that was there, references are counted, too */
    uint64_t references;               /**< pushed now */
} quire_push_report;

/**
 * Push a version into another store. Local.
 * @param options may be NULL
 * @param report may be NULL; filled as far as the push came, also on failure
 * @param version receives which version of the target it is; `created` is 0 when it was there
 * @return QUIRE_INTEGRITY when the source is damaged; QUIRE_CONFLICT when the collection has
 *         another type in the target; QUIRE_USAGE when the target is the source, or cannot have
 *         such a name, type or alias; and what reading and committing can give
 */
QUIRE_API quire_status quire_push_version(quire_version *source, quire_store *target,
                                          const quire_push_options *options,
                                          quire_push_report *report, quire_version_id *version,
                                          quire_error *error);

/*
 * **By several processes**, each with its own handles on both stores. Under MPI quire_mpi_push()
 * does all of this.
 *
 *     one         quire_push_begin()    what is there, and what has to be done: a ticket
 *     the others  quire_push_join()
 *     everybody   quire_push_share()    the parts that fall to it; or quire_push_part(), each part
 *                                       by one of them, in any order
 *     one         quire_push_finish()   when all parts are done
 *     everybody   quire_push_free()
 */

/** One process's share in a push. */
typedef struct quire_push quire_push;

/** A version is divided into so many parts at most. */
#define QUIRE_PUSH_PARTS_MAX 512

/** What the others need to know. Fixed size, no pointers: to be sent as it is. */
typedef struct quire_push_ticket {
    char draft[136]; /**< its distributed_id; "": the version is logged, not upserted */
    uint32_t parts;  /**< 0: nothing is to be done, the target has the version */
    unsigned char there[QUIRE_PUSH_PARTS_MAX / 8]; /**< a bit for each part that is in the draft */
} quire_push_ticket;

/**
 * Find out what has to be done. Local.
 * @param processes how many will share the work; 1: the caller alone
 * @param push receives the handle; the caller frees it, before `source` and `target`
 * @param ticket may be NULL
 */
QUIRE_API quire_status quire_push_begin(quire_version *source, quire_store *target,
                                        const quire_push_options *options, unsigned processes,
                                        quire_push **push, quire_push_ticket *ticket,
                                        quire_error *error);
/** Take part in what another process has begun, with the same options, on the same version. Local.
 *  @return QUIRE_USAGE when the ticket is not of this version */
QUIRE_API quire_status quire_push_join(quire_version *source, quire_store *target,
                                       const quire_push_options *options,
                                       const quire_push_ticket *ticket, quire_push **push,
                                       quire_error *error);
QUIRE_API void quire_push_free(quire_push *push);

/** How many parts there are, those that are done already among them. Local. */
QUIRE_API uint32_t quire_push_parts(const quire_push *push);
/** Whether a part has to be done. Local. */
QUIRE_API int quire_push_is_missing(const quire_push *push, uint32_t part);

/** Do a part. Local. One that is done is fine, and nothing is done. */
QUIRE_API quire_status quire_push_part(quire_push *push, uint32_t part, quire_error *error);

/**
 * Do the parts that fall to this process. Local. What is missing goes to the processes in turn, by
 * what the ticket says, so that each part falls to one of them; the only part of a version that is
 * logged falls to the first. Progress is that of this share.
 * @param number,processes which of how many; 0 is the one that has begun
 */
QUIRE_API quire_status quire_push_share(quire_push *push, unsigned number, unsigned processes,
                                        quire_error *error);

/**
 * End it: all parts were done, by whomever. Local.
 * @return QUIRE_INCOMPLETE when some were not; QUIRE_CONFLICT when one is not what the source has
 */
QUIRE_API quire_status quire_push_finish(quire_push *push, quire_version_id *version,
                                         quire_error *error);

/** What this process has done until now. Local. */
QUIRE_API void quire_push_get_report(const quire_push *push, quire_push_report *report);

#ifdef __cplusplus
}
#endif
#endif
