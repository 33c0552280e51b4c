/** @file A verification under way, and its checks of blobs, manifests, drafts and indices. */
#ifndef Q_REPOSITORY_VERIFYING_H
#define Q_REPOSITORY_VERIFYING_H

#include "base/keyset.h"
#include "store/repository/collection.h"
#include "store/repository/content.h"
#include "store/repository/draft.h"
#include "store/repository/pack.h"

typedef struct q_verifying {
    q_repository *repository;
    quire_fault_callback callback;
    void *context;
    uint64_t faults;
    uint64_t unchecked; /**< what could not be looked at: the system refused */
    char first[QUIRE_MESSAGE_SIZE];
    q_content *content;
    q_keyset seen; /**< chunks in which nothing was wrong: versions share most of theirs */
    q_keyset bad;  /**< damaged packs and blobs, told again for each version that names them */
    q_keyset told; /**< those of `bad` that were told for the version or shard at hand */
    bool touched;  /**< set by an entry that lies in what is in `bad`, told or not */
    unsigned char *piece;
    const char *name; /**< the collection at hand */
} q_verifying;

quire_status q_verifying_begin(q_verifying *self, quire_error *error);
void q_verifying_end(q_verifying *self);
/** Report a fault: the first is kept. */
void q_verifying_fault(q_verifying *self, const char *format, ...) Q_PRINTF(2, 3);
/** Report what a check failed with: a fault, or, where the system refused (which tells nothing of
 *  the store, and may be no more than a lack of memory), something that is unchecked. */
void q_verifying_failed(q_verifying *self, quire_status status, const char *format, ...)
    Q_PRINTF(3, 4);
/** Report it only when the system refused: a fault is, or was, reported by another check. */
void q_verifying_refused(q_verifying *self, quire_status status, const quire_error *error);

/** Whether a version was deleted since it was listed: then gc may have taken what it names, and
 *  nothing is wrong. */
bool q_verify_is_gone(q_verifying *self, const char *name, int64_t number);
/** Report what the check of a pack or blob failed with, and keep in mind that it is damaged. */
void q_verifying_bad(q_verifying *self, quire_status status, const char *key,
                     const quire_error *fault);
/** Whether a blob's bytes are what its key says. */
quire_status q_verify_blob(q_verifying *self, const char *key, quire_error *error);
/** All chunks of a root and what their entries name; faults are reported. */
void q_verify_root(q_verifying *self, const char *name, int64_t number, const q_root *root);
/** The shards of a draft and what their entries name; faults of entries are reported. */
quire_status q_verify_draft(q_verifying *self, const char *name, const char *distributed_id,
                            quire_error *error);

/** Whether a version has a record; it is a fault if not, since `by` names it. */
bool q_verify_is_version(q_verifying *self, const char *name, int64_t number, const char *by);
/** The index of digests, deletions and aliases name versions that are there. */
quire_status q_verify_index(q_verifying *self, const char *name, const q_numbers *numbers,
                            quire_error *error);
/** What a finished draft leaves: its version, and the roster by which late writers are told. */
void q_verify_outcome(q_verifying *self, const char *name, const char *distributed_id,
                      const q_draft_outcome *outcome);
/** Where nothing else was wrong: all that a listing asks of the records can be had. */
quire_status q_verify_reading(q_verifying *self, quire_error *error);

#endif
