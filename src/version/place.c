/**
 * @file
 * One large file of a version, written by several processes. Each call opens the target anew: what
 * they share is the name of the temporary file, and nothing of any process.
 */
#include <quire/version.h>

#include <assert.h>

#include "base/digest.h"
#include "version/range.h"
#include "version/target.h"

static_assert(QUIRE_PLACE_SIZE == Q_TARGET_NAME_SIZE, "a place is the name of a temporary file");

/** A call under way: the entry, and the folder. */
typedef struct placing {
    quire_version *version;
    const q_entry *entry;
    q_entry_box box;
    q_target *target;
} placing;

static quire_status begin(placing *p, const char *folder, const char *path, const char *place,
                          quire_error *error) {
    if (p->version == NULL || folder == NULL || path == NULL || place == NULL) {
        return q_error_set(error, QUIRE_USAGE,
                           "placing a file needs a version, a folder, a path and a place");
    }
    quire_status status = q_version_find_file(p->version, path, &p->box, &p->entry, error);
    return status == QUIRE_OK ? q_target_open(folder, &p->target, error) : status;
}

/** A file of the target that is not to be given up is left before. */
static quire_status end(placing *p, quire_status status, quire_error *error) {
    if (status != QUIRE_OK && p->target != NULL) {
        q_error_prefix(error, Q_VERSION_FORMAT, Q_VERSION_ARGUMENTS(p->version));
    }
    q_target_free(p->target);
    q_entry_box_free(&p->box);
    return status;
}

quire_status quire_version_place_begin(quire_version *version, const char *folder, const char *path,
                                       char place[QUIRE_PLACE_SIZE], quire_error *error) {
    placing p = {.version = version};
    quire_status status = begin(&p, folder, path, place, error);
    if (status == QUIRE_OK) {
        status = q_target_begin(p.target, path, error);
    }
    if (status == QUIRE_OK) {
        status = q_target_extend(p.target, p.entry->size, error);
    }
    if (status == QUIRE_OK) {
        status = q_target_leave(p.target, place, error);
    }
    return end(&p, status, error);
}

/** Where bytes go. The store's callback has no room for an error: `failure` keeps it. */
typedef struct sink {
    q_target *target;
    quire_progress_callback callback;
    void *context;
    quire_progress progress;
    quire_error failure;
} sink;

static quire_status write_data(void *context, const void *data, size_t size) {
    sink *s = context;
    quire_status status = q_target_write(s->target, data, size, &s->failure);
    if (status == QUIRE_OK) {
        s->progress.bytes_done += size;
        s->progress.files_done = s->progress.bytes_done == s->progress.bytes_total;
    }
    if (status == QUIRE_OK && s->callback != NULL) {
        s->callback(s->context, &s->progress);
    }
    return status;
}

static quire_status copy_blocks(placing *p, uint64_t first, uint64_t count, sink *s,
                                quire_error *error) {
    const q_store_ops *ops = p->version->store->ops;
    q_copier *copier = NULL;
    uint64_t left = p->entry->size - first * Q_DIGEST_BLOCK;

    s->progress.bytes_total = count <= left / Q_DIGEST_BLOCK ? count * Q_DIGEST_BLOCK : left;
    quire_status status = ops->copier_open(p->version, &copier, error);
    if (status == QUIRE_OK) {
        status = ops->copier_blocks(copier, p->entry, first, count, write_data, s, error);
    }
    ops->copier_free(copier);
    if (s->failure.status != QUIRE_OK) {
        status = (quire_status)s->failure.status;
        if (error != NULL) {
            *error = s->failure;
        }
    }
    return status == QUIRE_OK && s->progress.bytes_done != s->progress.bytes_total
               ? q_error_set(error, QUIRE_INTEGRITY, "%s is cut short", p->entry->path)
               : status;
}

quire_status quire_version_place_blocks(quire_version *version, const char *folder,
                                        const char *path, const char *place, uint64_t first,
                                        uint64_t count, quire_progress_callback progress,
                                        void *progress_context, quire_error *error) {
    placing p = {.version = version};
    quire_status status = begin(&p, folder, path, place, error);
    if (status == QUIRE_OK) {
        uint64_t blocks = p.entry->size / Q_DIGEST_BLOCK + (p.entry->size % Q_DIGEST_BLOCK != 0);
        if (version->store->ops->copier_blocks == NULL || p.entry->size <= Q_DIGEST_BLOCK ||
            first > blocks || count > blocks - first) {
            status = q_error_set(error, QUIRE_USAGE, "%s has no such blocks", path);
        }
    }
    if (status == QUIRE_OK && count > 0) {
        status = q_target_join(p.target, path, place, p.entry->size, first * Q_DIGEST_BLOCK, error);
    }
    if (status == QUIRE_OK && count > 0) {
        sink s = {.target = p.target,
                  .callback = progress,
                  .context = progress_context,
                  .progress = {.files_total = 1, .slowest_rank = -1}};
        status = copy_blocks(&p, first, count, &s, error);
        quire_status left = q_target_leave(p.target, NULL, status == QUIRE_OK ? error : NULL);
        status = status == QUIRE_OK ? left : status;
    }
    return end(&p, status, error);
}

quire_status quire_version_place_end(quire_version *version, const char *folder, const char *path,
                                     const char *place, quire_error *error) {
    placing p = {.version = version};
    quire_status status = begin(&p, folder, path, place, error);
    if (status == QUIRE_OK) {
        status = q_target_join(p.target, path, place, p.entry->size, 0, error);
    }
    if (status == QUIRE_OK) {
        status = q_target_commit(p.target, error);
    }
    return end(&p, status, error);
}

quire_status quire_version_place_abandon(quire_version *version, const char *folder,
                                         const char *path, const char *place, quire_error *error) {
    placing p = {.version = version};
    quire_status status = begin(&p, folder, path, place, error);
    if (status == QUIRE_OK) {
        status = q_target_join(p.target, path, place, p.entry->size, 0, error);
    }
    if (status == QUIRE_OK) {
        q_target_abandon(p.target);
    }
    return end(&p, status, error);
}
