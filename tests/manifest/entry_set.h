/** @file A sorted set of entries in memory: what a manifest is compared with. */
#ifndef TESTS_MANIFEST_ENTRY_SET_H
#define TESTS_MANIFEST_ENTRY_SET_H

#include "manifest/writer.h"

typedef struct entry_set {
    q_entry_box *boxes;
    size_t count, capacity;
} entry_set;

/** Small limits, so that a few entries make many chunks. */
extern const q_chunk_limits small_limits;

/** A file; its digest and size follow from `seed`. The digest is static, valid until the next. */
q_entry file_entry(const char *path, unsigned seed);
/** Numbers that are the same in every run. */
unsigned next_random(unsigned *state);

void entry_set_free(entry_set *set);
/** Put in, or replace. */
void entry_set_put(entry_set *set, const q_entry *entry);
const q_entry *entry_set_get(const entry_set *set, const char *path);
/** Take a path and all below it out; gives how many there were. */
size_t entry_set_remove(entry_set *set, const char *path);
void entry_set_copy(entry_set *copy, const entry_set *set);
/** Fill with `count` files "dir/NNNN". */
void entry_set_fill(entry_set *set, size_t count);

/** Write as a manifest, entry by entry. `limits` NULL: those of versions. */
void entry_set_write(const entry_set *set, const q_manifest_io *io, const q_chunk_limits *limits,
                     q_root *root, char object[Q_SHA256_HEX_SIZE]);
/** Fail the test unless the manifest holds exactly these entries. */
void entry_set_assert_manifest(const entry_set *set, const q_manifest_io *io, const q_root *root);

#endif
