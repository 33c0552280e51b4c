/**
 * @file
 * Shards: one writer's sorted part of a draft's manifest, as a stream of lines.
 *
 * A line {"quire":"shard","format":1}, then a line an entry in ascending order of paths. Its
 * logical digest is the SHA-256 of "quire-shard-1" LF and the identity bytes of its entries.
 */
#ifndef Q_MANIFEST_SHARD_H
#define Q_MANIFEST_SHARD_H

#include "manifest/entry.h"

#define Q_SHARD_HEADER "{\"quire\":\"shard\",\"format\":1}\n"
#define Q_SHARD_SALT "quire-shard-1\n"

/** Receives bytes of the stream. */
typedef quire_status (*q_shard_sink)(void *context, const void *data, size_t size,
                                     quire_error *error);
/** Gives bytes of the stream: up to `size`, `*got` 0 at the end. */
typedef quire_status (*q_shard_supply)(void *context, void *data, size_t size, size_t *got,
                                       quire_error *error);

typedef struct q_shard_writer q_shard_writer;
quire_status q_shard_writer_new(q_shard_sink sink, void *context, q_shard_writer **writer,
                                quire_error *error);
void q_shard_writer_free(q_shard_writer *writer);
/** Add an entry; its path must be greater than the one before. QUIRE_USAGE otherwise. */
quire_status q_shard_writer_add(q_shard_writer *writer, const q_entry *entry, quire_error *error);

/** What a shard holds, known at its end. */
typedef struct q_shard_summary {
    uint64_t entries;
    uint64_t bytes; /**< sum of the sizes of files */
    char digest[Q_SHA256_HEX_SIZE];
    char object[Q_SHA256_HEX_SIZE]; /**< SHA-256 of the stream's bytes */
    uint64_t size;
} q_shard_summary;
quire_status q_shard_writer_finish(q_shard_writer *writer, q_shard_summary *summary,
                                   quire_error *error);

typedef struct q_shard_reader q_shard_reader;
/** @param expected what the end is checked against; copied
 *  @param buffer_size how much is read at a time; raised to what one line may need */
quire_status q_shard_reader_new(q_shard_supply supply, void *context,
                                const q_shard_summary *expected, size_t buffer_size,
                                q_shard_reader **reader, quire_error *error);
void q_shard_reader_free(q_shard_reader *reader);
/** The next entry, borrowed until the next call on this reader; NULL at the end, where everything
 * is checked against the summary: entries are to be believed only once the end was reached.
 * QUIRE_INTEGRITY. */
quire_status q_shard_reader_next(q_shard_reader *reader, const q_entry **entry, quire_error *error);

#endif
