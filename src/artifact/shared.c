/**
 * @file
 * Files that several processes store. Who begins one keeps it open until the end, so that a change
 * is found that came between two other processes' looks; each of the others looks for itself.
 */
#include <quire/shared.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "artifact/artifact.h"
#include "base/block.h"

static_assert(QUIRE_BLOCK_SIZE == Q_DIGEST_BLOCK, "blocks of a ticket are those of digests");
static_assert(QUIRE_BLOCK_DIGEST_SIZE == Q_SHA256_SIZE, "digests of blocks are SHA-256");
static_assert(sizeof((quire_shared_ticket *)NULL)->token == Q_SHARED_TOKEN_SIZE, "a token fits");

/* --- beginning --- */

static const char *base_name(const char *file) {
    const char *slash = strrchr(file, '/');
    return slash ? slash + 1 : file;
}

/** Whether a file looks as it did when it was read last, and the store has what it had then: the
 *  commit will find the same, and need not read it. */
static quire_status is_known(quire_file *file, bool *known, quire_error *error) {
    quire_artifact *artifact = file->artifact;
    quire_store *store = artifact->store;
    char digest[Q_DIGEST_TEXT_SIZE];
    *known = false;
    if (!store->options.cache || !store->ops->stage_known) {
        return QUIRE_OK;
    }
    if (!artifact->cache) {
        /* Those who share files under MPI commit as writer "0", whose segment has all that was. */
        const q_cache_spec own = {store->options.cache, store->url, artifact->name, "upsert 0"};
        artifact->cache = q_cache_new(&own);
    }
    return artifact->cache && q_cache_find(artifact->cache, &file->source.before, digest)
               ? store->ops->stage_known(artifact->stage, file->source.size, digest, known, error)
               : QUIRE_OK;
}

static quire_status begin(quire_file *file, const char *name, quire_shared_ticket *ticket,
                          quire_error *error) {
    quire_store *store = file->artifact->store;
    bool known = false;
    quire_status status = q_strdup(name, &file->name, error);
    file->is_timed = clock_gettime(CLOCK_REALTIME, &file->opened) == 0;
    if (status == QUIRE_OK) {
        status = q_source_open_file(&file->source, file->name, error);
    }
    if (status == QUIRE_OK && file->source.size > QUIRE_BLOCK_SIZE) {
        status = is_known(file, &known, error);
        if (status == QUIRE_OK && !known && store->ops->shared_begin) {
            status = store->ops->shared_begin(file->artifact->stage, file->source.size,
                                              &file->shared, ticket->token, error);
        }
    }
    if (status == QUIRE_OK && file->shared) {
        const struct stat *now = &file->source.before;
        ticket->size = file->source.size;
        ticket->blocks = q_digest_count_blocks(ticket->size);
        ticket->modified = now->st_mtim.tv_sec;
        ticket->modified_nanoseconds = now->st_mtim.tv_nsec;
    }
    return status;
}

quire_status quire_artifact_share_file(quire_artifact *artifact, quire_store *store,
                                       const char *file, const char *path, quire_file **shared,
                                       quire_shared_ticket *ticket, quire_error *error) {
    const struct {
        const void *argument;
        const char *what;
    } required[] = {{shared, "place for the file"},
                    {ticket, "place for the ticket"},
                    {artifact, "artifact"},
                    {store, "store"},
                    {file, "file"}};
    quire_status status = QUIRE_OK;
    for (size_t i = 0; i < 5 && status == QUIRE_OK; i++) {
        status = q_require(required[i].argument, required[i].what, error);
    }
    if (status != QUIRE_OK) {
        return status;
    }
    *shared = NULL;
    memset(ticket, 0, sizeof *ticket);
    quire_file *made = NULL;
    struct stat now;
    if (stat(file, &now) != 0 || !S_ISREG(now.st_mode) ||
        (uint64_t)now.st_size <= QUIRE_BLOCK_SIZE) {
        return quire_artifact_add_file(artifact, file, path, NULL, error);
    }
    status = q_file_begin(artifact, store, path ? path : base_name(file), &made, error);
    if (status != QUIRE_OK) {
        return status;
    }
    status = begin(made, file, ticket, error);
    if (status == QUIRE_OK && made->shared) {
        *shared = made;
        return QUIRE_OK;
    }
    quire_file_discard(made);
    return status == QUIRE_OK ? quire_artifact_add_file(artifact, file, path, NULL, error) : status;
}

/* --- storing --- */

/** A run of blocks under way. */
typedef struct run {
    quire_store *store;
    const quire_shared_ticket *ticket;
    q_source source;
    q_part *part;
    const quire_shared_options *options; /* NULL: none */
    quire_progress progress;
} run;

static void tell(run *r, uint64_t bytes) {
    r->progress.bytes_done += bytes;
    if (r->progress.bytes_done == r->progress.bytes_total) {
        r->progress.files_done = r->progress.files_total;
    }
    if (r->options && r->options->progress) {
        r->options->progress(r->options->progress_context, &r->progress);
    }
}

