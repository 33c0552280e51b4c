/**
 * @file
 * Versions: finding, reading, comparing and annotating what was committed.
 *
 * A version is addressed as `NAME:VERSION`, where VERSION is `v<number>`, an alias (`latest` is the
 * newest) or the version's digest; `NAME` alone means `NAME:latest`. Its content never changes; its
 * notes (aliases, tags, description, metadata, time to live) may.
 *
 * Every byte that is handed out was checked against its digest before.
 */
#ifndef QUIRE_VERSION_H
#define QUIRE_VERSION_H

#include <quire/artifact.h>
#include <quire/commit.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct quire_version quire_version;

/** What is known of a version. Borrowed from the handle. */
typedef struct quire_version_info {
    const char *name;
    const char *type;
    int64_t number;
    const char *digest;
    uint64_t entries;
    uint64_t bytes;          /**< of its files; references do not count */
    const char *mode;        /**< "simple", "collaborative" or "patch" */
    const char *created_at;  /**< ISO 8601, UTC */
    const char *created_by;  /**< JSON object: user, host, job, writers, distributed_id, base */
    const char *description; /**< "" when there is none */
    const char *metadata;    /**< JSON object */
    int64_t ttl;             /**< seconds from created_at; 0: kept */
    const char *const *aliases;
    size_t alias_count;
    const char *const *tags;
    size_t tag_count;
} quire_version_info;

/**
 * Find a version. Local.
 * @param address NAME:VERSION
 * @param version receives the handle; the caller frees it, before its store
 */
QUIRE_API quire_status quire_version_open(quire_store *store, const char *address,
                                          quire_version **version, quire_error *error);
QUIRE_API void quire_version_free(quire_version *version);

/** What is known of it, as of its opening. Local. */
QUIRE_API const quire_version_info *quire_version_get_info(const quire_version *version);

typedef quire_status (*quire_version_callback)(void *context, const quire_version_info *info);

/** List the versions of a collection that are not deleted, in their order. Local. */
QUIRE_API quire_status quire_version_each(quire_store *store, const char *name,
                                          quire_version_callback callback, void *context,
                                          quire_error *error);

/** The entry is borrowed for the duration of the callback. */
typedef quire_status (*quire_entry_callback)(void *context, const quire_entry *entry);

/**
 * Walk the entries in or below a folder, in the bytewise order of their paths. Local. Reads the
 * part of the manifest that holds them, and holds one chunk of it at a time.
 * @param folder NULL or "": all
 */
QUIRE_API quire_status quire_version_walk(quire_version *version, const char *folder,
                                          quire_entry_callback callback, void *context,
                                          quire_error *error);

/**
 * List one folder: its files, and its subfolders as entries whose path ends in `/` with an empty
 * digest and the sum of the sizes below. Local.
 * @return QUIRE_NOT_FOUND when there is no such folder or file
 */
QUIRE_API quire_status quire_version_list(quire_version *version, const char *folder,
                                          quire_entry_callback callback, void *context,
                                          quire_error *error);

/** Look one path up. Local. The entry is borrowed until the next call on the same handle. */
QUIRE_API quire_status quire_version_get_entry(quire_version *version, const char *path,
                                               quire_entry *entry, quire_error *error);

/** Receives bytes in order. A status other than QUIRE_OK ends the reading with it. */
typedef quire_status (*quire_data_callback)(void *context, const void *data, size_t size);

/**
 * Read a file or a range of it. Local. Bytes are handed out a checked block (64 MiB at most) at a
 * time; a range costs the blocks that it touches.
 * @param length bytes from `offset` on; UINT64_MAX: to the end
 * @return QUIRE_USAGE for a reference or a range that begins past the end
 */
QUIRE_API quire_status quire_version_read(quire_version *version, const char *path, uint64_t offset,
                                          uint64_t length, quire_data_callback callback,
                                          void *context, quire_error *error);

/**
 * Where a large file lies in the store, to be opened in place (read-only!). Local.
 * @param file receives the path, freed by the caller with free()
 * @return QUIRE_USAGE when it has no file of its own: a small file in a pack, a reference
 */
