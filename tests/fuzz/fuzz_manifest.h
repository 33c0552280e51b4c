/**
 * @file
 * Manifests out of an input. What a root says of a chunk guards the chunk; a fuzzer that cannot
 * guess digests would never get past it, so that it is told honestly here.
 */
#ifndef TESTS_FUZZ_MANIFEST_H
#define TESTS_FUZZ_MANIFEST_H

#include "fuzz.h"
#include "manifest/chunk.h"
#include "manifest/shard.h"

/** Lines of entries, read one after another until one is no entry or out of order. */
typedef struct fuzz_lines {
    q_entry_box *entries; /**< all good ones, in order */
    size_t count;
    uint64_t bytes, weight;
    q_buffer identities;
    bool sound; /**< all lines are good, and in ascending order of paths */
} fuzz_lines;
void fuzz_lines_read(fuzz_lines *lines, const fuzz_input *input);
void fuzz_lines_free(fuzz_lines *lines);

/** SHA-256 of a salt and the identities. */
void fuzz_lines_digest(const fuzz_lines *lines, const char *salt, char hex[Q_SHA256_HEX_SIZE]);
/** What an honest shard's part says of `text`, which has these lines. */
void fuzz_lines_shard(const fuzz_lines *lines, const q_buffer *text, q_shard_summary *summary);

#define FUZZ_CHUNKS 24

/** A manifest of chunks whose bytes are the input's, and a root that is honest about them. */
typedef struct fuzz_manifest {
    q_manifest_io io;
    q_root root;
    q_buffer texts[FUZZ_CHUNKS];
    fuzz_lines lines[FUZZ_CHUNKS];
    size_t entries; /**< of all chunks */
    size_t loads;
    bool sound; /**< every chunk is, and none has a path that belongs to the next */
} fuzz_manifest;
/** Chunks are separated by empty lines; one that cannot come next is left out. */
void fuzz_manifest_make(fuzz_manifest *manifest, fuzz_input input);
void fuzz_manifest_free(fuzz_manifest *manifest);
/** The i-th entry of all. */
const q_entry *fuzz_manifest_entry(const fuzz_manifest *manifest, size_t index);

bool fuzz_same_entry(const q_entry *a, const q_entry *b);

#endif
