/** @file What the files of the intake share: its struct, and placing what was hashed. */
#ifndef Q_REPOSITORY_INTAKE_INTERNAL_H
#define Q_REPOSITORY_INTAKE_INTERNAL_H

#include "base/digest.h"
#include "base/keyset.h"
#include "store/repository/intake.h"
#include "store/repository/intake_seen.h"
#include "store/repository/pack.h"

struct q_intake {
    q_repository *repository;
    q_pack_writer *pack;   /* NULL until a small file comes */
    bool lost;             /* a pack could not be sealed: what entries say of it is not true */
    q_intake_seen seen;    /* what it has stored itself */
    q_intake_seen earlier; /* where prior versions have what it has taken */
    q_keyset there;        /* packs of prior versions that were looked for and found */
    char text[Q_DIGEST_TEXT_SIZE]; /* of the stream that was closed last */
};

/** A small content whose digest is known. All borrowed. */
typedef struct q_small {
    const void *data;
    size_t size;
    const char *digest;
    const q_entry
        *prior;    /**< a file of this size at the same path of an earlier version, or NULL */
    bool is_known; /**< it need not be looked for, and there is no data: it was taken before, or the
                        prior has it */
} q_small;

/** QUIRE_ERROR after an earlier failure has lost what entries name. */
quire_status q_intake_check(const q_intake *intake, quire_error *error);

/** Place a small content: where it lies already, or in the pack. The entry borrows its digest. */
quire_status q_intake_place_small(q_intake *intake, const q_small *small, q_entry *entry,
                                  quire_error *error);
/** Whether a small content was taken before. */
bool q_intake_has_small(const q_intake *intake, uint64_t size, const char *digest);
/** Whether that of a file of a prior version is in the store: a damaged one must not be handed on.
 */
bool q_intake_has_prior(q_intake *intake, const q_entry *prior);

/* Of blobs, on any thread. */

/** Whether the store has a blob that a pinned version names. */
bool q_intake_has_blob(q_repository *repository, const char *digest);
/** Whether it has one that perhaps no version names; if so it is renewed and made durable. */
bool q_intake_claim_blob(q_repository *repository, const char *digest, uint64_t size);
/** Publish a written object as the blob of this digest, and its list of blocks where it has one. */
quire_status q_intake_publish_blob(q_repository *repository, q_object_writer *object,
                                   const char *digest, const q_buffer *blocks, quire_error *error);

#endif
