/** @file What the files of the intake share: its struct, and placing what was hashed. */
#ifndef Q_REPOSITORY_INTAKE_INTERNAL_H
#define Q_REPOSITORY_INTAKE_INTERNAL_H

#include "base/digest.h"
#include "base/keyset.h"
#include "store/repository/intake.h"
#include "store/repository/intake_seen.h"

struct q_intake {
    q_repository *repository;
    q_pack_writer *pack; /* NULL until a small file comes */
    bool lost;           /* a pack could not be sealed: what entries say of it is not true */
    q_intake_seen seen;
    q_keyset there; /* packs of prior versions that were looked for and found */
    q_digest *digest;
    unsigned char *piece; /* a small file, or a piece of a large one */
    char text[Q_DIGEST_TEXT_SIZE];
};

/** Place a small content: where it lies already, or in the pack. `text` is its digest, which the
 * entry borrows. @param prior as of q_intake_file() */
quire_status q_intake_place_small(q_intake *intake, const void *data, size_t size, const char *text,
                                  const q_entry *prior, q_entry *entry, quire_error *error);

/** Publish a written object as the blob of this digest, and its list of blocks where it has one. */
quire_status q_intake_publish_blob(q_repository *repository, q_object_writer *object,
                                   const char *digest, const q_buffer *blocks, quire_error *error);

#endif
