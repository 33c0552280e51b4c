/** @file Writings: see writing.h. */
#include "store/wandb/writing.h"

#include <stdlib.h>
#include <string.h>

#include "base/uri.h"
#include "store/wandb/draft.h"
#include "store/wandb/log.h"
#include "store/wandb/patch.h"
#include "store/wandb/reference.h"
#include "store/wandb/stage.h"

#define PIECE ((size_t)256 << 10)

static q_wandb_writing *own(q_writing *writing) {
    return (q_wandb_writing *)writing;
}

quire_status q_wandb_write_begin(quire_store *store, const q_write_spec *spec, q_writing **writing,
                                 quire_error *error) {
    q_wandb_writing *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->base.store = store;
    made->store = q_wandb_of(store);
    made->spec = *spec;
    made->contents.spool = q_wandb_stage_spool(spec->stage);
    made->contents.stored = spec->stored;
    made->contents.stored_context = spec->stored_context;
    *writing = &made->base;
    return QUIRE_OK;
}

void q_wandb_write_free(q_writing *writing) {
    if (writing) {
        q_wandb_contents_free(&own(writing)->contents);
        q_keyset_free(&own(writing)->removals);
        free(writing);
    }
}

/* What waits here needs no care. */
quire_status q_wandb_write_renew(q_writing *writing, quire_error *error) {
    (void)writing;
    (void)error;
    return QUIRE_OK;
}

quire_status q_wandb_write_remove(q_writing *writing, const char *path, quire_error *error) {
    return own(writing)->spec.mode == Q_MODE_PATCH
               ? q_keyset_add(&own(writing)->removals, path, NULL, error)
               : q_error_set(error, QUIRE_USAGE, "'%s' can be removed in a patch only", path);
}

/* --- references to local files --- */

/** Read it once more, for the digest that W&B's clients compare; the one that it has tells whether
 *  it is the same file yet. */
static quire_status rehash(q_source *source, const q_entry *entry, char digest[Q_DIGEST_TEXT_SIZE],
                           quire_error *error) {
    char *piece = malloc(PIECE), before[Q_DIGEST_TEXT_SIZE];
    q_digest *sha = NULL, *md5 = NULL;
    size_t got = 1;
    quire_status status = piece ? q_digest_new(&sha, error) : q_error_memory(error);
    status = status ? status : q_digest_new_of(Q_DIGEST_MD5, &md5, error);
    while (!status && got > 0) {
        status = q_source_read(source, piece, PIECE, &got, error);
        status = status ? status : q_digest_update(sha, piece, got, error);
        status = status ? status : q_digest_update(md5, piece, got, error);
    }
    status = status ? status : q_digest_final(sha, before, NULL, error);
    status = status ? status : q_digest_final(md5, digest, NULL, error);
    if (!status && strcmp(before, entry->digest) != 0) {
        status = q_error_set(error, QUIRE_ERROR, "%s changed since it was added as a reference",
                             source->name);
    }
    q_digest_free(sha);
    q_digest_free(md5);
    free(piece);
    return status;
}

/** Where the file is not here (the version comes from another host), nothing is known of it. */
static quire_status find_md5(q_wandb_writing *self, const q_entry *entry,
                             char digest[Q_DIGEST_TEXT_SIZE], bool *found, quire_error *error) {
    char *file = NULL;
    q_source source;
    *found = false;
    quire_status status = q_uri_to_file(entry->ref, &file, error);
    if (status) {
        return status;
    }
    status = q_source_open_file(&source, file, error);
    if (!status) {
        status = rehash(&source, entry, digest, error);
        q_source_close(&source);
        *found = status == QUIRE_OK;
    } else if (status == QUIRE_INCOMPLETE) {
        q_store_log(&self->store->base, QUIRE_LOG_WARNING,
                    "%s is not here: '%s' is recorded without its digest", file, entry->path);
        status = QUIRE_OK;
    }
    free(file);
    return status;
}

static quire_status write_reference(q_wandb_writing *self, const q_entry *entry,
                                    quire_error *error) {
    char hashed[Q_DIGEST_TEXT_SIZE];
    q_buffer digest = {0};
    q_entry changed = *entry;
    quire_status status = QUIRE_OK;
    if (q_uri_has_scheme(entry->ref, "file") && q_is_digest(entry->digest)) {
        bool found = false;
        status = find_md5(self, entry, hashed, &found, error);
        changed.digest = found ? hashed : entry->ref;
    }
    status = status ? status : q_wandb_reference_digest(&changed, &digest, error);
    changed.digest = digest.data;
    status = status ? status
                    : q_wandb_contents_add_entry(&self->contents, &changed, Q_WANDB_UNBORN, error);
    q_buffer_free(&digest);
    return status;
}

quire_status q_wandb_write_entry(q_writing *writing, const q_entry *entry, quire_error *error) {
    q_wandb_writing *self = own(writing);
    if (entry->ref) {
        return write_reference(self, entry, error);
    }
    const q_wandb_staged *staged = q_wandb_stage_find(self->spec.stage, entry->digest);
    if (!staged) {
        return q_error_set(error, QUIRE_USAGE, "path '%s' was not written to this store",
                           entry->path);
    }
    q_wandb_hashed hashed = {.path = entry->path,
                             .size = staged->spooled.size,
                             .kind = Q_WANDB_SPOOLED,
                             .spooled = &staged->spooled};
    memcpy(hashed.md5, staged->md5, sizeof hashed.md5);
    quire_status status = QUIRE_OK;
    if (hashed.size >= Q_WANDB_MULTIPART) {
        status =
            q_wandb_stage_parts(self->spec.stage, staged, &hashed.parts, &hashed.part_count, error);
    }
    return status ? status : q_wandb_contents_add(&self->contents, &hashed, error);
}

quire_status q_wandb_write_commit(q_writing *writing, quire_version_id *version,
                                  quire_receipt *receipt, quire_error *error) {
    q_wandb_writing *self = own(writing);
    switch (self->spec.mode) {
    case Q_MODE_LOG:
        return q_wandb_log(self, version, receipt, error);
    case Q_MODE_UPSERT:
        return q_wandb_upsert(self, receipt, error);
    case Q_MODE_PATCH:
        return q_wandb_patch(self, version, receipt, error);
    }
    return q_error_set(error, QUIRE_USAGE, "no such mode of writing");
}
