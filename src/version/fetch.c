/**
 * @file
 * Bringing entries into a target. Bytes go to a temporary file first, whose checks decide whether
 * it appears; so a reference that has changed leaves nothing behind.
 */
#include "version/fetch.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/source.h"
#include "base/uri.h"
#include "http/http.h"

#define COPY_SIZE ((size_t)1 << 20)

/** Where bytes go. The store's callback has no room for an error: `failure` keeps it. */
typedef struct sink {
    const q_fetch *fetch;
    const q_entry *entry;
    q_digest *digest; /* of a reference */
    uint64_t bytes;
    quire_error failure;
} sink;

static q_digest_kind kind_of(const q_fetch *fetch) {
    return fetch->version->store->digests;
}

static quire_status write_data(void *context, const void *data, size_t size) {
    sink *s = context;
    quire_status status = q_target_write(s->fetch->target, data, size, &s->failure);
    if (status == QUIRE_OK) {
        s->bytes += size;
        status = s->fetch->advance(s->fetch->context, size);
    }
    return status;
}

static quire_status unlike(const q_entry *entry, uint64_t bytes, quire_error *error) {
    return q_error_set(error, QUIRE_INTEGRITY, "%s has %" PRIu64 " bytes instead of %" PRIu64,
                       entry->path, bytes, entry->size);
}

/** End a file: it appears, or it is given up and the failure says of which version. */
static quire_status end_file(const q_fetch *fetch, quire_status status, quire_error *inner,
                             quire_error *error) {
    if (status == QUIRE_OK) {
        status = q_target_commit(fetch->target, inner);
    }
    if (status != QUIRE_OK) {
        q_target_abandon(fetch->target);
        q_error_prefix(inner, Q_VERSION_FORMAT, Q_VERSION_ARGUMENTS(fetch->version));
        if (error != NULL) {
            *error = *inner;
        }
    }
    return status;
}

quire_status q_fetch_file(const q_fetch *fetch, const q_entry *entry, quire_error *error) {
    const q_store_ops *ops = fetch->version->store->ops;
    sink s = {.fetch = fetch, .entry = entry};
    quire_error inner = {0};

    quire_status status = q_target_begin(fetch->target, entry->path, &inner);
    if (status == QUIRE_OK) {
        status = ops->copier_copy(fetch->copier, entry, write_data, &s, &inner);
        if (s.failure.status != QUIRE_OK) {
            inner = s.failure;
            status = (quire_status)inner.status;
        }
    }
    if (status == QUIRE_OK && s.bytes != entry->size) {
        status = unlike(entry, s.bytes, &inner);
    }
    return end_file(fetch, status, &inner, error);
}

quire_status q_fetch_divided(const q_fetch *fetch, q_readers *readers, size_t lane,
                             const q_entry *entry, quire_error *error) {
    quire_error inner = {0};

    quire_status status = q_target_begin(fetch->target, entry->path, &inner);
    if (status == QUIRE_OK) {
        status = q_divided_read(readers, lane, fetch->version, entry, fetch->target, &inner);
    }
    return end_file(fetch, status, &inner, error);
}

static quire_status take_reference(void *context, const void *data, size_t size,
                                   quire_error *error) {
    sink *s = context;

    s->bytes += size;
    /* At once, so that a server cannot fill the disk before it is found out. */
    if (s->entry->size != QUIRE_SIZE_UNKNOWN && s->bytes > s->entry->size) {
        return q_error_set(error, QUIRE_INTEGRITY, "more than the %" PRIu64 " bytes recorded",
                           s->entry->size);
    }
    quire_status status = q_digest_update(s->digest, data, size, error);
    if (status == QUIRE_OK) {
        status = q_target_write(s->fetch->target, data, size, error);
    }
    return status;
}

static quire_status copy_file(const char *uri, sink *s, quire_error *error) {
    q_source source;
    char *file = NULL;
    char *block = NULL;
    size_t got = 1;

    quire_status status = q_uri_to_file(uri, &file, error);
    if (status != QUIRE_OK) {
        return status;
    }
    status = q_source_open_file(&source, file, error);
    if (status != QUIRE_OK) {
        free(file);
        return status;
    }
    block = malloc(COPY_SIZE);
    status = block != NULL ? q_target_restrict(s->fetch->target, source.before.st_mode, error)
                           : q_error_memory(error);
    while (status == QUIRE_OK && got > 0) {
        status = q_source_read(&source, block, COPY_SIZE, &got, error);
        if (status == QUIRE_OK && got > 0) {
            status = take_reference(s, block, got, error);
        }
    }
    q_source_close(&source);
    free(block);
    free(file);
    return status;
}

