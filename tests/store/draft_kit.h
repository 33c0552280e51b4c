/** @file Short words for drafts of the collection "data". */
#ifndef STORE_DRAFT_KIT_H
#define STORE_DRAFT_KIT_H

#include "store/repository_kit.h"

/** Upsert one file, and metadata unless NULL. */
quire_status upsert(kit *k, const char *id, const char *writer, const char *path, const char *text,
                    const char *metadata);
/** It must succeed. */
quire_receipt upsert_ok(kit *k, const char *id, const char *writer, const char *path,
                        const char *text);
/** Finish expecting so many; a path of the finisher's own unless NULL. */
quire_status finish_expecting(kit *k, const char *id, int64_t expect, const char *own,
                              quire_version_id *version);
/** What a finish leaves that died right behind the seal. */
void seal_alone(kit *k, const char *id);

/** How many have upserted to an open draft; -1: no such draft is listed. */
int writers_of(kit *k, const char *id);
uint64_t entries_of(kit *k, const char *address);
void assert_text(kit *k, const char *address, const char *path, const char *expected);

#endif
