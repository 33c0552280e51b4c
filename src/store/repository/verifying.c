/** @file Checks of blobs, manifests and drafts: see verifying.h. */
#include "store/repository/verifying.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/repository/draft.h"
#include "store/repository/retrieve.h"
#include "store/repository/shard_object.h"

#define PIECE ((size_t)1 << 20)

quire_status q_verifying_begin(q_verifying *self, quire_error *error) {
    self->piece = malloc(PIECE);
    return self->piece ? q_content_new(self->repository, &self->content, error)
                       : q_error_memory(error);
}

void q_verifying_end(q_verifying *self) {
    q_content_free(self->content);
    q_keyset_free(&self->seen);
    q_keyset_free(&self->bad);
    q_keyset_free(&self->told);
    free(self->piece);
}

/* The first fault is kept, or while there is none the first thing that is unchecked. */
static Q_PRINTF(3, 0) void report(q_verifying *self, uint64_t *count, const char *format,
                                  va_list arguments) {
    char line[QUIRE_MESSAGE_SIZE];
    vsnprintf(line, sizeof line, format, arguments);
    if (++*count == 1 && (count == &self->faults || self->faults == 0)) {
        memcpy(self->first, line, sizeof line);
    }
    if (self->callback) {
        self->callback(self->context, line);
    }
}

void q_verifying_fault(q_verifying *self, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    report(self, &self->faults, format, arguments);
    va_end(arguments);
}

static bool is_refusal(quire_status status) {
    return status != QUIRE_INTEGRITY && status != QUIRE_NOT_FOUND && status != QUIRE_CONFLICT;
}

void q_verifying_failed(q_verifying *self, quire_status status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    report(self, is_refusal(status) ? &self->unchecked : &self->faults, format, arguments);
    va_end(arguments);
}

void q_verifying_refused(q_verifying *self, quire_status status, const quire_error *error) {
    if (status && is_refusal(status)) {
        q_verifying_failed(self, status, "%s", error->message);
    }
}

void q_verifying_bad(q_verifying *self, quire_status status, const char *key,
                     const quire_error *fault) {
    quire_error memory = {0};
    q_verifying_failed(self, status, "%s", fault->message);
    if (!is_refusal(status)) {
        status = q_keyset_add(&self->bad, key, NULL, &memory);
        q_verifying_refused(self, status, &memory);
    }
}

bool q_verify_is_gone(q_verifying *self, const char *name, int64_t number) {
    bool deleted = false;
    quire_error ignored = {0};
    return !q_collection_is_deleted(self->repository, name, number, &deleted, &ignored) && deleted;
}

/* --- blobs --- */

static quire_status digest_object(q_verifying *self, const char *key, q_digest *digest,
                                  char text[Q_DIGEST_TEXT_SIZE], quire_error *error) {
    q_object_reader *reader = NULL;
    uint64_t size = 0, at = 0;
    size_t got = 0;
    quire_status status =
        q_object_reader_open(self->repository->objects, key, &size, &reader, error);
    while (!status) {
        status = q_object_reader_read(reader, at, self->piece, PIECE, &got, error);
        if (status || got == 0) {
            break;
        }
        at += got;
        status = q_digest_update(digest, self->piece, got, error);
    }
    q_object_reader_free(reader);
    return status ? status : q_digest_final(digest, text, NULL, error);
}

quire_status q_verify_blob(q_verifying *self, const char *key, quire_error *error) {
    char text[Q_DIGEST_TEXT_SIZE];
    q_digest *digest = NULL;
    q_key expected;
    const char *suffix = strstr(key, "-64m.blocks");
    quire_status status = q_digest_new(&digest, error);
    status = status ? status : digest_object(self, key, digest, text, error);
    q_digest_free(digest);
    if (status) {
        return status;
    }
    if (suffix) { /* the list's own SHA-256 is the digest of the file */
        const char *base = strrchr(key, '/') + 1;
        bool same = !q_digest_is_blocks(text) && (size_t)(suffix - base) == strlen(text) &&
                    strncmp(base, text, strlen(text)) == 0;
        return same ? QUIRE_OK : q_error_set(error, QUIRE_INTEGRITY, "%s is damaged", key);
    }
    status = q_key_blob(&expected, text, error);
    if (!status && strcmp(expected.text, key) != 0) {
        status = q_error_set(error, QUIRE_INTEGRITY, "%s is damaged", key);
    }
    return status;
}

/* --- entries --- */

static quire_status ignore(void *context, const void *data, size_t size) {
    (void)context;
    (void)data;
    (void)size;
    return QUIRE_OK;
}

static bool is_bad(const q_verifying *self, const char *key) {
    return self->bad.count > 0 && q_keyset_has(&self->bad, key);
}

/* What is wrong with a pack elsewhere need not keep a file in it from being read: it is told once
 * for all files of a version. */
static quire_status check_in_pack(q_verifying *self, const q_entry *entry, quire_error *error) {
    q_key key;
    bool added = true;
    quire_status status = q_content_copy(self->content, entry, ignore, NULL, error);
    if (status || !entry->pack) {
        return status;
    }
    status = q_key_pack(&key, entry->pack, error);
    if (status || !is_bad(self, key.text)) {
        return status;
    }
    self->touched = true;
    q_keyset_add(&self->told, key.text, &added, NULL); /* if it cannot grow, it is told again */
    return added
               ? q_error_set(error, QUIRE_INTEGRITY,
                             "%s is damaged, though not where it holds '%s'", key.text, entry->path)
               : QUIRE_OK;
}

