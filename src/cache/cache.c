/** @file The cache of one writing: see cache.h. */
#include "cache/cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/environment.h"
#include "cache/folder.h"
#include "cache/others.h"

#define DAY (24 * 60 * 60)

struct q_cache {
    q_cache_folder folder;
    char *path;
    char name[Q_CACHE_NAME_SIZE]; /* of the own segment */
    bool opened, broken;
    q_cache_segment own;
    size_t used;           /* own records that are still true */
    int64_t modified;      /* of the own segment's file */
    q_cache_segment added; /* in the order in which they came */
    size_t added_capacity;
    bool changed; /* the own segment has to be written, whatever is used of it */
    q_cache_others others;
    q_settled settled;
    quire_error problem; /* status QUIRE_OK: none */
};

/* --- making --- */

static quire_status half_name(const q_buffer *text, char *name, quire_error *error) {
    char hex[Q_SHA256_HEX_SIZE];
    quire_status status = q_sha256_hex(text->data, text->size, hex, error);
    if (!status) {
        memcpy(name, hex, Q_CACHE_GROUP_SIZE - 1);
    }
    return status;
}

static quire_status append(q_buffer *text, const char *word, quire_error *error) {
    return q_buffer_append(text, word, strlen(word) + 1, error);
}

/* A store in a directory goes by where that is, however it is called. */
static quire_status make_name(const q_cache_spec *spec, char name[Q_CACHE_NAME_SIZE],
                              quire_error *error) {
    q_buffer text = {0};
    char *real = realpath(spec->store, NULL);
    quire_status status = q_environment_host(&text, error);
    status = status ? status : append(&text, "", error);
    status = status ? status : append(&text, real ? real : spec->store, error);
    status = status ? status : append(&text, spec->collection, error);
    status = status ? status : half_name(&text, name, error);
    q_buffer_clear(&text);
    status = status ? status : append(&text, spec->writer, error);
    status = status ? status : half_name(&text, name + Q_CACHE_GROUP_SIZE, error);
    name[Q_CACHE_GROUP_SIZE - 1] = '-';
    name[Q_CACHE_NAME_SIZE - 1] = '\0';
    free(real);
    q_buffer_free(&text);
    return status;
}

q_cache *q_cache_new(const q_cache_spec *spec) {
    q_cache *cache = calloc(1, sizeof *cache);
    if (!cache) {
        return NULL;
    }
    cache->folder.fd = -1;
    if (q_strdup(spec->folder, &cache->path, NULL) || make_name(spec, cache->name, NULL)) {
        q_cache_free(cache);
        return NULL;
    }
    return cache;
}

void q_cache_free(q_cache *cache) {
    if (cache) {
        q_cache_others_free(&cache->others);
        q_cache_segment_free(&cache->added);
        q_cache_segment_free(&cache->own);
        q_cache_folder_close(&cache->folder);
        free(cache->path);
        free(cache);
    }
}

/* --- finding --- */

static quire_status open_own(q_cache *cache, quire_error *error) {
    quire_status status = q_cache_folder_open(&cache->folder, cache->path, error);
    if (status) {
        return status;
    }
    status = q_cache_folder_load(&cache->folder, cache->name, &cache->own, &cache->modified, error);
    if (status == QUIRE_NOT_FOUND) {
        return QUIRE_OK;
    }
    if (status == QUIRE_INTEGRITY) { /* it will be replaced */
        cache->changed = true;
        cache->problem = *error;
        return QUIRE_OK;
    }
    for (size_t i = 0; i < cache->own.count; i++) {
        cache->own.records[i].idle++; /* until it is seen */
    }
    return status;
}

static void fail(q_cache *cache, const quire_error *error) {
    cache->broken = true;
    if (!cache->problem.status) {
        cache->problem = *error;
    }
}

static bool is_usable(q_cache *cache) {
    quire_error error = {0};
    if (!cache->opened) {
        cache->opened = true;
        if (open_own(cache, &error)) {
            fail(cache, &error);
        }
    }
    return !cache->broken;
}

static void use(q_cache *cache, q_cache_record *record) {
    cache->used += record->idle > 0;
    cache->changed = cache->changed || record->idle > 1;
    record->idle = 0;
}

