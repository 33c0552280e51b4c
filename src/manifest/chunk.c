/**
 * @file
 * Chunks: where they are cut, and reading one. The owner of the objects has checked a chunk's bytes
 * against its name; what they say is checked here against what the root says of it.
 */
#include "manifest/chunk.h"

#include <string.h>

#include "manifest/line.h"

quire_status q_chunk_is_boundary(q_sha256 *sha, uint64_t average, const char *path, bool *boundary,
                                 quire_error *error) {
    unsigned char raw[Q_SHA256_SIZE];
    quire_status status = q_sha256_update(sha, path, strlen(path), error);
    if (status == QUIRE_OK) {
        status = q_sha256_final(sha, raw, error);
    }
    if (status == QUIRE_OK) {
        uint64_t number = 0;
        for (size_t i = 0; i < 8; i++) {
            number = number << 8 | raw[i];
        }
        *boundary = number % average == 0;
    }
    return status;
}

void q_chunk_reader_free(q_chunk_reader *reader) {
    q_buffer_free(&reader->text);
    q_buffer_free(&reader->identity);
    q_entry_box_free(&reader->boxes[0]);
    q_entry_box_free(&reader->boxes[1]);
    q_sha256_free(reader->sha);
    memset(reader, 0, sizeof *reader);
}

quire_status q_chunk_header(const q_buffer *text, size_t *position, quire_error *error) {
    const char *line = NULL;
    size_t length = 0;
    *position = 0;
    quire_status status = q_line_next(text->data, text->size, position, &line, &length, error);
    return status ? status : q_line_header(line, length, "chunk", NULL, error);
}

static quire_status start(q_chunk_reader *reader, quire_error *error) {
    reader->given = reader->bytes = reader->weight = 0;
    reader->ended = false;
    quire_status status = q_chunk_header(&reader->text, &reader->position, error);
    q_sha256_free(reader->sha);
    reader->sha = NULL;
    if (status == QUIRE_OK) {
        status = q_sha256_new(&reader->sha, error);
    }
    if (status == QUIRE_OK) {
        status = q_sha256_update(reader->sha, Q_CHUNK_SALT, sizeof Q_CHUNK_SALT - 1, error);
    }
    return status;
}

quire_status q_chunk_load(const q_manifest_io *io, const q_chunk_summary *summary, q_buffer *text,
                          quire_error *error) {
    q_buffer_clear(text);
    uint64_t limit = summary->size < Q_CHUNK_OBJECT_MAX ? summary->size : Q_CHUNK_OBJECT_MAX;
    quire_status status = io->load(io->context, summary->object, limit, text, error);
    if (status == QUIRE_OK && text->size != summary->size) {
        status = q_error_set(error, QUIRE_INTEGRITY, "chunk %s: not of the size that its root says",
                             summary->object);
    }
    return status;
}

quire_status q_chunk_reader_open(q_chunk_reader *reader, const q_manifest_io *io,
                                 const q_chunk_summary *summary, quire_error *error) {
    reader->summary = summary;
    quire_status status = q_chunk_load(io, summary, &reader->text, error);
    return status ? status : q_chunk_reader_rewind(reader, error);
}

quire_status q_chunk_reader_rewind(q_chunk_reader *reader, quire_error *error) {
    quire_status status = start(reader, error);
    if (status != QUIRE_OK) {
        q_error_prefix(error, "chunk %s", reader->summary->object);
    }
    return status;
}

/** Check the sums and the logical digest; once, since it ends the SHA-256. */
static quire_status finish(q_chunk_reader *reader, quire_error *error) {
    const q_chunk_summary *summary = reader->summary;
    char digest[Q_SHA256_HEX_SIZE];
    quire_status status = q_sha256_final_hex(reader->sha, digest, error);
    if (status != QUIRE_OK) {
        return status;
    }
    if (reader->position != reader->text.size) {
        return q_error_set(error, QUIRE_INTEGRITY, "more entries than its root says");
    }
    if (reader->bytes != summary->bytes || reader->weight != summary->weight ||
        strcmp(digest, summary->digest) != 0) {
        return q_error_set(error, QUIRE_INTEGRITY, "not the entries that its root says");
    }
    reader->ended = true;
    return QUIRE_OK;
}

static quire_status check_order(const q_chunk_reader *reader, const char *path,
                                quire_error *error) {
    if (reader->given == 0) {
        return strcmp(path, reader->summary->first) == 0
                   ? QUIRE_OK
                   : q_error_set(error, QUIRE_INTEGRITY, "does not begin with path '%s'",
                                 reader->summary->first);
    }
    const char *previous = reader->boxes[(reader->given - 1) & 1].entry.path;
    return strcmp(previous, path) < 0
               ? QUIRE_OK
               : q_error_set(error, QUIRE_INTEGRITY, "path '%s' comes after path '%s'", path,
                             previous);
}

static quire_status account(q_chunk_reader *reader, const q_entry *entry, quire_error *error) {
    q_buffer_clear(&reader->identity);
    quire_status status = q_entry_identity(&reader->identity, entry, error);
    if (status == QUIRE_OK) {
        status = q_sha256_update(reader->sha, reader->identity.data, reader->identity.size, error);
    }
    if (status == QUIRE_OK && !entry->ref) {
        status = q_line_stored(q_entry_sum(&reader->bytes, entry->size, error), error);
    }
    reader->weight += reader->identity.size;
    reader->given++;
    return status;
}

static quire_status next(q_chunk_reader *reader, const q_entry **entry, quire_error *error) {
    if (reader->given == reader->summary->entries) {
        return reader->ended ? QUIRE_OK : finish(reader, error);
    }
    const char *line = NULL;
    size_t length = 0;
    quire_status status =
        q_line_next(reader->text.data, reader->text.size, &reader->position, &line, &length, error);
    if (status == QUIRE_OK && !line) {
        status = q_error_set(error, QUIRE_INTEGRITY, "fewer entries than its root says");
    }
    q_entry_box *box = &reader->boxes[reader->given & 1];
    if (status == QUIRE_OK) {
        status = q_entry_parse(line, length, box, error);
    }
    if (status == QUIRE_OK) {
        status = check_order(reader, box->entry.path, error);
    }
    if (status == QUIRE_OK) {
        status = account(reader, &box->entry, error);
    }
    if (status == QUIRE_OK) {
        *entry = &box->entry;
    }
    return status;
}

quire_status q_chunk_reader_next(q_chunk_reader *reader, const q_entry **entry,
                                 quire_error *error) {
    *entry = NULL;
    quire_status status = next(reader, entry, error);
    if (status != QUIRE_OK) {
        q_error_prefix(error, "chunk %s", reader->summary->object);
    }
    return status;
}
