/** @file Contents: see contents.h. */
#include "store/wandb/contents.h"

#include <stdlib.h>
#include <string.h>

#include "store/wandb/spool.h"

#define KEPT_MOST ((uint64_t)4 << 20)
#define KEPT_EACH ((uint64_t)256 << 10)
#define PART ((uint64_t)100 << 20)
#define PARTS_MOST UINT64_C(10000)
#define PART_GRAIN UINT64_C(4096)

void q_wandb_contents_free(q_wandb_contents *contents) {
    for (size_t i = 0; i < contents->list.count && contents->sources; i++) {
        if (contents->sources[i].kind == Q_WANDB_KEPT) {
            free((void *)(uintptr_t)contents->sources[i].at.data);
        }
    }
    for (uint32_t i = 0; i < contents->prefix_count; i++) {
        free(contents->prefixes[i]);
    }
    for (size_t i = 0; i < contents->part_count; i++) {
        free(contents->parts[i].md5s);
    }
    free(contents->prefixes);
    free(contents->parts);
    free(contents->sources);
    q_wandb_list_free(&contents->list);
    *contents = (q_wandb_contents){0};
}

uint64_t q_wandb_part_size(uint64_t size) {
    if (size < PARTS_MOST * PART) {
        return PART;
    }
    uint64_t least = size / PARTS_MOST + (size % PARTS_MOST != 0);
    return (least + PART_GRAIN - 1) / PART_GRAIN * PART_GRAIN;
}

bool q_wandb_contents_may_keep(const q_wandb_contents *contents, uint64_t size) {
    return size <= KEPT_EACH && contents->kept + size <= KEPT_MOST;
}

static quire_status grow(q_wandb_contents *contents, quire_error *error) {
    if (contents->list.count < contents->capacity) {
        return QUIRE_OK;
    }
    size_t capacity = contents->capacity ? contents->capacity + contents->capacity / 2 : 64;
    q_wandb_source *grown = reallocarray(contents->sources, capacity, sizeof *grown);
    if (!grown) {
        return q_error_memory(error);
    }
    contents->sources = grown;
    contents->capacity = capacity;
    return QUIRE_OK;
}

/* Files of one folder share what comes before their paths. */
static quire_status place_file(q_wandb_contents *contents, const q_wandb_hashed *hashed,
                               q_wandb_source *source, quire_error *error) {
    size_t name = strlen(hashed->name), path = strlen(hashed->path), same = 0;
    while (same < name && same < path &&
           hashed->name[name - 1 - same] == hashed->path[path - 1 - same]) {
        same++;
    }
    size_t size = name - same;
    source->skip = (uint32_t)(path - same);
    source->at.file.device = hashed->before->st_dev;
    source->at.file.inode = hashed->before->st_ino;
    source->at.file.modified = hashed->before->st_mtim;
    source->at.file.changed = hashed->before->st_ctim;
    for (uint32_t i = contents->prefix_count; i > 0 && i + 16 > contents->prefix_count; i--) {
        const char *prefix = contents->prefixes[i - 1];
        if (strncmp(prefix, hashed->name, size) == 0 && !prefix[size]) {
            source->prefix = i - 1;
            return QUIRE_OK;
        }
    }
    if ((contents->prefix_count & (contents->prefix_count - 1)) == 0) { /* it grows by doubling */
        size_t room = contents->prefix_count ? 2 * (size_t)contents->prefix_count : 1;
        char **grown = reallocarray(contents->prefixes, room, sizeof *grown);
        if (!grown) {
            return q_error_memory(error);
        }
        contents->prefixes = grown;
    }
    source->prefix = contents->prefix_count;
    quire_status status = q_asprintf(&contents->prefixes[contents->prefix_count], error, "%.*s",
                                     (int)size, hashed->name);
    contents->prefix_count += status == QUIRE_OK;
    return status;
}

static quire_status place(q_wandb_contents *contents, const q_wandb_hashed *hashed,
                          q_wandb_source *source, quire_error *error) {
    *source = (q_wandb_source){.kind = hashed->kind};
    switch (hashed->kind) {
    case Q_WANDB_FILE:
        return place_file(contents, hashed, source, error);
    case Q_WANDB_KEPT: {
        void *copy = malloc(hashed->size ? (size_t)hashed->size : 1);
        if (!copy) {
            return q_error_memory(error);
        }
        if (hashed->size > 0) {
            memcpy(copy, hashed->data, (size_t)hashed->size);
        }
        source->at.data = copy;
        contents->kept += hashed->size;
        return QUIRE_OK;
    }
    case Q_WANDB_MEMORY:
        source->at.data = hashed->data;
        return QUIRE_OK;
    case Q_WANDB_SPOOLED:
        source->at.spooled = hashed->spooled;
        return QUIRE_OK;
    case Q_WANDB_NOWHERE:
        return QUIRE_OK;
    }
    return QUIRE_OK;
}