/* A blob's bytes were compared with its key before: here it must only be there, and as long. */
static quire_status check_placement(q_verifying *self, const q_entry *entry, quire_error *error) {
    q_key key;
    q_object_info info;
    if (entry->ref) {
        return QUIRE_OK;
    }
    if (entry->pack || entry->size == 0) {
        return check_in_pack(self, entry, error);
    }
    quire_status status = q_key_blob(&key, entry->digest, error);
    if (!status && is_bad(self, key.text)) {
        return q_error_set(error, QUIRE_INTEGRITY, "%s is damaged, which holds '%s'", key.text,
                           entry->path);
    }
    status = status ? status : q_retrieve_info(self->repository, key.text, &info, error);
    if (!status && info.size != entry->size) {
        return q_error_set(error, QUIRE_INTEGRITY, "%s does not have the size of '%s'", key.text,
                           entry->path);
    }
    if (!status && q_digest_is_blocks(entry->digest)) {
        status = q_key_blocks(&key, entry->digest, error);
        if (!status && is_bad(self, key.text)) {
            return q_error_set(error, QUIRE_INTEGRITY, "%s is damaged, which '%s' needs", key.text,
                               entry->path);
        }
        status = status ? status : q_retrieve_info(self->repository, key.text, &info, error);
    }
    if (status == QUIRE_NOT_FOUND) {
        status = q_error_set(error, QUIRE_INTEGRITY, "%s is missing, which holds '%s'", key.text,
                             entry->path);
    }
    return status;
}

/* False when something is wrong, which the next version has to be told, too, or when it could not
 * be judged, since the version was deleted meanwhile. */
static bool verify_chunk(q_verifying *self, const char *name, int64_t number,
                         q_chunk_reader *reader, const q_chunk_summary *summary) {
    quire_error fault = {0};
    const q_entry *entry = NULL;
    bool sound = true;
    self->touched = false;
    quire_status status = q_chunk_reader_open(reader, &self->repository->io, summary, &fault);
    do {
        status = status ? status : q_chunk_reader_next(reader, &entry, &fault);
        quire_status placed = !status && entry ? check_placement(self, entry, &fault) : QUIRE_OK;
        if ((status || placed) && q_verify_is_gone(self, name, number)) {
            return false;
        }
        if (status) {
            q_verifying_failed(self, status, "%s:v%" PRId64 ": manifests/%s: %s", name, number,
                               summary->object, fault.message);
            return false;
        }
        if (placed) {
            q_verifying_failed(self, placed, "%s:v%" PRId64 ": %s", name, number, fault.message);
            sound = false;
        }
    } while (entry);
    return sound && !self->touched;
}

void q_verify_root(q_verifying *self, const char *name, int64_t number, const q_root *root) {
    q_chunk_reader reader = {0};
    q_keyset_free(&self->told);
    for (size_t i = 0; i < root->chunk_count; i++) {
        const q_chunk_summary *chunk = &root->chunks[i];
        if (!q_keyset_has(&self->seen, chunk->object) &&
            verify_chunk(self, name, number, &reader, chunk)) {
            /* A set that cannot grow only costs time. */
            q_keyset_add(&self->seen, chunk->object, NULL, NULL);
        }
    }
    q_chunk_reader_free(&reader);
}

typedef struct draft {
    q_verifying *self;
    const char *name, *distributed_id;
} draft;

/* Decided since: then gc may have taken its parts, and nothing is wrong. */
static bool is_decided(const draft *of) {
    q_draft_outcome outcome = {0};
    quire_error ignored = {0};
    return !q_draft_read_outcome(of->self->repository, of->name, of->distributed_id, &outcome,
                                 &ignored) &&
           outcome.decided;
}

static quire_status verify_shard(void *context, const char *key, const q_draft_member *member,
                                 quire_error *error) {
    const draft *of = context;
    q_verifying *self = of->self;
    q_shard_stream *stream = NULL;
    const q_entry *entry = NULL;
    quire_error fault = {0};
    q_keyset_free(&self->told);
    quire_status status = q_shard_stream_open(self->repository, key, &member->shard,
                                              (size_t)256 << 10, &stream, error);
    do {
        status = status ? status : q_shard_stream_next(stream, &entry, error);
        quire_status placed = !status && entry ? check_placement(self, entry, &fault) : QUIRE_OK;
        if (placed && is_decided(of)) {
            break;
        }
        if (placed) {
            q_verifying_failed(self, placed, "%s: %s", key, fault.message);
        }
    } while (!status && entry);
    q_shard_stream_free(stream);
    return status;
}

quire_status q_verify_draft(q_verifying *self, const char *name, const char *distributed_id,
                            quire_error *error) {
    cJSON *roster = NULL;
    draft of = {self, name, distributed_id};
    quire_status status = q_draft_roster(self->repository, name, distributed_id, &roster, error);
    if (!status && !roster) {
        status = q_draft_survey(self->repository, name, distributed_id, &roster, error);
    }
    status = status ? status
                    : q_draft_each_member(name, distributed_id, roster, verify_shard, &of, error);
    cJSON_Delete(roster);
    return status && is_decided(&of) ? QUIRE_OK : status;
}
