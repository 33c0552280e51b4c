/**
 * @file
 * Reading a shard as a stream. The buffer holds what was supplied and not yet given out; a line
 * that crosses its end is moved to the front before more is asked for.
 */
#include <stdlib.h>
#include <string.h>

#include "manifest/line.h"
#include "manifest/shard.h"

struct q_shard_reader {
    q_shard_supply supply;
    void *context;
    q_shard_summary expected;
    char *buffer;
    size_t capacity, begin, end; /**< what is left lies in [begin, end) */
    uint64_t size, entries, bytes;
    bool drained, headed, ended;
    q_entry_box boxes[2]; /**< the last two entries, to check the order */
    q_buffer identity;
    q_sha256 *object, *logical;
};

quire_status q_shard_reader_new(q_shard_supply supply, void *context,
                                const q_shard_summary *expected, size_t buffer_size,
                                q_shard_reader **reader, quire_error *error) {
    *reader = NULL;
    q_shard_reader *new = calloc(1, sizeof *new);
    if (!new) {
        return q_error_memory(error);
    }
    new->supply = supply;
    new->context = context;
    new->expected = *expected;
    new->capacity = buffer_size > Q_ENTRY_LINE_MAX ? buffer_size : Q_ENTRY_LINE_MAX + 1;
    new->buffer = malloc(new->capacity);
    quire_status status = new->buffer ? QUIRE_OK : q_error_memory(error);
    if (status == QUIRE_OK) {
        status = q_sha256_new(&new->object, error);
    }
    if (status == QUIRE_OK) {
        status = q_sha256_new(&new->logical, error);
    }
    if (status == QUIRE_OK) {
        status = q_sha256_update(new->logical, Q_SHARD_SALT, sizeof Q_SHARD_SALT - 1, error);
    }
    if (status != QUIRE_OK) {
        q_shard_reader_free(new);
        return status;
    }
    *reader = new;
    return QUIRE_OK;
}

void q_shard_reader_free(q_shard_reader *reader) {
    if (!reader) {
        return;
    }
    free(reader->buffer);
    q_buffer_free(&reader->identity);
    q_entry_box_free(&reader->boxes[0]);
    q_entry_box_free(&reader->boxes[1]);
    q_sha256_free(reader->object);
    q_sha256_free(reader->logical);
    free(reader);
}

static quire_status fill(q_shard_reader *reader, quire_error *error) {
    size_t got = 0, left = reader->end - reader->begin;
    memmove(reader->buffer, reader->buffer + reader->begin, left);
    reader->begin = 0;
    reader->end = left;
    quire_status status = reader->supply(reader->context, reader->buffer + left,
                                         reader->capacity - left, &got, error);
    if (status != QUIRE_OK) {
        return status;
    }
    reader->drained = got == 0;
    reader->size += got;
    if (reader->size > reader->expected.size) {
        return q_error_set(error, QUIRE_INTEGRITY, "longer than what was recorded of it");
    }
    status = q_sha256_update(reader->object, reader->buffer + left, got, error);
    reader->end += got;
    return status;
}

/** The next line without its LF; NULL at the end. */
static quire_status next_line(q_shard_reader *reader, const char **line, size_t *length,
                              quire_error *error) {
    size_t searched = 0;
    *line = NULL;
    for (;;) {
        const char *start = reader->buffer + reader->begin;
        size_t left = reader->end - reader->begin;
        const char *newline = memchr(start + searched, '\n', left - searched);
        if (newline) {
            *line = start;
            *length = (size_t)(newline - start);
            reader->begin += *length + 1;
            return QUIRE_OK;
        }
        if (left > Q_ENTRY_LINE_MAX) {
            return q_error_set(error, QUIRE_INTEGRITY, "a line of more than %zu bytes",
                               Q_ENTRY_LINE_MAX);
        }
        if (reader->drained) {
            return left == 0 ? QUIRE_OK
                             : q_error_set(error, QUIRE_INTEGRITY, "the last line is cut short");
        }
        searched = left;
        quire_status status = fill(reader, error);
        if (status != QUIRE_OK) {
            return status;
        }
    }
}