static quire_status take_parts(q_wandb_contents *contents, q_wandb_hashed *hashed,
                               quire_error *error) {
    q_wandb_parts *grown =
        reallocarray(contents->parts, contents->part_count + 1, sizeof *contents->parts);
    if (!grown) {
        return q_error_memory(error);
    }
    contents->parts = grown;
    grown[contents->part_count++] = (q_wandb_parts){.item = contents->list.count,
                                                    .md5s = hashed->parts,
                                                    .count = hashed->part_count,
                                                    .size = q_wandb_part_size(hashed->size)};
    hashed->parts = NULL;
    return QUIRE_OK;
}

quire_status q_wandb_contents_add(q_wandb_contents *contents, q_wandb_hashed *hashed,
                                  quire_error *error) {
    q_wandb_source source;
    quire_status status = grow(contents, error);
    if (!status && hashed->parts) {
        status = take_parts(contents, hashed, error);
    }
    free(hashed->parts);
    hashed->parts = NULL;
    status = status ? status : place(contents, hashed, &source, error);
    if (status) {
        return status;
    }
    contents->sources[contents->list.count] = source;
    status = q_wandb_list_add_file(&contents->list, hashed->path, hashed->size, hashed->md5,
                                   Q_WANDB_UNBORN, error);
    if (status && source.kind == Q_WANDB_KEPT) {
        free((void *)(uintptr_t)source.at.data);
    }
    return status;
}

quire_status q_wandb_contents_add_entry(q_wandb_contents *contents, const q_entry *entry,
                                        uint32_t birth, quire_error *error) {
    quire_status status = grow(contents, error);
    if (!status) {
        contents->sources[contents->list.count] = (q_wandb_source){.kind = Q_WANDB_NOWHERE};
        status = q_wandb_list_add(&contents->list, entry, birth, error);
    }
    return status;
}

const q_wandb_parts *q_wandb_contents_parts(const q_wandb_contents *contents, size_t item) {
    for (size_t i = 0; i < contents->part_count; i++) {
        if (contents->parts[i].item == item) {
            return &contents->parts[i];
        }
    }
    return NULL;
}

/* --- reading --- */

static bool same_time(struct timespec a, struct timespec b) {
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static quire_status open_file(q_wandb_reading *reading, const q_wandb_source *from,
                              quire_error *error) {
    const q_wandb_item *item = &reading->contents->list.items[reading->item];
    q_buffer_clear(&reading->name);
    quire_status status =
        q_buffer_printf(&reading->name, error, "%s%s", reading->contents->prefixes[from->prefix],
                        item->path + from->skip);
    status = status ? status : q_source_open_file(&reading->source, reading->name.data, error);
    if (status) {
        return status;
    }
    reading->is_open = true;
    const struct stat *now = &reading->source.before;
    bool is_same = now->st_dev == from->at.file.device && now->st_ino == from->at.file.inode &&
                   reading->source.size == item->size &&
                   same_time(now->st_mtim, from->at.file.modified) &&
                   same_time(now->st_ctim, from->at.file.changed);
    return is_same ? QUIRE_OK
                   : q_error_set(error, QUIRE_ERROR, "%s changed since it was hashed",
                                 reading->name.data);
}

quire_status q_wandb_reading_open(q_wandb_reading *reading, const q_wandb_contents *contents,
                                  size_t item, quire_error *error) {
    const q_wandb_source *from = &contents->sources[item];
    reading->contents = contents;
    reading->item = item;
    reading->begins = 0;
    return from->kind == Q_WANDB_FILE ? open_file(reading, from, error) : QUIRE_OK;
}

const void *q_wandb_reading_memory(const q_wandb_reading *reading) {
    const q_wandb_source *from = &reading->contents->sources[reading->item];
    bool is_there = from->kind == Q_WANDB_MEMORY || from->kind == Q_WANDB_KEPT;
    return is_there ? (const char *)from->at.data + reading->begins : NULL;
}

size_t q_wandb_reading_give(void *context, uint64_t offset, void *to, size_t room) {
    q_wandb_reading *reading = context;
    const q_wandb_source *from = &reading->contents->sources[reading->item];
    offset += reading->begins;
    quire_status status =
        from->kind == Q_WANDB_FILE
            ? q_source_read_at(&reading->source, offset, to, room, &reading->error)
            : q_wandb_spool_read(reading->contents->spool, from->at.spooled, offset, to, room,
                                 &reading->error);
    return status ? 0 : room;
}

quire_status q_wandb_reading_check(const q_wandb_reading *reading, quire_error *error) {
    return reading->is_open ? q_source_check(&reading->source, error) : QUIRE_OK;
}

void q_wandb_reading_close(q_wandb_reading *reading) {
    if (reading->is_open) {
        q_source_close(&reading->source);
        reading->is_open = false;
    }
    q_buffer_free(&reading->name);
}
