/**
 * @file
 * The upper seam of quire: what an artifact-level store does. The repository (over objects) is
 * one implementation; W&B, which keeps no objects of quire's own, is another.
 * Public functions check their arguments and call these.
 */
#ifndef Q_STORE_H
#define Q_STORE_H

#include <quire/quire.h>
#include <stdbool.h>

#include "base/buffer.h"
#include "base/digest.h"
#include "base/name.h"
#include "base/source.h"
#include "manifest/entry.h"
#include "manifest/merge.h"

#define Q_DESCRIPTION_MAX ((size_t)64 << 10)
/** Far beyond any use; in microseconds, added to a time, it stays a number of 64 bits. */
#define Q_TTL_MAX ((int64_t)1 << 40)

/** Notes of a version, as a caller gives them. Owned by the artifact; borrowed below. */
typedef struct q_notes {
    const char *description; /**< NULL: not given */
    const char *metadata;    /**< checked JSON object; NULL: not given */
    int64_t ttl;             /**< -1: not given */
    char **aliases;
    size_t alias_count;
    char **tags;
    size_t tag_count;
    char **inputs; /**< addresses NAME:VERSION */
    size_t input_count;
} q_notes;

/** Which version of another store content was pushed from. */
typedef struct q_origin {
    const char *store;   /**< its URL, without credentials */
    const char *version; /**< NAME:vN */
    const char *digest;  /**< the version's, in that store */
} q_origin;

/** Content on its way into a store, before it is known for which version (see stage_open). */
typedef struct q_stage {
    quire_store *store;
} q_stage;
/** One stream of a stage. */
typedef struct q_stage_stream {
    q_stage *stage;
} q_stage_stream;

/** Room for what names a file while several processes write it, the NUL included. */
#define Q_SHARED_TOKEN_SIZE 96
/** A file of a stage that several processes write, as who began it sees it. */
typedef struct q_shared {
    q_stage *stage;
} q_shared;
/** A run of its bytes, as who writes it sees it. */
typedef struct q_part {
    quire_store *store;
} q_part;

typedef enum q_mode {
    Q_MODE_LOG,
    Q_MODE_UPSERT,
    Q_MODE_PATCH
} q_mode;

/** A version, shard or patch being written. */
typedef struct q_writing {
    quire_store *store;
} q_writing;

#define Q_LOAD_FILES 32
/** Files on their way into a writing: as many as one thread reads in one go, at most Q_LOAD_FILES.
 *  Used over and over. */
typedef struct q_load {
    q_writing *writing;
} q_load;

/** What is to be written. All borrowed until the writing is freed. */
typedef struct q_write_spec {
    q_mode mode;
    const char *name, *type;
    const q_notes *notes;
    q_stage *stage;             /**< of the artifact; NULL: none */
    const char *distributed_id; /**< upsert */
    const char *writer;         /**< upsert */
    const char *base;           /**< patch: the selector */
    const char *job;            /**< NULL: none */
    const q_origin *origin;     /**< NULL: it was made here */
    /** Of a store that stores late: told while it commits, when files are stored. May be NULL. */
    void (*stored)(void *context, uint64_t files, uint64_t bytes);
    void *stored_context;
} q_write_spec;

/** One process's share in the merging of a draft (quire/merge.h). */
typedef struct q_merging {
    quire_store *store;
} q_merging;

typedef struct q_merging_spec {
    const char *name, *distributed_id, *writer;
    bool leads; /**< this process will finish */
} q_merging_spec;

typedef struct q_finish_spec {
    const char *name, *type;
    const q_notes *notes;
    const char *distributed_id;
    int64_t expect;         /**< 0: at least one */
    const char *own_writer; /**< the finisher's own upsert: does not count among those expected;
                                 NULL: it has none */
    const quire_receipt *receipts; /**< of the writers "0" to `expect` - 1: their parts must be
                                        these; NULL: any will do */
    const char *job;
    const q_origin *origin; /**< as of q_write_spec */
    q_merging *merging;     /**< what the writers have merged together; NULL: nothing */
} q_finish_spec;

/** The handle behind quire_version; implementations put their own data behind it, all zero at
 *  first. */
struct quire_version {
    quire_store *store;
    quire_version_info info;
    q_entry_box found; /**< of quire_version_get_entry(), filled and freed by src/version alone */
};

/** Reads whole files of a version. */
typedef struct q_copier {
    quire_version *version;
} q_copier;

