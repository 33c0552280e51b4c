/** @file The other writers' segments: see others.h. What cannot be had of them is done without. */
#include "cache/others.h"

#include <stdlib.h>
#include <string.h>

void q_cache_others_free(q_cache_others *others) {
    q_cache_segment_free(&others->all);
    free(others->files);
    *others = (q_cache_others){0};
}

typedef struct listing {
    q_cache_others *others;
    const char *own;
} listing;

static quire_status note(void *context, const char *name, const struct stat *status,
                         quire_error *error) {
    const listing *to = context;
    q_cache_others *others = to->others;
    if (strlen(name) != Q_CACHE_NAME_SIZE - 1 || strcmp(name, to->own) == 0) {
        return QUIRE_OK;
    }
    if (others->count == others->capacity) {
        size_t capacity = others->capacity ? 2 * others->capacity : 16;
        struct q_cache_other *grown = realloc(others->files, capacity * sizeof *grown);
        if (!grown) {
            return q_error_memory(error);
        }
        others->files = grown;
        others->capacity = capacity;
    }
    struct q_cache_other *other = &others->files[others->count++];
    memcpy(other->name, name, Q_CACHE_NAME_SIZE);
    other->size = (uint64_t)status->st_size;
    other->modified = status->st_mtim.tv_sec;
    return QUIRE_OK;
}

static int newest_first(const void *a, const void *b) {
    const struct q_cache_other *one = a, *other = b;
    return one->modified > other->modified ? -1 : one->modified < other->modified;
}

static void list(q_cache_others *others, const q_cache_folder *folder, const char *own) {
    if (others->listed) {
        return;
    }
    others->listed = true;
    char group[Q_CACHE_GROUP_SIZE + 1];
    listing to = {others, own};
    memcpy(group, own, Q_CACHE_GROUP_SIZE);
    group[Q_CACHE_GROUP_SIZE] = '\0';
    if (q_cache_folder_each(folder, group, note, &to, NULL)) {
        others->count = 0;
    }
    if (others->count > 1) {
        qsort(others->files, others->count, sizeof *others->files, newest_first);
    }
    for (size_t i = 0; i < others->count; i++) {
        if (others->files[i].size > Q_CACHE_OTHERS_MAX - others->size) {
            others->count = i;
        } else {
            others->size += others->files[i].size;
        }
    }
    others->loaded = others->count == 0;
}

static bool append(q_cache_segment *all, const q_cache_segment *more) {
    q_cache_record *grown =
        realloc(all->records, (all->count + more->count + 1) * sizeof *all->records);
    if (!grown) {
        return false;
    }
    all->records = grown;
    if (more->count > 0) {
        memcpy(grown + all->count, more->records, more->count * sizeof *grown);
    }
    all->count += more->count;
    return true;
}

static void load(q_cache_others *others, const q_cache_folder *folder) {
    bool enough = true;
    others->loaded = true;
    for (size_t i = 0; enough && i < others->count; i++) {
        q_cache_segment one = {0};
        if (q_cache_folder_load(folder, others->files[i].name, &one, NULL, NULL) == QUIRE_OK) {
            enough = append(&others->all, &one);
        }
        q_cache_segment_free(&one);
    }
    if (others->all.count > 1) {
        qsort(others->all.records, others->all.count, sizeof *others->all.records,
              q_cache_record_compare);
    }
}

bool q_cache_others_is_empty(q_cache_others *others, const q_cache_folder *folder,
                             const char *own) {
    list(others, folder, own);
    return others->count == 0;
}

const q_cache_record *q_cache_others_find(q_cache_others *others, const q_cache_folder *folder,
                                          const char *own, const q_cache_record *key) {
    list(others, folder, own);
    if (!others->loaded) {
        /* Sums of sizes of files cannot wrap before they are enough. */
        others->missed += key->size < Q_CACHE_OTHERS_MAX ? key->size : Q_CACHE_OTHERS_MAX;
        others->missed += Q_CACHE_MISS_COST;
        if (others->missed >= others->size) {
            load(others, folder);
        }
    }
    return others->all.count ? q_cache_record_find(others->all.records, others->all.count, key)
                             : NULL;
}