QUIRE_API quire_status quire_version_local_path(quire_version *version, const char *path,
                                                char **file, quire_error *error);

typedef struct quire_download_options {
    int version;         /**< layout of this struct: 0 */
    const char *path;    /**< only this file, or all below this folder; NULL: everything */
    int skip_references; /**< fetch no `file:` and `http(s):` references */
    int64_t part, parts; /**< take this share (0 … parts-1) of the entries; 0, 0: all */
    quire_progress_callback progress;
    void *progress_context;
    unsigned threads; /**< instead of what quire_store_options.threads says; 0: as that says */
    /** Where there are several parts: files that are too large for one of them (above 64 MiB, and
     *  9/8 of the mean of the parts) are left out, and told to this, the same ones in the same
     * order to each part: they are to be written by quire_version_place_blocks(). NULL: none are.
     * Another status than QUIRE_OK ends the download with it. */
    quire_entry_callback divided;
    void *divided_context;
} quire_download_options;

/** What a download or verification saw. Fixed size, no pointers: ranks may sum it. */
typedef struct quire_read_report {
    uint64_t files; /**< written, or verified */
    uint64_t bytes;
    uint64_t references; /**< fetched */
    uint64_t skipped;    /**< references left where they are */
} quire_read_report;

/**
 * Write a version's files below a folder. Local. The folder is made; files that are there are
 * replaced, others left alone. Nothing is written outside the folder, whatever the version and
 * whatever symbolic links the folder hold; each file appears whole and checked, or not at all.
 *
 * References are fetched: `http:` and `https:` as they were recorded; of `file:` only those with
 * the digest of their content (a version must not have files copied that its maker could not read).
 * Other references are left where they are, and counted.
 *
 * After a failure the files before the one that failed are there; where several threads wrote, some
 * behind it may be, too.
 * @param report may be NULL
 * @return QUIRE_CONFLICT where the filesystem takes two names for one, as `File` and `file`
 */
QUIRE_API quire_status quire_version_download(quire_version *version, const char *folder,
                                              const quire_download_options *options,
                                              quire_read_report *report, quire_error *error);

/** Room for the name that a file has until it is whole, the NUL included. */
#define QUIRE_PLACE_SIZE 48

/**
 * Write one large file (above 64 MiB) of a version below one folder by several processes. Local.
 *
 *     one        quire_version_place_begin()    makes a file of its size by another name, `place`
 *     everybody  quire_version_place_blocks()   writes a run of its blocks of 64 MiB into that
 *     one        quire_version_place_end()      gives it its name, when all blocks are written
 *            or  quire_version_place_abandon()  removes it
 *
 * The same promises hold as for a download. Each block is checked; that all of them were written is
 * the callers' to agree on. Who dies leaves a file by the name `.quire-…`.
 * @param path the file's, in the version
 * @param place receives the name, for the other calls
 * @return QUIRE_NOT_FOUND when the version has no such file; QUIRE_USAGE for a reference
 */
QUIRE_API quire_status quire_version_place_begin(quire_version *version, const char *folder,
                                                 const char *path, char place[QUIRE_PLACE_SIZE],
                                                 quire_error *error);

/**
 * @param first,count the blocks; `count` may be 0
 * @param progress may be NULL: of the bytes of this run
 * @return QUIRE_INTEGRITY when a block is damaged in the store, or `place` is not what was begun
 */
QUIRE_API quire_status quire_version_place_blocks(quire_version *version, const char *folder,
                                                  const char *path, const char *place,
                                                  uint64_t first, uint64_t count,
                                                  quire_progress_callback progress,
                                                  void *progress_context, quire_error *error);

/** Replaces what is there, as a download does. */
QUIRE_API quire_status quire_version_place_end(quire_version *version, const char *folder,
                                               const char *path, const char *place,
                                               quire_error *error);
QUIRE_API quire_status quire_version_place_abandon(quire_version *version, const char *folder,
                                                   const char *path, const char *place,
                                                   quire_error *error);