typedef struct q_store_ops {
    /** What a writing has stored and not committed is found again in the part of a draft alone, as
     *  far as it is small; and drafts are listed with their parts. Else by its content. */
    bool finds_by_draft;
    /** What load_read() has read it needs no more. Else memory and files of sources must be what
     *  they are until the writing is freed. */
    bool reads_once;
    void (*free)(quire_store *);

    /* Staging: streams whose size is not known before they end. The entry that stream_close gives
     * has digest, size and placement, its path is NULL; strings are borrowed from the stage, for as
     * long as that lives. stage_free discards what no writing has sealed. */
    quire_status (*stage_open)(quire_store *, q_stage **, quire_error *);
    void (*stage_free)(q_stage *);
    quire_status (*stream_open)(q_stage *, q_stage_stream **, quire_error *);
    quire_status (*stream_write)(q_stage_stream *, const void *, size_t, quire_error *);
    /** Ends and frees the stream, also on failure. */
    quire_status (*stream_close)(q_stage_stream *, q_entry *, quire_error *);
    void (*stream_discard)(q_stage_stream *);
    /** Whether the store has the content of a large file of which only size and digest are known;
     *  it is kept for as long as the stage lives. May be NULL. */
    quire_status (*stage_known)(q_stage *, uint64_t size, const char *digest, bool *known,
                                quire_error *);

    /* Files of more than one block that several processes write (objects.h tells how): begun and
     * ended by one of them. NULL, all of them, or `*shared` NULL: there is no such thing. The entry
     * that shared_end gives is as of stream_close. Free gives up what was not ended. */
    quire_status (*shared_begin)(q_stage *, uint64_t size, q_shared **,
                                 char token[Q_SHARED_TOKEN_SIZE], quire_error *);
    quire_status (*shared_end)(q_shared *, const unsigned char *block_digests, q_entry *,
                               quire_error *);
    void (*shared_free)(q_shared *);
    quire_status (*part_open)(quire_store *, const char *token, uint64_t size, uint64_t offset,
                              q_part **, quire_error *);
    quire_status (*part_write)(q_part *, const void *, size_t, quire_error *);
    quire_status (*part_close)(q_part *, quire_error *);
    void (*part_free)(q_part *);

    /* Writing: puts and removals in ascending bytewise order of paths, each path put once. A
     * removal is allowed in a patch only, and comes before a put of the same path. Commit ends the
     * writing (never to be used again but freed); `version` is filled for log and patch, `receipt`
     * for all modes. */
    quire_status (*write_begin)(quire_store *, const q_write_spec *, q_writing **, quire_error *);
    quire_status (*write_entry)(q_writing *, const q_entry *, quire_error *);
    quire_status (*write_remove)(q_writing *, const char *path, quire_error *);
    quire_status (*write_commit)(q_writing *, quire_version_id *version, quire_receipt *receipt,
                                 quire_error *);
    /** Now and then, while long files are read: what the writing rests on is kept alive. */
    quire_status (*write_renew)(q_writing *, quire_error *);
    /** Frees; what was not committed is given up. Loads are freed before. */
    void (*write_free)(q_writing *);

    /* Files of a writing come in loads, in three steps: expected, read, put. Reading may be done by
     * any thread, one load by one at a time; everything else is for the thread of the writing, and
     * in order of paths: the files of one load one after the other, its first having the index 0,
     * which begins it anew. */
    quire_status (*load_new)(q_writing *, q_load **, quire_error *);
    void (*load_free)(q_load *); /**< NULL is fine */
    /** Of a file whose digest is known (else NULL) also finds out whether it can be put without
     *  being read: where the store has the content and can tell so by the digest and the path. */
    quire_status (*load_expect)(q_load *, size_t index, const char *path, uint64_t size,
                                const char *digest, bool *known, quire_error *);
    /** What a source in memory has stays there until the writing is freed. */
    quire_status (*load_read)(q_load *, size_t index, q_source *, quire_error *);
    /**
     * Put the file, and tell its digest.
     * @param status of opening and reading it; after a failure it is this that is returned, or what
     * lies behind it
     */
    quire_status (*load_put)(q_load *, size_t index, const char *path, quire_status status,
                             char digest[Q_DIGEST_TEXT_SIZE], quire_error *);

    /** What one process finds out for all that write a draft; both NULL: there is no such thing. */
    quire_status (*prepare)(quire_store *, const char *name, const char *distributed_id,
                            quire_store_session *, quire_error *);
    quire_status (*join)(quire_store *, const quire_store_session *, int writers, quire_error *);

    quire_status (*finish)(quire_store *, const q_finish_spec *, quire_version_id *, quire_error *);

    /* Merging by many processes. All NULL in a store that merges in its own way. */
    /** `*merging` stays NULL when the writer has no part. Else `lines` receives the lines of its
     *  entries, in order, and `*entries` their number. */
    quire_status (*merge_open)(quire_store *, const q_merging_spec *, q_merging **, q_buffer *lines,
                               uint64_t *entries, quire_error *);
    /** Merge a range that begins with the path `first` (NULL: the first), and write it; what comes
     *  before is only looked at. Without inputs there is nothing to write. Appends to `told`. */
    quire_status (*merge_write)(q_merging *, const q_merge_input *, size_t count, const char *first,
                                q_buffer *told, quire_error *);
    quire_status (*merge_sync)(q_merging *, quire_error *);
    quire_status (*merge_collect)(q_merging *, const char *told, size_t size, quire_error *);
    void (*merge_free)(q_merging *);

    quire_status (*draft_list)(quire_store *, const char *name, quire_draft_callback, void *,
                               quire_error *);
    quire_status (*draft_drop)(quire_store *, const char *name, const char *distributed_id,
                               quire_error *);

    /* Reading. */
    quire_status (*collections)(quire_store *, quire_name_callback, void *, quire_error *);
    quire_status (*version_each)(quire_store *, const char *name, quire_version_callback, void *,
                                 quire_error *);
    quire_status (*version_open)(quire_store *, const q_address *, quire_version **, quire_error *);
    void (*version_free)(quire_version *);
    /** Entries from the path `from` (NULL: the first) on, in order, until the callback sets
     *  `*stop`. Entries with placement, borrowed for the call. */
    quire_status (*version_scan)(quire_version *, const char *from,
                                 quire_status (*callback)(void *, const q_entry *, bool *stop,
                                                          quire_error *),
                                 void *, quire_error *);
    /** Checked bytes of a file entry (not of a reference). */
    quire_status (*version_content)(quire_version *, const q_entry *, uint64_t offset,
                                    uint64_t length, quire_data_callback, void *, quire_error *);
    /** A copier reads whole files. It is used by one thread at a time; several of a version may be
     *  in use at once. Free of NULL is fine. */
    quire_status (*copier_open)(quire_version *, q_copier **, quire_error *);
    void (*copier_free)(q_copier *);
    /** The bytes of a file entry (not of a reference). They may come before they are checked: they
     *  are worth nothing unless the call returns QUIRE_OK. */
    quire_status (*copier_copy)(q_copier *, const q_entry *, quire_data_callback, void *,
                                quire_error *);
    /** The same of `count` blocks of a file of more than one, from block `first` on. May be NULL:
     *  there is no such thing. */
    quire_status (*copier_blocks)(q_copier *, const q_entry *, uint64_t first, uint64_t count,
                                  quire_data_callback, void *, quire_error *);
    /** NULL when the entry has no file of its own. */
    quire_status (*version_local_path)(quire_version *, const q_entry *, char **, quire_error *);
    quire_status (*version_diff)(quire_version *, quire_version *, quire_diff_callback, void *,
                                 quire_error *);
    quire_status (*version_lineage)(quire_version *, quire_lineage_callback, void *, quire_error *);

    /* Notes, lineage, care. */
    quire_status (*alias_set)(quire_store *, const q_address *, const char *alias, quire_error *);
    quire_status (*alias_remove)(quire_store *, const q_address *, quire_error *);
    quire_status (*annotate)(quire_store *, const q_address *, const quire_notes_change *,
                             quire_error *);
    quire_status (*version_delete)(quire_store *, const q_address *, bool delete_aliases,
                                   quire_error *);
    /** May be NULL: there is no such thing. `*number` is -1 when it is not told. */
    quire_status (*version_link)(quire_store *, const q_address *, const char *target,
                                 const char *const *aliases, size_t count, int64_t *number,
                                 quire_error *);
    quire_status (*version_use)(quire_store *, const q_address *, const char *job, quire_error *);
    quire_status (*gc)(quire_store *, const quire_gc_options *, quire_gc_report *, quire_error *);
    quire_status (*verify)(quire_store *, quire_fault_callback, void *, quire_error *);
} q_store_ops;

/** The head of every implementation's own struct, filled where that opens it. */
struct quire_store {
    const q_store_ops *ops;
    q_digest_kind digests; /**< of its files */
    bool stores_late;      /**< a file is stored at the commit, not when it is put */
    char *url;
    quire_store_options options; /**< strings are owned */
};

/** Say something to the store's log callback, if there is one. */
void q_store_log(const quire_store *store, quire_log_level level, const char *format, ...)
    Q_PRINTF(3, 4);

#endif
