/**
 * @file
 * Applying changes to a manifest.
 *
 * Paths are ordered bytewise, so that what lies below a folder "a" does not follow "a" at once:
 * "a-b" comes before "a/x". A removal is therefore kept until no path below it can come. Those that
 * are kept at one time are all prefixes of the present position, each of the next: a stack, no
 * deeper than a path is long.
 */
#include "manifest/patch.h"

#include <stdlib.h>
#include <string.h>

#include "base/name.h"

/** What lies below "a" lies from "a/" on and before "a0". */
#define AFTER_SLASH ('/' + 1)

typedef struct removal {
    char *path;
    size_t length;
    bool matched;
} removal;

typedef struct patch {
    q_change_supply supply;
    void *context;
    q_manifest_writer *writer;
    const q_change *change; /**< the next one; NULL: no more */
    q_buffer last;          /**< the path of the one before, to check the order */
    bool last_removed;
    removal *removals;
    size_t count, capacity;
} patch;

/** How `path` compares with the text of a removal and one more character. */
static int compare_with(const char *path, const removal *r, char more) {
    int order = strncmp(path, r->path, r->length);
    if (order != 0) {
        return order;
    }
    order = (unsigned char)path[r->length] - (unsigned char)more;
    return order != 0 ? order : path[r->length + 1] != '\0';
}

/** Drop the removals that no path from `path` on can match; NULL: all. */
static quire_status expire(patch *p, const char *path, quire_error *error) {
    quire_status status = QUIRE_OK;
    while (p->count > 0) {
        removal *last = &p->removals[p->count - 1];
        if (path && compare_with(path, last, AFTER_SLASH) < 0) {
            break;
        }
        if (!last->matched && status == QUIRE_OK) {
            status =
                q_error_set(error, QUIRE_NOT_FOUND,
                            "path '%s' cannot be removed: the base has no such path", last->path);
        }
        free(last->path);
        p->count--;
    }
    return status;
}

static quire_status push(patch *p, const char *path, quire_error *error) {
    quire_status status = expire(p, path, error);
    if (status != QUIRE_OK) {
        return status;
    }
    if (p->count == p->capacity) {
        size_t capacity = p->capacity ? p->capacity * 2 : 8;
        removal *removals = reallocarray(p->removals, capacity, sizeof *removals);
        if (!removals) {
            return q_error_memory(error);
        }
        p->removals = removals;
        p->capacity = capacity;
    }
    removal *r = &p->removals[p->count];
    *r = (removal){.length = strlen(path)};
    status = q_strdup(path, &r->path, error);
    p->count += status == QUIRE_OK;
    return status;
}

/** Get the next change and check it: paths ascend; of one path, a removal may precede an entry. */
static quire_status advance(patch *p, quire_error *error) {
    quire_status status = p->supply(p->context, &p->change, error);
    if (status != QUIRE_OK || !p->change) {
        return status;
    }
    const char *path = p->change->path;
    const q_entry *entry = p->change->entry;
    status = q_name_check_path(path, error);
    if (status != QUIRE_OK) {
        return status;
    }
    if (entry && (!entry->path || strcmp(entry->path, path) != 0)) {
        return q_error_set(error, QUIRE_USAGE, "a change of path '%s' holds another entry", path);
    }
    int order = p->last.size > 0 ? strcmp(p->last.data, path) : -1;
    if (order > 0 || (order == 0 && !(p->last_removed && entry))) {
        return q_error_set(error, QUIRE_USAGE, "a change of path '%s' comes after that of '%s'",
                           path, p->last.data);
    }
    p->last_removed = !entry;
    q_buffer_clear(&p->last);
    return q_buffer_append_string(&p->last, path, error);
}

/** Carry out the changes before `limit` (NULL: all), which concern no entry of the base. */
static quire_status apply_before(patch *p, const char *limit, quire_error *error) {
    quire_status status = QUIRE_OK;
    while (status == QUIRE_OK && p->change && (!limit || strcmp(p->change->path, limit) < 0)) {
        status = p->change->entry ? q_manifest_writer_add(p->writer, p->change->entry, error)
                                  : push(p, p->change->path, error);
        if (status == QUIRE_OK) {
            status = advance(p, error);
        }
    }
    return status;
}

/** Whether a removal takes this path of the base; notes which have matched. */
static bool is_removed(patch *p, const char *path) {
    bool removed = false;
    for (size_t i = 0; i < p->count; i++) {
        removal *r = &p->removals[i];
        if (strncmp(path, r->path, r->length) == 0 &&
            (path[r->length] == '\0' || path[r->length] == '/')) {
            r->matched = removed = true;
        }
    }
    return removed;
}

