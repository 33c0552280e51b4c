/** @file Writing a shard: lines are gathered, and leave in pieces of a quarter of a MiB. */
#include <stdlib.h>
#include <string.h>

#include "manifest/shard.h"

#define PIECE ((size_t)256 << 10)

struct q_shard_writer {
    q_shard_sink sink;
    void *context;
    q_shard_summary summary; /**< so far */
    q_buffer text, identity, last;
    q_sha256 *object, *logical;
};

quire_status q_shard_writer_new(q_shard_sink sink, void *context, q_shard_writer **writer,
                                quire_error *error) {
    *writer = NULL;
    q_shard_writer *new = calloc(1, sizeof *new);
    if (!new) {
        return q_error_memory(error);
    }
    new->sink = sink;
    new->context = context;
    quire_status status = q_sha256_new(&new->object, error);
    if (status == QUIRE_OK) {
        status = q_sha256_new(&new->logical, error);
    }
    if (status == QUIRE_OK) {
        status = q_sha256_update(new->logical, Q_SHARD_SALT, sizeof Q_SHARD_SALT - 1, error);
    }
    if (status == QUIRE_OK) {
        status = q_buffer_append(&new->text, Q_SHARD_HEADER, sizeof Q_SHARD_HEADER - 1, error);
    }
    if (status != QUIRE_OK) {
        q_shard_writer_free(new);
        return status;
    }
    *writer = new;
    return QUIRE_OK;
}

void q_shard_writer_free(q_shard_writer *writer) {
    if (!writer) {
        return;
    }
    q_buffer_free(&writer->text);
    q_buffer_free(&writer->identity);
    q_buffer_free(&writer->last);
    q_sha256_free(writer->object);
    q_sha256_free(writer->logical);
    free(writer);
}

static quire_status flush(q_shard_writer *writer, quire_error *error) {
    const q_buffer *text = &writer->text;
    if (text->size == 0) {
        return QUIRE_OK;
    }
    quire_status status = q_sha256_update(writer->object, text->data, text->size, error);
    if (status == QUIRE_OK) {
        status = writer->sink(writer->context, text->data, text->size, error);
    }
    writer->summary.size += text->size;
    q_buffer_clear(&writer->text);
    return status;
}

quire_status q_shard_writer_add(q_shard_writer *writer, const q_entry *entry, quire_error *error) {
    quire_status status = q_entry_check(entry, error);
    if (status == QUIRE_OK && writer->last.size > 0 &&
        strcmp(writer->last.data, entry->path) >= 0) {
        status = q_error_set(error, QUIRE_USAGE, "path '%s' comes after path '%s'", entry->path,
                             writer->last.data);
    }
    if (status == QUIRE_OK && !entry->ref) {
        status = q_entry_sum(&writer->summary.bytes, entry->size, error);
    }
    q_buffer_clear(&writer->identity);
    if (status == QUIRE_OK) {
        status = q_entry_identity(&writer->identity, entry, error);
    }
    if (status == QUIRE_OK) {
        status =
            q_sha256_update(writer->logical, writer->identity.data, writer->identity.size, error);
    }
    if (status == QUIRE_OK) {
        status = q_entry_print(&writer->text, entry, error);
    }
    if (status != QUIRE_OK) {
        return status;
    }
    writer->summary.entries++;
    q_buffer_clear(&writer->last);
    status = q_buffer_append_string(&writer->last, entry->path, error);
    return status == QUIRE_OK && writer->text.size >= PIECE ? flush(writer, error) : status;
}

quire_status q_shard_writer_finish(q_shard_writer *writer, q_shard_summary *summary,
                                   quire_error *error) {
    quire_status status = flush(writer, error);
    if (status == QUIRE_OK) {
        status = q_sha256_final_hex(writer->logical, writer->summary.digest, error);
    }
    if (status == QUIRE_OK) {
        status = q_sha256_final_hex(writer->object, writer->summary.object, error);
    }
    if (status == QUIRE_OK) {
        *summary = writer->summary;
    }
    return status;
}