typedef struct quire_verify_options {
    int version;         /**< layout of this struct: 0 */
    int64_t part, parts; /**< as for a download */
    quire_progress_callback progress;
    void *progress_context;
    quire_fault_callback fault; /**< may be NULL */
    void *fault_context;
    unsigned threads; /**< as for a download */
} quire_verify_options;

/**
 * Read everything a version names and check it. Local. Goes on after a fault.
 * @return QUIRE_INTEGRITY when there is at least one; without one, QUIRE_ERROR when the system
 *         refused to read something (an I/O error, no permission, no memory)
 */
QUIRE_API quire_status quire_version_verify(quire_version *version,
                                            const quire_verify_options *options,
                                            quire_read_report *report, quire_error *error);

/** One difference: `before` is NULL for what was added, `after` for what was removed. */
typedef quire_status (*quire_diff_callback)(void *context, const quire_entry *before,
                                            const quire_entry *after);

/** Compare two versions of one store, in the order of paths. Local. Skips what is equal. */
QUIRE_API quire_status quire_version_diff(quire_version *before, quire_version *after,
                                          quire_diff_callback callback, void *context,
                                          quire_error *error);

/** Move an alias to a version, or take it away (`address` is NAME:ALIAS). Local. */
QUIRE_API quire_status quire_alias_set(quire_store *store, const char *address, const char *alias,
                                       quire_error *error);
QUIRE_API quire_status quire_alias_remove(quire_store *store, const char *address,
                                          quire_error *error);

/** Change notes of a version. Local. NULL leaves a field as it is. */
typedef struct quire_notes_change {
    int version; /**< layout of this struct: 0 */
    const char *description;
    const char *metadata; /**< replaces the whole object */
    const int64_t *ttl;
    const char *const *add_tags;
    size_t add_tag_count;
    const char *const *remove_tags;
    size_t remove_tag_count;
} quire_notes_change;

/** @return QUIRE_NOT_FOUND when a tag to be removed is not there */
QUIRE_API quire_status quire_version_annotate(quire_store *store, const char *address,
                                              const quire_notes_change *change, quire_error *error);

/**
 * Delete a version; gc frees its space; its number is never used again. Local.
 * @param delete_aliases 0: refuse with QUIRE_CONFLICT while an alias other than `latest` names it
 */
QUIRE_API quire_status quire_version_delete(quire_store *store, const char *address,
                                            int delete_aliases, quire_error *error);

/** Record that a job consumed a version (lineage). Local.
 *  @param job NULL: as in quire_commit_options */
QUIRE_API quire_status quire_version_use(quire_store *store, const char *address, const char *job,
                                         quire_error *error);

/**
 * Link a version into a collection of another project, such as a registry; it is in both then, and
 * has a number and aliases of its own there. Local. Stores of W&B only.
 *
 * @param target [ENTITY/]PROJECT/COLLECTION. Without ENTITY it is the store's; for a registry, a
 *        project `wandb-registry-…`, that of its organization. The collection is made when missing
 * @param aliases there; may be NULL when `alias_count` is 0
 * @param number receives n of its vN there; -1 when W&B does not tell. May be NULL
 * @return QUIRE_USAGE for a store that has no links
 */
QUIRE_API quire_status quire_version_link(quire_store *store, const char *address,
                                          const char *target, const char *const *aliases,
                                          size_t alias_count, int64_t *number, quire_error *error);

/** One step of lineage. Borrowed for the duration of the callback. */
typedef struct quire_lineage {
    const char *kind;  /**< "input": the version was made from `other`; "use": `other`, or a job
                            alone, was made from it */
    const char *other; /**< NAME:vN or NULL */
    const char *job;   /**< or NULL */
    const char *user;
    const char *host;
    const char *at; /**< ISO 8601, UTC */
} quire_lineage;

typedef quire_status (*quire_lineage_callback)(void *context, const quire_lineage *step);

/** What the version was made from, and what was made from it. Local. */
QUIRE_API quire_status quire_version_lineage(quire_version *version,
                                             quire_lineage_callback callback, void *context,
                                             quire_error *error);

#ifdef __cplusplus
}
#endif
#endif