/** Write an entry of the base, or what replaces it, or nothing. */
static quire_status apply_entry(patch *p, const q_entry *entry, quire_error *error) {
    quire_status status = apply_before(p, entry->path, error);
    if (status == QUIRE_OK && p->change && !p->change->entry &&
        strcmp(p->change->path, entry->path) == 0) {
        status = push(p, entry->path, error);
        if (status == QUIRE_OK) {
            status = advance(p, error);
        }
    }
    if (status == QUIRE_OK) {
        status = expire(p, entry->path, error);
    }
    if (status != QUIRE_OK) {
        return status;
    }
    bool removed = is_removed(p, entry->path);
    if (p->change && strcmp(p->change->path, entry->path) == 0) {
        bool same = q_entry_same(p->change->entry, entry);
        status = q_manifest_writer_add(p->writer, same ? entry : p->change->entry, error);
        return status == QUIRE_OK ? advance(p, error) : status;
    }
    return removed ? QUIRE_OK : q_manifest_writer_add(p->writer, entry, error);
}

/** What becomes of a chunk whose entries lie from `first` on and before `end` (NULL: no end). */
typedef enum fate {
    PASS,
    DROP,
    OPEN
} fate;

static fate decide(patch *p, const char *first, const char *end) {
    if (p->change && (!end || strcmp(p->change->path, end) < 0)) {
        return OPEN;
    }
    fate decided = PASS;
    for (size_t i = 0; i < p->count; i++) {
        const removal *r = &p->removals[i];
        bool beside = end && compare_with(end, r, '/') <= 0;
        bool inside =
            end && compare_with(first, r, '/') >= 0 && compare_with(end, r, AFTER_SLASH) <= 0;
        if (!beside && !inside) {
            return OPEN;
        }
        decided = inside ? DROP : decided;
    }
    return decided;
}

static quire_status apply_open(patch *p, const q_manifest_io *io, const q_chunk_summary *chunk,
                               const char *end, quire_error *error) {
    q_chunk_reader reader = {0};
    const q_entry *entry = NULL;
    quire_status status = q_chunk_reader_open(&reader, io, chunk, error);
    while (status == QUIRE_OK) {
        status = q_chunk_reader_next(&reader, &entry, error);
        if (status != QUIRE_OK || !entry) {
            break;
        }
        if (end && strcmp(entry->path, end) >= 0) {
            status =
                q_error_set(error, QUIRE_INTEGRITY, "chunk %s: path '%s' belongs to another chunk",
                            chunk->object, entry->path);
        } else {
            status = apply_entry(p, entry, error);
        }
    }
    q_chunk_reader_free(&reader);
    return status == QUIRE_OK ? apply_before(p, end, error) : status;
}

static quire_status apply_chunk(patch *p, const q_manifest_io *io, const q_root *base, size_t index,
                                quire_error *error) {
    const q_chunk_summary *chunk = &base->chunks[index];
    const char *end = index + 1 < base->chunk_count ? base->chunks[index + 1].first : NULL;
    quire_status status = apply_before(p, chunk->first, error);
    if (status == QUIRE_OK) {
        status = expire(p, chunk->first, error);
    }
    if (status != QUIRE_OK) {
        return status;
    }
    switch (decide(p, chunk->first, end)) {
    case PASS:
        return q_manifest_writer_add_chunk(p->writer, chunk, error);
    case DROP:
        is_removed(p, chunk->first);
        return QUIRE_OK;
    case OPEN:
        break;
    }
    return apply_open(p, io, chunk, end, error);
}

quire_status q_manifest_patch(const q_manifest_io *io, const q_root *base, q_change_supply supply,
                              void *context, q_manifest_writer *writer, quire_error *error) {
    patch p = {.supply = supply, .context = context, .writer = writer};
    quire_status status = advance(&p, error);
    for (size_t i = 0; status == QUIRE_OK && i < base->chunk_count; i++) {
        status = apply_chunk(&p, io, base, i, error);
    }
    if (status == QUIRE_OK) {
        status = apply_before(&p, NULL, error);
    }
    if (status == QUIRE_OK) {
        status = expire(&p, NULL, error);
    }
    expire(&p, NULL, NULL);
    free(p.removals);
    q_buffer_free(&p.last);
    return status;
}
