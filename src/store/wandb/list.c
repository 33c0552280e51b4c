/** @file Entries in memory: see list.h. */
#include "store/wandb/list.h"

#include <stdlib.h>
#include <string.h>

#include "manifest/tree.h"

#define BLOCK_SIZE ((size_t)64 << 10)

typedef struct q_wandb_block {
    struct q_wandb_block *next;
    size_t used, room;
    char text[];
} q_wandb_block;

void q_wandb_list_free(q_wandb_list *list) {
    for (q_wandb_block *block = list->blocks, *next; block; block = next) {
        next = block->next;
        free(block);
    }
    for (uint32_t i = 0; i < list->birth_count; i++) {
        free(list->births[i]);
    }
    free(list->births);
    free(list->items);
    *list = (q_wandb_list){0};
}

static char *take_room(q_wandb_list *list, size_t size) {
    q_wandb_block *block = list->blocks;
    if (!block || block->room - block->used < size) {
        size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
        block = malloc(sizeof *block + room);
        if (!block) {
            return NULL;
        }
        *block = (q_wandb_block){.next = list->blocks, .room = room};
        list->blocks = block;
    }
    char *at = block->text + block->used;
    block->used += size;
    return at;
}

static quire_status grow(q_wandb_list *list, quire_error *error) {
    if (list->count < list->capacity) {
        return QUIRE_OK;
    }
    size_t capacity = list->capacity ? list->capacity + list->capacity / 2 : 64;
    q_wandb_item *grown = reallocarray(list->items, capacity, sizeof *grown);
    if (!grown) {
        return q_error_memory(error);
    }
    list->items = grown;
    list->capacity = capacity;
    return QUIRE_OK;
}

static char *put(char *at, const char *text) {
    size_t size = strlen(text) + 1;
    memcpy(at, text, size);
    return at + size;
}

quire_status q_wandb_list_add_file(q_wandb_list *list, const char *path, uint64_t size,
                                   const unsigned char md5[Q_MD5_SIZE], uint32_t birth,
                                   quire_error *error) {
    quire_status status = grow(list, error);
    status = status ? status : q_entry_sum(&list->bytes, size, error);
    char *text = status ? NULL : take_room(list, strlen(path) + 1);
    if (!text) {
        return status ? status : q_error_memory(error);
    }
    put(text, path);
    q_wandb_item *item = &list->items[list->count++];
    *item = (q_wandb_item){.path = text, .size = size, .birth = birth};
    memcpy(item->md5, md5, Q_MD5_SIZE);
    return QUIRE_OK;
}

static quire_status add_reference(q_wandb_list *list, const q_entry *entry, quire_error *error) {
    const char *extra = entry->extra ? entry->extra : "";
    quire_status status = grow(list, error);
    char *text = status ? NULL
                        : take_room(list, strlen(entry->path) + strlen(entry->digest) +
                                              strlen(entry->ref) + strlen(extra) + 4);
    if (!text) {
        return status ? status : q_error_memory(error);
    }
    (void)put(put(put(put(text, entry->path), entry->digest), entry->ref), extra);
    list->items[list->count++] = (q_wandb_item){
        .path = text, .size = entry->size, .birth = Q_WANDB_UNBORN, .is_reference = true};
    return QUIRE_OK;
}

quire_status q_wandb_list_add(q_wandb_list *list, const q_entry *entry, uint32_t birth,
                              quire_error *error) {
    unsigned char md5[Q_MD5_SIZE];
    if (entry->ref) {
        return add_reference(list, entry, error);
    }
    if (!q_md5_from_base64(entry->digest, md5)) {
        return q_error_set(error, QUIRE_USAGE, "path '%s' has a malformed digest", entry->path);
    }
    return q_wandb_list_add_file(list, entry->path, entry->size, md5, birth, error);
}

quire_status q_wandb_list_birth(q_wandb_list *list, const char *id, uint32_t *birth,
                                quire_error *error) {
    *birth = Q_WANDB_UNBORN;
    if (!id) {
        return QUIRE_OK;
    }
    for (uint32_t i = list->birth_count; i > 0; i--) { /* mostly the newest: there are few */
        if (strcmp(list->births[i - 1], id) == 0) {
            *birth = i - 1;
            return QUIRE_OK;
        }
    }
    char **grown = reallocarray(list->births, (size_t)list->birth_count + 1, sizeof *grown);
    if (!grown) {
        return q_error_memory(error);
    }
    list->births = grown;
    quire_status status = q_strdup(id, &grown[list->birth_count], error);
    if (!status) {
        *birth = list->birth_count++;
    }
    return status;
}

const char *q_wandb_list_birth_id(const q_wandb_list *list, const q_wandb_item *item) {
    return item->birth < list->birth_count ? list->births[item->birth] : NULL;
}

