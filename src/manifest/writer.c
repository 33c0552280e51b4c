/**
 * @file
 * Writing a manifest. What is pending is either text, entries of a chunk that is being printed, or
 * a chunk passed whole, of which only what the next entry is decides whether it can stay as it is:
 * it can when a cut follows, which is when the next path is a boundary or the chunk is full.
 */
#include "manifest/writer.h"

#include <stdlib.h>
#include <string.h>

#include "manifest/line.h"

struct q_manifest_writer {
    const q_manifest_io *io;
    q_chunk_limits limits;
    q_root root;
    q_buffer text;           /**< the pending chunk; empty: none */
    q_chunk_summary pending; /**< of the text, or of the passed chunk; `first` is in `first` */
    q_buffer first;
    bool passed;   /**< a chunk passed whole is pending */
    q_buffer last; /**< the path added last, to check the order */
    q_buffer identity;
    q_sha256 *path_sha;
    q_sha256 *sha; /**< of the identities of the pending text */
    q_chunk_reader reader;
};

quire_status q_manifest_writer_new(const q_manifest_io *io, q_manifest_writer **writer,
                                   quire_error *error) {
    static const q_chunk_limits limits = {Q_CHUNK_AVERAGE, Q_CHUNK_ENTRIES_MAX, Q_CHUNK_WEIGHT_MAX};
    return q_manifest_writer_new_limited(io, &limits, writer, error);
}

quire_status q_manifest_writer_new_limited(const q_manifest_io *io, const q_chunk_limits *limits,
                                           q_manifest_writer **writer, quire_error *error) {
    *writer = NULL;
    q_manifest_writer *new = calloc(1, sizeof *new);
    if (!new) {
        return q_error_memory(error);
    }
    new->io = io;
    new->limits = *limits;
    quire_status status = q_sha256_new(&new->path_sha, error);
    if (status == QUIRE_OK) {
        status = q_sha256_new(&new->sha, error);
    }
    if (status != QUIRE_OK) {
        q_manifest_writer_free(new);
        return status;
    }
    *writer = new;
    return QUIRE_OK;
}

void q_manifest_writer_free(q_manifest_writer *writer) {
    if (!writer) {
        return;
    }
    q_root_free(&writer->root);
    q_buffer_free(&writer->text);
    q_buffer_free(&writer->first);
    q_buffer_free(&writer->last);
    q_buffer_free(&writer->identity);
    q_sha256_free(writer->path_sha);
    q_sha256_free(writer->sha);
    q_chunk_reader_free(&writer->reader);
    free(writer);
}

static quire_status keep_string(q_buffer *buffer, const char *string, quire_error *error) {
    q_buffer_clear(buffer);
    return q_buffer_append_string(buffer, string, error);
}

static quire_status begin_chunk(q_manifest_writer *writer, const char *first, quire_error *error) {
    memset(&writer->pending, 0, sizeof writer->pending);
    quire_status status = keep_string(&writer->first, first, error);
    if (status == QUIRE_OK) {
        status = q_buffer_append(&writer->text, Q_CHUNK_HEADER, sizeof Q_CHUNK_HEADER - 1, error);
    }
    if (status == QUIRE_OK) {
        status = q_sha256_update(writer->sha, Q_CHUNK_SALT, sizeof Q_CHUNK_SALT - 1, error);
    }
    return status;
}

/** Save the pending text as a chunk. */
static quire_status end_chunk(q_manifest_writer *writer, quire_error *error) {
    q_chunk_summary *chunk = &writer->pending;
    const q_manifest_io *io = writer->io;
    chunk->size = writer->text.size;
    quire_status status = q_sha256_final_hex(writer->sha, chunk->digest, error);
    if (status == QUIRE_OK && chunk->size > Q_CHUNK_OBJECT_MAX) {
        status = q_error_set(error, QUIRE_ERROR, "the chunk at path '%s' is too large",
                             writer->first.data);
    }
    if (status == QUIRE_OK) {
        status = q_sha256_hex(writer->text.data, writer->text.size, chunk->object, error);
    }
    if (status == QUIRE_OK) {
        status = io->save(io->context, chunk->object, writer->text.data, writer->text.size, error);
    }
    if (status == QUIRE_OK) {
        chunk->first = writer->first.data;
        status = q_root_append(&writer->root, chunk, error);
    }
    q_buffer_clear(&writer->text);
    return status;
}

static bool is_full(const q_manifest_writer *writer) {
    return writer->pending.entries >= writer->limits.entries_max ||
           writer->pending.weight >= writer->limits.weight_max;
}

/** Add to the pending text, which is there or may begin here. */
static quire_status append(q_manifest_writer *writer, const q_entry *entry, quire_error *error) {
    q_chunk_summary *chunk = &writer->pending;
    quire_status status = QUIRE_OK;
    if (writer->text.size == 0) {
        status = begin_chunk(writer, entry->path, error);
    }
    q_buffer_clear(&writer->identity);
    if (status == QUIRE_OK) {
        status = q_entry_identity(&writer->identity, entry, error);
    }
    if (status == QUIRE_OK && !entry->ref) {
        status = q_entry_sum(&chunk->bytes, entry->size, error);
    }
    if (status == QUIRE_OK) {
        status = q_entry_print(&writer->text, entry, error);
    }
    if (status == QUIRE_OK) {
        status = q_sha256_update(writer->sha, writer->identity.data, writer->identity.size, error);
    }
    chunk->entries++;
    chunk->weight += writer->identity.size;
    return status == QUIRE_OK ? keep_string(&writer->last, entry->path, error) : status;
}

