/**
 * @file
 * The set of entries: an array, and a map from paths to indices whose keys are the items' own
 * paths. A hole is filled with the last item, so that dropping costs no shifting. All items are
 * gone through only for a path that some are below: a patch may remove very many.
 */
#include "artifact/entries.h"

#include <stdlib.h>
#include <string.h>

#include "base/name.h"

void q_entries_free(q_entries *entries) {
    for (size_t i = 0; i < entries->count; i++) {
        q_item_free(&entries->items[i]);
    }
    free(entries->items);
    q_map_free(&entries->map);
    q_keyset_free(&entries->folders);
    memset(entries, 0, sizeof *entries);
}

static quire_status make_room(q_entries *entries, quire_error *error) {
    if (entries->count < entries->capacity) {
        return QUIRE_OK;
    }
    size_t capacity = entries->capacity ? entries->capacity + entries->capacity / 2 : 16;
    q_item *items = reallocarray(entries->items, capacity, sizeof *items);
    if (!items) {
        return q_error_memory(error);
    }
    entries->items = items;
    entries->capacity = capacity;
    return QUIRE_OK;
}

/** Whether two looks were at one file. */
static bool is_one_file(const quire_seen *one, const quire_seen *other) {
    return one && other && one->device == other->device && one->inode == other->inode;
}

static quire_status meet(q_item *there, q_item *item, quire_error *error) {
    bool same = false;
    quire_status status = q_item_same(there, item, &same, error);
    if (status == QUIRE_OK && !same) {
        status =
            q_error_set(error, QUIRE_CONFLICT, "path '%s' is there with other content", item->path);
    }
    if (status == QUIRE_OK) {
        there->size = item->size; /* a file that grew since it was first added */
        /* The later look counts, where both will do; but the file that is read is the first one. */
        bool is_one = is_one_file(there->seen, item->seen);
        free(there->seen);
        there->seen = is_one ? item->seen : NULL;
        item->seen = is_one ? NULL : item->seen;
    }
    return status;
}

/** The folders of a path, the deepest first: where one is known, those above it are. */
static quire_status enter_folders(q_entries *entries, const char *path, quire_error *error) {
    char folder[Q_PATH_MAX + 1];
    quire_status status = QUIRE_OK;
    bool added = true;
    memcpy(folder, path, strlen(path) + 1);
    char *slash = strrchr(folder, '/');
    while (slash && added && status == QUIRE_OK) {
        *slash = '\0';
        status = q_keyset_add(&entries->folders, folder, &added, error);
        slash = strrchr(folder, '/');
    }
    if (status != QUIRE_OK) { /* those above a known one may be missing: begin again next time */
        q_keyset_free(&entries->folders);
        entries->folders_filled = false;
    }
    return status;
}

static quire_status fill_folders(q_entries *entries, quire_error *error) {
    quire_status status = QUIRE_OK;
    for (size_t i = 0; !entries->folders_filled && i < entries->count && status == QUIRE_OK; i++) {
        status = enter_folders(entries, entries->items[i].path, error);
    }
    entries->folders_filled = status == QUIRE_OK;
    return status;
}

quire_status q_entries_add(q_entries *entries, q_item *item, quire_error *error) {
    quire_status status;
    size_t index = q_map_get(&entries->map, item->path);
    if (index != Q_MAP_NONE) {
        status = meet(&entries->items[index], item, error);
        q_item_free(item);
        return status;
    }
    status = make_room(entries, error);
    if (status == QUIRE_OK && entries->folders_filled) {
        status = enter_folders(entries, item->path, error);
    }
    if (status == QUIRE_OK) {
        status = q_map_put(&entries->map, item->path, entries->count, error);
    }
    if (status != QUIRE_OK) {
        q_item_free(item);
        return status;
    }
    entries->items[entries->count++] = *item;
    memset(item, 0, sizeof *item);
    return QUIRE_OK;
}

const q_item *q_entries_find(const q_entries *entries, const char *path) {
    size_t index = q_map_get(&entries->map, path);
    return index == Q_MAP_NONE ? NULL : &entries->items[index];
}

bool q_path_is_within(const char *path, const char *folder) {
    size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

static void take_out(q_entries *entries, size_t index) {
    q_item *item = &entries->items[index];
    q_map_remove(&entries->map, item->path);
    q_item_free(item);
    entries->count--;
    if (index < entries->count) {
        *item = entries->items[entries->count];
        /* Replacing a key that is there cannot fail. */
        (void)q_map_put(&entries->map, item->path, index, NULL);
    }
}

quire_status q_entries_drop(q_entries *entries, const char *path, size_t *dropped,
                            quire_error *error) {
    *dropped = 0;
    quire_status status = fill_folders(entries, error);
    if (status != QUIRE_OK) {
        return status;
    }
    size_t index = q_map_get(&entries->map, path);
    if (index != Q_MAP_NONE) {
        take_out(entries, index);
        ++*dropped;
    }
    for (size_t i = q_keyset_has(&entries->folders, path) ? entries->count : 0; i-- > 0;) {
        if (q_path_is_within(entries->items[i].path, path)) {
            take_out(entries, i);
            ++*dropped;
        }
    }
    return status;
}

void q_entries_cut(q_entries *entries, size_t count) {
    while (entries->count > count) {
        take_out(entries, entries->count - 1);
    }
}
