/**
 * @file
 * Files on their way into a version. What a file looks like is asked for when it is its turn, not
 * when it was added: an artifact may be composed long before it is committed.
 */
#include "artifact/write_source.h"

/** A file that may have been opened on the way. */
typedef struct attempt {
    q_source source;
    bool is_open, taken;
} attempt;

/* Without any error of its own: whatever is wrong with the file, opening it tells. */
static quire_status try_known(q_source_writing *to, const char *path, attempt *try,
                              quire_error *error) {
    const char *file = to->name.data;
    char digest[Q_DIGEST_TEXT_SIZE];
    struct stat now;
    if (stat(file, &now) != 0 || !S_ISREG(now.st_mode)) {
        return QUIRE_OK;
    }
    if (!q_cache_trusts_stat(to->cache, file, now.st_dev)) {
        quire_status status = q_source_open_file(&try->source, file, error);
        if (status != QUIRE_OK) {
            return status;
        }
        try->is_open = true;
        now = try->source.before;
    }
    return q_cache_find(to->cache, &now, digest)
               ? to->store->ops->write_known(to->writing, path, (uint64_t)now.st_size, digest,
                                             &try->taken, error)
               : QUIRE_OK;
}

static quire_status read_and_write(q_source_writing *to, const char *path, q_source *source,
                                   const struct timespec *opened, quire_error *error) {
    char digest[Q_DIGEST_TEXT_SIZE] = {0};
    source->told = to->told;
    source->told_context = to->told_context;
    quire_status status = to->store->ops->write_file(to->writing, path, source, digest, error);
    if (status == QUIRE_OK && opened) {
        q_cache_remember(to->cache, source->name, &source->before, opened, digest);
    }
    return status;
}

quire_status q_source_write(q_source_writing *to, const char *path, const q_item *item,
                            quire_error *error) {
    attempt try = {.source = {.fd = -1}};
    struct timespec opened;
    quire_status status = QUIRE_OK;
    bool is_cached =
        to->cache && q_item_is_file(item) && clock_gettime(CLOCK_REALTIME, &opened) == 0;
    if (is_cached) {
        status = q_item_file_name(item, &to->name, error);
        if (status == QUIRE_OK) {
            status = try_known(to, path, &try, error);
        }
    }
    if (status == QUIRE_OK && !try.taken && !try.is_open) {
        status = q_item_open(item, &try.source, &to->name, error);
        try.is_open = status == QUIRE_OK;
    }
    if (status == QUIRE_OK && !try.taken) {
        status = read_and_write(to, path, &try.source, is_cached ? &opened : NULL, error);
    }
    if (try.is_open) {
        q_source_close(&try.source);
    }
    return status;
}