/** End the pending text if a cut comes before `path`. */
static quire_status cut_before(q_manifest_writer *writer, const char *path, quire_error *error) {
    if (writer->text.size == 0) {
        return QUIRE_OK;
    }
    bool cut = is_full(writer);
    quire_status status = QUIRE_OK;
    if (!cut) {
        status = q_chunk_is_boundary(writer->path_sha, writer->limits.average, path, &cut, error);
    }
    return status == QUIRE_OK && cut ? end_chunk(writer, error) : status;
}

/** Add the entries of a saved chunk one by one. */
static quire_status append_entries(q_manifest_writer *writer, const q_chunk_summary *summary,
                                   quire_error *error) {
    const q_entry *entry = NULL;
    quire_status status = q_chunk_reader_open(&writer->reader, writer->io, summary, error);
    while (status == QUIRE_OK) {
        status = q_chunk_reader_next(&writer->reader, &entry, error);
        if (status != QUIRE_OK || !entry) {
            break;
        }
        status = cut_before(writer, entry->path, error);
        if (status == QUIRE_OK) {
            status = append(writer, entry, error);
        }
    }
    return status;
}

/** Turn the pending passed chunk into pending text. */
static quire_status reopen(q_manifest_writer *writer, quire_error *error) {
    q_buffer first = {0};
    q_chunk_summary summary = writer->pending;
    quire_status status = keep_string(&first, writer->first.data, error);
    summary.first = first.data;
    writer->passed = false;
    if (status == QUIRE_OK) {
        status = append_entries(writer, &summary, error);
    }
    q_buffer_free(&first);
    return status;
}

static quire_status keep_passed(q_manifest_writer *writer, quire_error *error) {
    writer->passed = false;
    writer->pending.first = writer->first.data;
    return q_root_append(&writer->root, &writer->pending, error);
}

static quire_status check_order(const q_manifest_writer *writer, const char *path,
                                quire_error *error) {
    if (writer->last.size == 0 || strcmp(writer->last.data, path) < 0) {
        return QUIRE_OK;
    }
    return q_error_set(error, QUIRE_USAGE, "path '%s' comes after path '%s'", path,
                       writer->last.data);
}

/** Decide what becomes of what is pending, now that `path` is known to come next. */
static quire_status settle(q_manifest_writer *writer, const char *path, quire_error *error) {
    if (!writer->passed) {
        return cut_before(writer, path, error);
    }
    bool cut = is_full(writer);
    quire_status status = QUIRE_OK;
    if (!cut) {
        status = q_chunk_is_boundary(writer->path_sha, writer->limits.average, path, &cut, error);
    }
    if (status != QUIRE_OK || cut) {
        return status == QUIRE_OK ? keep_passed(writer, error) : status;
    }
    status = reopen(writer, error);
    if (status == QUIRE_OK) {
        status = q_line_stored(check_order(writer, path, error), error);
    }
    return status == QUIRE_OK ? cut_before(writer, path, error) : status;
}

quire_status q_manifest_writer_add_checked(q_manifest_writer *writer, const q_entry *entry,
                                           quire_error *error) {
    quire_status status = check_order(writer, entry->path, error);
    if (status == QUIRE_OK) {
        status = settle(writer, entry->path, error);
    }
    return status == QUIRE_OK ? append(writer, entry, error) : status;
}

quire_status q_manifest_writer_add(q_manifest_writer *writer, const q_entry *entry,
                                   quire_error *error) {
    quire_status status = q_entry_check(entry, error);
    return status == QUIRE_OK ? q_manifest_writer_add_checked(writer, entry, error) : status;
}

quire_status q_manifest_writer_add_chunk(q_manifest_writer *writer, const q_chunk_summary *summary,
                                         quire_error *error) {
    quire_status status = check_order(writer, summary->first, error);
    if (status == QUIRE_OK) {
        status = settle(writer, summary->first, error);
    }
    if (status != QUIRE_OK) {
        return status;
    }
    if (writer->text.size > 0) {
        return append_entries(writer, summary, error);
    }
    writer->passed = true;
    writer->pending = *summary;
    status = keep_string(&writer->first, summary->first, error);
    return status == QUIRE_OK ? keep_string(&writer->last, summary->first, error) : status;
}

quire_status q_manifest_save_root(const q_manifest_io *io, const q_root *root,
                                  char object[Q_SHA256_HEX_SIZE], uint64_t *size,
                                  quire_error *error) {
    q_buffer text = {0};
    quire_status status = q_root_print(&text, root, error);
    if (status == QUIRE_OK && text.size > Q_ROOT_OBJECT_MAX) {
        status = q_error_set(error, QUIRE_ERROR, "the manifest's root is too large");
    }
    if (status == QUIRE_OK) {
        status = q_sha256_hex(text.data, text.size, object, error);
    }
    if (status == QUIRE_OK) {
        *size = text.size;
        status = io->save(io->context, object, text.data, text.size, error);
    }
    q_buffer_free(&text);
    return status;
}

quire_status q_manifest_writer_finish(q_manifest_writer *writer, q_root *root,
                                      char object[Q_SHA256_HEX_SIZE], uint64_t *size,
                                      quire_error *error) {
    quire_status status = QUIRE_OK;
    if (writer->passed) {
        status = keep_passed(writer, error);
    } else if (writer->text.size > 0) {
        status = end_chunk(writer, error);
    }
    if (status == QUIRE_OK) {
        status = q_root_seal(&writer->root, error);
    }
    if (status == QUIRE_OK && object) {
        status = q_manifest_save_root(writer->io, &writer->root, object, size, error);
    }
    if (status == QUIRE_OK) {
        *root = writer->root;
        memset(&writer->root, 0, sizeof writer->root);
    }
    return status;
}
