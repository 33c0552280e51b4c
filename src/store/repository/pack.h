/**
 * @file
 * Packs: the small files of one writer, one behind the other in one object.
 *
 *     "quire-pack-1\n" and NULs up to 16 bytes
 *     the files' bytes, without gaps
 *     the index: an entry a file, 32 bytes SHA-256, 8 bytes offset, 8 bytes size, little endian
 *     16 bytes "quire-index-1\n" and NULs, 8 bytes number of entries, 8 bytes offset of the index,
 *     32 bytes SHA-256 of the index
 *
 * Readers go by the offsets in manifests; the index lets a pack be checked, and its files be found
 * again, without any manifest.
 */
#ifndef Q_REPOSITORY_PACK_H
#define Q_REPOSITORY_PACK_H

#include "manifest/entry.h"
#include "store/repository/internal.h"

#define Q_PACK_HEAD_SIZE 16
#define Q_PACK_INDEX_ENTRY_SIZE 48
#define Q_PACK_TAIL_SIZE 64
/** A file below this size goes into a pack. */
#define Q_PACK_FILE_MAX ((uint64_t)1 << 20)
/** A pack that has reached this size is sealed, and another begun. */
#define Q_PACK_SIZE_MAX ((uint64_t)1 << 30)

typedef struct q_pack_writer q_pack_writer;

/** Begin a pack under a random name. */
quire_status q_pack_writer_new(q_repository *repository, q_pack_writer **writer,
                               quire_error *error);
/** Frees it, and what was not sealed with it. NULL is fine. */
void q_pack_writer_free(q_pack_writer *writer);
const char *q_pack_writer_name(const q_pack_writer *writer);
/** How large the pack would be if it were sealed now. */
uint64_t q_pack_writer_size(const q_pack_writer *writer);
/** Append a file whose SHA-256 is `hex`; gives where it lies. */
quire_status q_pack_writer_append(q_pack_writer *writer, const void *data, size_t size,
                                  const char *hex, uint64_t *offset, quire_error *error);
/** Write index and tail, and publish. */
quire_status q_pack_writer_seal(q_pack_writer *writer, quire_error *error);

/** Check a pack by its own index: every file's SHA-256, head, tail, no byte unaccounted for. */
quire_status q_pack_verify(q_repository *repository, const char *key, quire_error *error);

#endif