static const char *behind(const char *text) {
    return text + strlen(text) + 1;
}

void q_wandb_list_entry(const q_wandb_item *item, char digest[Q_MD5_BASE64_SIZE], q_entry *entry) {
    *entry = (q_entry){.path = item->path, .size = item->size};
    if (item->is_reference) {
        const char *extra;
        entry->digest = behind(item->path);
        entry->ref = behind(entry->digest);
        extra = behind(entry->ref);
        entry->extra = *extra ? extra : NULL;
    } else {
        q_md5_to_base64(item->md5, digest);
        entry->digest = digest;
    }
}

/* --- order --- */

static int compare(const void *one, const void *other) {
    return strcmp(((const q_wandb_item *)one)->path, ((const q_wandb_item *)other)->path);
}

static bool is_sorted(const q_wandb_list *list) {
    for (size_t i = 1; i < list->count; i++) {
        if (compare(&list->items[i - 1], &list->items[i]) >= 0) {
            return false;
        }
    }
    return true;
}

bool q_wandb_item_same(const q_wandb_item *one, const q_wandb_item *other) {
    char digests[2][Q_MD5_BASE64_SIZE];
    q_entry entries[2];
    q_wandb_list_entry(one, digests[0], &entries[0]);
    q_wandb_list_entry(other, digests[1], &entries[1]);
    return q_entry_same(&entries[0], &entries[1]);
}

static quire_status drop_twins(q_wandb_list *list, quire_error *error) {
    size_t kept = list->count > 0;
    for (size_t i = 1; i < list->count; i++) {
        const q_wandb_item *item = &list->items[i], *last = &list->items[kept - 1];
        if (strcmp(last->path, item->path) != 0) {
            list->items[kept++] = *item;
        } else if (!q_wandb_item_same(last, item)) {
            return q_error_set(error, QUIRE_INTEGRITY, "path '%s' is there twice", item->path);
        } else if (!item->is_reference) {
            list->bytes -= item->size;
        }
    }
    list->count = kept;
    return QUIRE_OK;
}

static quire_status check_tree(const q_wandb_list *list, quire_error *error) {
    q_tree tree = {0};
    quire_status status = QUIRE_OK;
    for (size_t i = 0; i < list->count && !status; i++) {
        status = q_tree_add(&tree, list->items[i].path, error);
    }
    q_tree_free(&tree);
    return status == QUIRE_CONFLICT
               ? q_error_set(error, QUIRE_INTEGRITY, "%s", error ? error->message : "")
               : status;
}

quire_status q_wandb_list_sort(q_wandb_list *list, quire_error *error) {
    quire_error own = {0};
    if (!is_sorted(list)) {
        qsort(list->items, list->count, sizeof *list->items, compare);
    }
    quire_status status = drop_twins(list, &own);
    status = status ? status : check_tree(list, &own);
    if (status && error) {
        *error = own;
    }
    return status;
}

size_t q_wandb_list_find(const q_wandb_list *list, const char *path) {
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(list->items[middle].path, path) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

quire_status q_wandb_list_adopt(q_wandb_list *list, const q_wandb_list *from, quire_error *error) {
    quire_status status = QUIRE_OK;
    for (size_t i = 0; i < from->count && !status; i++) {
        const q_wandb_item *item = &from->items[i];
        const char *birth = q_wandb_list_birth_id(from, item);
        size_t at = q_wandb_list_find(list, item->path);
        if (birth && at < list->count && strcmp(list->items[at].path, item->path) == 0) {
            status = q_wandb_list_birth(list, birth, &list->items[at].birth, error);
        }
    }
    return status;
}

quire_status q_wandb_list_digest(const q_wandb_list *list, char hex[Q_MD5_HEX_SIZE],
                                 quire_error *error) {
    static const char head[] = "wandb-artifact-manifest-v1\n";
    unsigned char raw[Q_MD5_SIZE] = {0};
    q_md5 *md5 = NULL;
    quire_status status = q_md5_new(&md5, error);
    status = status ? status : q_md5_update(md5, head, sizeof head - 1, error);
    for (size_t i = 0; i < list->count && !status; i++) {
        char digest[Q_MD5_BASE64_SIZE];
        q_entry entry;
        q_wandb_list_entry(&list->items[i], digest, &entry);
        status = q_md5_update(md5, entry.path, strlen(entry.path), error);
        status = status ? status : q_md5_update(md5, ":", 1, error);
        status = status ? status : q_md5_update(md5, entry.digest, strlen(entry.digest), error);
        status = status ? status : q_md5_update(md5, "\n", 1, error);
    }
    status = status ? status : q_md5_final(md5, raw, error);
    q_hex(raw, sizeof raw, hex);
    q_md5_free(md5);
    return status;
}