/** What is within an ETag's quotes; of a weak one, or one that lost a quote, what is left. */
static const char *within(const char *etag, size_t *size) {
    *size = strlen(etag);
    while (*size > 0 && etag[0] == '"') {
        etag++;
        --*size;
    }
    while (*size > 0 && etag[*size - 1] == '"') {
        --*size;
    }
    return etag;
}

/** Whether two ETags are the same, with their quotes or without. */
static bool same_etag(const char *a, const char *b) {
    size_t sizes[2];

    a = within(a, &sizes[0]);
    b = within(b, &sizes[1]);
    return sizes[0] == sizes[1] && memcmp(a, b, sizes[0]) == 0;
}

/** Compare what came with what was recorded. */
static quire_status check_reference(const sink *s, const char *etag, quire_error *error) {
    const q_entry *entry = s->entry;
    char digest[Q_DIGEST_TEXT_SIZE];

    if (entry->size != QUIRE_SIZE_UNKNOWN && s->bytes != entry->size) {
        return unlike(entry, s->bytes, error);
    }
    if (strcmp(entry->digest, entry->ref) == 0 ||
        (etag != NULL && same_etag(etag, entry->digest))) {
        return QUIRE_OK;
    }
    if (!q_is_digest_of(kind_of(s->fetch), entry->digest)) {
        return q_error_set(error, QUIRE_INTEGRITY, "ETag %s instead of %s",
                           etag != NULL ? etag : "missing", entry->digest);
    }
    quire_status status = q_digest_final(s->digest, digest, NULL, error);
    if (status == QUIRE_OK && strcmp(digest, entry->digest) != 0) {
        status =
            q_error_set(error, QUIRE_INTEGRITY, "digest %s instead of %s", digest, entry->digest);
    }
    return status;
}

/** Read a reference, write it, check it. */
static quire_status bring(sink *s, bool is_file, quire_error *error) {
    q_target *target = s->fetch->target;
    const q_entry *entry = s->entry;
    q_http_info info = {0};

    quire_status status = q_digest_new_of(kind_of(s->fetch), &s->digest, error);
    if (status == QUIRE_OK) {
        status = q_target_begin(target, entry->path, error);
    }
    if (status == QUIRE_OK) {
        status = is_file ? copy_file(entry->ref, s, error)
                         : q_http_get(entry->ref, take_reference, s, &info, error);
    }
    if (status == QUIRE_OK) {
        status = check_reference(s, info.etag, error);
    }
    if (status == QUIRE_OK) {
        status = q_target_commit(target, error);
    }
    q_target_abandon(target);
    q_http_info_free(&info);
    q_digest_free(s->digest);
    return status;
}

quire_status q_fetch_reference(const q_fetch *fetch, const q_entry *entry, bool *fetched,
                               uint64_t *bytes, quire_error *error) {
    sink s = {.fetch = fetch, .entry = entry};
    quire_error inner = {0};

    bool is_file = q_uri_has_scheme(entry->ref, "file");
    *fetched = false;
    *bytes = 0;
    /* Who made the version decides which file of this machine is read. Who knows its digest knows
     * its content; who does not could have any secret of the reader's copied to where others look.
     */
    if (is_file && !q_is_digest_of(kind_of(fetch), entry->digest)) {
        return QUIRE_OK;
    }
    if (!is_file && !q_uri_has_scheme(entry->ref, "http") &&
        !q_uri_has_scheme(entry->ref, "https")) {
        return QUIRE_OK;
    }
    quire_status status = bring(&s, is_file, &inner);
    if (status == QUIRE_OK) {
        *fetched = true;
        *bytes = s.bytes;
        return QUIRE_OK;
    }
    q_error_prefix(&inner, Q_VERSION_FORMAT ": %s, a reference",
                   Q_VERSION_ARGUMENTS(fetch->version), entry->path);
    if (status == QUIRE_INCOMPLETE) {
        /* For who reads, a file that is gone is one that is not found. */
        status = QUIRE_NOT_FOUND;
        inner.status = QUIRE_NOT_FOUND;
    }
    if (error != NULL) {
        *error = inner;
    }
    return status;
}