static quire_status finish(q_shard_reader *reader, quire_error *error) {
    const q_shard_summary *expected = &reader->expected;
    char object[Q_SHA256_HEX_SIZE], digest[Q_SHA256_HEX_SIZE];
    quire_status status = q_sha256_final_hex(reader->object, object, error);
    if (status == QUIRE_OK) {
        status = q_sha256_final_hex(reader->logical, digest, error);
    }
    if (status == QUIRE_OK &&
        (reader->size != expected->size || reader->entries != expected->entries ||
         reader->bytes != expected->bytes || strcmp(object, expected->object) != 0 ||
         strcmp(digest, expected->digest) != 0)) {
        status = q_error_set(error, QUIRE_INTEGRITY, "not what was recorded of it");
    }
    reader->ended = status == QUIRE_OK;
    return status;
}

/** What a damaged byte turns into a newer format is damage: only a whole shard is believed. */
static quire_status check_newer(q_shard_reader *reader, quire_error *error) {
    char object[Q_SHA256_HEX_SIZE];
    quire_error inner = {0};
    quire_status status = QUIRE_OK;
    while (status == QUIRE_OK && !reader->drained) {
        reader->begin = reader->end;
        status = fill(reader, &inner);
    }
    status = status == QUIRE_OK ? q_sha256_final_hex(reader->object, object, &inner) : status;
    if (status == QUIRE_OK && strcmp(object, reader->expected.object) == 0) {
        return QUIRE_ERROR; /* as it was said */
    }
    return status == QUIRE_OK || status == QUIRE_INTEGRITY
               ? q_error_set(error, QUIRE_INTEGRITY, "not what was recorded of it")
               : q_error_set(error, status, "%s", inner.message);
}

static quire_status account(q_shard_reader *reader, const q_entry *entry, quire_error *error) {
    const q_entry *previous = &reader->boxes[(reader->entries + 1) & 1].entry;
    if (reader->entries > 0 && strcmp(previous->path, entry->path) >= 0) {
        return q_error_set(error, QUIRE_INTEGRITY, "path '%s' comes after path '%s'", entry->path,
                           previous->path);
    }
    q_buffer_clear(&reader->identity);
    quire_status status = q_entry_identity(&reader->identity, entry, error);
    if (status == QUIRE_OK) {
        status =
            q_sha256_update(reader->logical, reader->identity.data, reader->identity.size, error);
    }
    if (status == QUIRE_OK && !entry->ref) {
        status = q_line_stored(q_entry_sum(&reader->bytes, entry->size, error), error);
    }
    reader->entries++;
    return status;
}

static quire_status next(q_shard_reader *reader, const q_entry **entry, quire_error *error) {
    const char *line = NULL;
    size_t length = 0;
    quire_status status = QUIRE_OK;
    if (reader->ended) {
        return QUIRE_OK;
    }
    if (!reader->headed) {
        status = next_line(reader, &line, &length, error);
        if (status == QUIRE_OK) {
            status = q_line_header(line, length, "shard", NULL, error);
            status = status == QUIRE_ERROR ? check_newer(reader, error) : status;
        }
        reader->headed = status == QUIRE_OK;
    }
    if (status == QUIRE_OK) {
        status = next_line(reader, &line, &length, error);
    }
    if (status != QUIRE_OK || !line) {
        return status == QUIRE_OK ? finish(reader, error) : status;
    }
    if (reader->entries == reader->expected.entries) {
        return q_error_set(error, QUIRE_INTEGRITY, "more entries than were recorded of it");
    }
    q_entry_box *box = &reader->boxes[reader->entries & 1];
    status = q_entry_parse(line, length, box, error);
    if (status == QUIRE_OK) {
        status = account(reader, &box->entry, error);
    }
    if (status == QUIRE_OK) {
        *entry = &box->entry;
    }
    return status;
}

quire_status q_shard_reader_next(q_shard_reader *reader, const q_entry **entry,
                                 quire_error *error) {
    *entry = NULL;
    quire_status status = next(reader, entry, error);
    if (status == QUIRE_INTEGRITY) {
        q_error_prefix(error, "shard");
    }
    return status;
}