/** Who shares a file must see the same: another host may have a local one by that name. */
static quire_status check_same(const run *r, quire_error *error) {
    const struct stat *now = &r->source.before;
    return r->source.size == r->ticket->size && now->st_mtim.tv_sec == r->ticket->modified &&
                   now->st_mtim.tv_nsec == r->ticket->modified_nanoseconds
               ? QUIRE_OK
               : q_error_set(error, QUIRE_ERROR,
                             "%s is not the file that is shared, or has changed: all who share a "
                             "file must see the same one",
                             r->source.name);
}

static quire_status store_piece(void *context, const void *data, size_t size, quire_error *error) {
    run *r = context;
    quire_status status = r->store->ops->part_write(r->part, data, size, error);
    if (status == QUIRE_OK) {
        tell(r, size);
    }
    return status;
}

static quire_status store_run(run *r, const char *file, uint64_t first, uint64_t count,
                              unsigned char *digests, quire_error *error) {
    uint64_t offset = first * QUIRE_BLOCK_SIZE;
    uint64_t left = r->ticket->size - offset;
    /* The file counts once, for whoever has its beginning. */
    r->progress = (quire_progress){.files_total = first == 0, .slowest_rank = -1};
    r->progress.bytes_total = count <= left / QUIRE_BLOCK_SIZE ? count * QUIRE_BLOCK_SIZE : left;
    quire_status status = q_source_open_file(&r->source, file, error);
    if (status == QUIRE_OK) {
        status = check_same(r, error);
    }
    if (status == QUIRE_OK) {
        status = r->store->ops->part_open(r->store, r->ticket->token, r->ticket->size, offset,
                                          &r->part, error);
    }
    for (uint64_t i = 0; status == QUIRE_OK && i < count; i++) {
        status = q_block_read(&r->source, first + i, store_piece, r,
                              digests + i * QUIRE_BLOCK_DIGEST_SIZE, error);
    }
    if (status == QUIRE_OK) {
        status = q_source_check(&r->source, error);
    }
    return status == QUIRE_OK ? r->store->ops->part_close(r->part, error) : status;
}

static quire_status check_ticket(const quire_store *store, const quire_shared_ticket *ticket,
                                 uint64_t first, uint64_t count, quire_error *error) {
    if (ticket->size <= QUIRE_BLOCK_SIZE || ticket->size > (uint64_t)INT64_MAX ||
        ticket->blocks != q_digest_count_blocks(ticket->size) || !store->ops->part_open) {
        return q_error_set(error, QUIRE_USAGE, "this is no ticket of a shared file in %s",
                           store->url);
    }
    return first <= ticket->blocks && count <= ticket->blocks - first
               ? QUIRE_OK
               : q_error_set(error, QUIRE_USAGE, "a shared file has %llu blocks and no more",
                             (unsigned long long)ticket->blocks);
}

quire_status quire_shared_store_blocks(quire_store *store, const quire_shared_ticket *ticket,
                                       const char *file, uint64_t first, uint64_t count,
                                       unsigned char *digests, const quire_shared_options *options,
                                       quire_error *error) {
    const struct {
        const void *argument;
        const char *what;
    } required[] = {{store, "store"}, {ticket, "ticket"}, {file, "file"}};
    quire_status status = QUIRE_OK;
    for (size_t i = 0; i < 3 && status == QUIRE_OK; i++) {
        status = q_require(required[i].argument, required[i].what, error);
    }
    if (status == QUIRE_OK && options && options->version != 0) {
        status = q_error_set(error, QUIRE_USAGE, "unknown version of quire_shared_options: %d",
                             options->version);
    }
    if (status == QUIRE_OK) {
        status = check_ticket(store, ticket, first, count, error);
    }
    if (status != QUIRE_OK || count == 0) {
        return status;
    }
    status = q_require(digests, "place for digests", error);
    if (status != QUIRE_OK) {
        return status;
    }
    run r = {.store = store, .ticket = ticket, .source = {.fd = -1}, .options = options};
    status = store_run(&r, file, first, count, digests, error);
    if (r.part) {
        store->ops->part_free(r.part);
    }
    q_source_close(&r.source);
    return status;
}

/* --- ending --- */

quire_status quire_shared_close(quire_file *shared, const unsigned char *digests,
                                quire_error *error) {
    quire_status status = q_require(shared, "shared file", error);
    if (status != QUIRE_OK) {
        return status;
    }
    quire_artifact *artifact = shared->artifact;
    q_entry entry = {0};
    status = q_require(digests, "digests", error);
    if (status == QUIRE_OK && !shared->shared) {
        status = q_error_set(error, QUIRE_USAGE, "path '%s' is no shared file", shared->path);
    }
    if (status == QUIRE_OK) {
        status = q_source_check(&shared->source, error);
    }
    if (status == QUIRE_OK) {
        status = artifact->store->ops->shared_end(shared->shared, digests, &entry, error);
    }
    if (status != QUIRE_OK) {
        quire_file_discard(shared);
        return status;
    }
    if (artifact->cache && shared->is_timed) {
        q_cache_remember(artifact->cache, shared->name, &shared->source.before, &shared->opened,
                         entry.digest);
    }
    return q_file_enter(shared, &entry, error);
}
