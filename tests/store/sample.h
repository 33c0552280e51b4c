/**
 * @file
 * A small store with one of everything, to be damaged: packs, a table, a reference, several
 * versions, one deleted, aliases, tags, changed notes, lineage, a draft finished and one open, a
 * lease.
 */
#ifndef STORE_SAMPLE_H
#define STORE_SAMPLE_H

#include "store/repository_kit.h"

#define SAMPLE_ADDRESSES 4
extern const char *const sample_addresses[SAMPLE_ADDRESSES];

/** @param deleted a version that is deleted  @param finished one that a finish made: each the
 *  newest of its collection */
void sample_make(kit *k, quire_version_id *deleted, quire_version_id *finished);

/** All of a version as one text, freed by the caller; NULL when anything fails. */
char *sample_read(kit *k, const char *address);

#endif