static void add(q_cache *cache, const q_cache_record *record) {
    q_cache_segment *added = &cache->added;
    if (added->count == cache->added_capacity) {
        size_t capacity = cache->added_capacity + cache->added_capacity / 4 + 256;
        q_cache_record *grown = realloc(added->records, capacity * sizeof *grown);
        quire_error error = {0};
        if (!grown) {
            q_error_memory(&error);
            fail(cache, &error);
            return;
        }
        added->records = grown;
        cache->added_capacity = capacity;
    }
    if (cache->own.count + added->count < Q_CACHE_RECORDS_MAX) {
        added->records[added->count++] = *record;
    }
}

q_times q_cache_times(q_cache *cache, const char *file, dev_t device) {
    return q_settled_times(&cache->settled, file, device);
}

bool q_cache_is_empty(q_cache *cache) {
    return !is_usable(cache) ||
           (cache->own.count == 0 &&
            q_cache_others_is_empty(&cache->others, &cache->folder, cache->name));
}

bool q_cache_find(q_cache *cache, const struct stat *status, char digest[Q_DIGEST_TEXT_SIZE]) {
    q_cache_record key;
    if (!q_cache_record_of(status, &key) || !is_usable(cache)) {
        return false;
    }
    q_cache_record *own = q_cache_record_find(cache->own.records, cache->own.count, &key);
    if (own) {
        use(cache, own);
        q_cache_record_text(own, digest);
        return true;
    }
    const q_cache_record *other =
        q_cache_others_find(&cache->others, &cache->folder, cache->name, &key);
    if (other) {
        memcpy(key.digest, other->digest, sizeof key.digest);
        add(cache, &key);
        q_cache_record_text(&key, digest);
    }
    return other != NULL;
}

void q_cache_remember(q_cache *cache, const char *file, const struct stat *status,
                      const struct timespec *opened, const char *digest) {
    q_cache_record record;
    q_times times = q_settled_times(&cache->settled, file, status->st_dev);
    if (!q_settled_since(status, opened, times) || !q_cache_record_of(status, &record) ||
        !q_cache_record_set(&record, digest) || !is_usable(cache)) {
        return;
    }
    q_cache_record *own = q_cache_record_find(cache->own.records, cache->own.count, &record);
    if (!own) {
        add(cache, &record);
        return;
    }
    /* Found, but its content was not to be had from the store. */
    if (memcmp(own->digest, record.digest, sizeof record.digest) != 0) {
        memcpy(own->digest, record.digest, sizeof record.digest);
        cache->changed = true;
    }
    use(cache, own);
}

/* --- saving --- */

/* What was not seen stays for one time more: another writer may have the file now and look for it
   here, or two folders are logged in turn. */
static void drop_idle(q_cache *cache) {
    size_t kept = 0;
    for (size_t i = 0; i < cache->own.count; i++) {
        if (cache->own.records[i].idle <= 1) {
            cache->own.records[kept++] = cache->own.records[i];
        }
    }
    cache->own.count = kept;
}

/* Sort them; of a file with several names leave one, or none where those do not agree. */
static void settle_added(q_cache_segment *added) {
    size_t kept = 0;
    if (added->count > 1) {
        qsort(added->records, added->count, sizeof *added->records, q_cache_record_compare);
    }
    for (size_t from = 0, to; from < added->count; from = to) {
        bool agree = true;
        for (to = from + 1; to < added->count &&
                            q_cache_record_compare(&added->records[from], &added->records[to]) == 0;
             to++) {
            agree = agree && memcmp(added->records[from].digest, added->records[to].digest,
                                    Q_SHA256_SIZE) == 0;
        }
        if (agree) {
            added->records[kept++] = added->records[from];
        }
    }
    added->count = kept;
}

void q_cache_save(q_cache *cache) {
    quire_error error = {0};
    struct timespec now;
    if (!cache->opened || cache->broken) {
        return;
    }
    if (cache->changed || cache->added.count > 0 || cache->used < cache->own.count) {
        drop_idle(cache);
        settle_added(&cache->added);
        if (q_cache_folder_save(&cache->folder, cache->name, cache->own.records, cache->own.count,
                                cache->added.records, cache->added.count, &error)) {
            fail(cache, &error);
        }
        return;
    }
    if (cache->own.count > 0 && clock_gettime(CLOCK_REALTIME, &now) == 0 &&
        now.tv_sec - cache->modified > DAY) {
        q_cache_folder_touch(&cache->folder, cache->name);
    }
}

const char *q_cache_problem(const q_cache *cache) {
    return cache->problem.status ? cache->problem.message : NULL;
}
