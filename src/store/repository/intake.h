/**
 * @file
 * The intake: how contents get into the repository. Each byte is read once: hashed and written in
 * the same pass. Small files go into the intake's pack, larger ones become blobs of their own;
 * content that this intake has taken before, or that lay at the same path of a prior version, is
 * not stored again.
 *
 * What was taken in is published by q_intake_seal(); before it, entries already say where it will
 * be.
 */
#ifndef Q_REPOSITORY_INTAKE_H
#define Q_REPOSITORY_INTAKE_H

#include "base/source.h"
#include "store/repository/lease.h"
#include "store/repository/pack.h"

typedef struct q_intake q_intake;

quire_status q_intake_new(q_repository *repository, q_intake **intake, quire_error *error);
/** Frees it, and what was not sealed with it. Streams are freed before. */
void q_intake_free(q_intake *intake);

/**
 * Take a file in.
 * @param lease renewed as it is read; NULL: none
 * @param prior what an earlier version has at the same path, or NULL
 * @param entry digest, size and placement are filled, the path is not touched; strings are
 * borrowed: the digest until the next call, the pack's name for as long as the intake lives
 */
quire_status q_intake_file(q_intake *intake, q_source *source, q_lease *lease, const q_entry *prior,
                           q_entry *entry, quire_error *error);

/**
 * Take in a file of which only size and digest are known, where its content is in the store: taken
 * before by this intake, at the same path of the prior version, or, of a large one, anywhere.
 * @param taken false: it is not, or that cannot be told without the bytes
 * @param entry as of q_intake_file(); the digest is the caller's
 */
quire_status q_intake_known(q_intake *intake, uint64_t size, const char *digest,
                            const q_entry *prior, q_entry *entry, bool *taken, quire_error *error);

/** Publish all packs; the caller syncs the objects afterwards. Goes on to be usable, but after a
 *  failure, which has lost what entries already name: from then on all calls fail. */
quire_status q_intake_seal(q_intake *intake, quire_error *error);

#endif
