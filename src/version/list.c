/**
 * @file
 * Walking and listing. A subfolder's size is the sum over its content, so that listing a folder
 * reads the folder's whole range, once; all entries of one subfolder come one after another, so
 * that one sum at a time is held.
 */
#include <quire/version.h>

#include <stdlib.h>
#include <string.h>

#include "version/range.h"

typedef struct walk {
    quire_version *version;
    quire_entry_callback callback;
    void *context;
} walk;

static quire_status give(const walk *w, const quire_entry *entry, quire_error *error) {
    quire_status status = w->callback(w->context, entry);
    return status == QUIRE_OK ? QUIRE_OK : q_version_stopped(w->version, status, error);
}

static quire_status walk_entry(void *context, const q_entry *entry, bool *stop,
                               quire_error *error) {
    quire_entry given = q_version_entry(entry);
    (void)stop;
    return give(context, &given, error);
}

quire_status quire_version_walk(quire_version *version, const char *folder,
                                quire_entry_callback callback, void *context, quire_error *error) {
    walk w = {.version = version, .callback = callback, .context = context};
    char *path = NULL;

    if (version == NULL || callback == NULL) {
        return q_error_set(error, QUIRE_USAGE, "walking needs a version and a callback");
    }
    q_error_clear(error);
    quire_status status = q_version_clean(folder, &path, error);
    if (status == QUIRE_OK) {
        status = q_version_range(version, path, walk_entry, &w, error);
    }
    free(path);
    return status;
}

typedef struct list {
    walk walk;
    size_t below; /* length of the listed folder's path with its slash; 0: the root */
    q_buffer subfolder;
    uint64_t size;
    bool any;
} list;

/** Give the subfolder that has just ended, if there is one. */
static quire_status end_subfolder(list *l, quire_error *error) {
    if (l->subfolder.size == 0) {
        return QUIRE_OK;
    }
    quire_entry entry = {.path = l->subfolder.data, .digest = "", .size = l->size};
    quire_status status = give(&l->walk, &entry, error);
    q_buffer_clear(&l->subfolder);
    l->size = 0;
    return status;
}

static void add_size(uint64_t *sum, uint64_t size) {
    if (size != QUIRE_SIZE_UNKNOWN) {
        *sum = *sum + size < *sum ? QUIRE_SIZE_UNKNOWN - 1 : *sum + size;
    }
}

static quire_status list_entry(void *context, const q_entry *entry, bool *stop,
                               quire_error *error) {
    list *l = context;
    size_t length = strlen(entry->path);
    /* The entry that is the listed path itself is shorter than what lies below it. */
    const char *slash = length > l->below ? strchr(entry->path + l->below, '/') : NULL;
    size_t folder = slash != NULL ? (size_t)(slash + 1 - entry->path) : 0;
    quire_status status = QUIRE_OK;

    (void)stop;
    l->any = true;
    if (folder == 0 || folder != l->subfolder.size ||
        memcmp(l->subfolder.data, entry->path, folder) != 0) {
        status = end_subfolder(l, error);
        if (status == QUIRE_OK && folder == 0) {
            quire_entry given = q_version_entry(entry);
            return give(&l->walk, &given, error);
        }
        if (status == QUIRE_OK) {
            status = q_buffer_append(&l->subfolder, entry->path, folder, error);
        }
    }
    add_size(&l->size, entry->size);
    return status;
}

quire_status quire_version_list(quire_version *version, const char *folder,
                                quire_entry_callback callback, void *context, quire_error *error) {
    list l = {.walk = {.version = version, .callback = callback, .context = context}};
    char *path = NULL;

    if (version == NULL || callback == NULL) {
        return q_error_set(error, QUIRE_USAGE, "listing needs a version and a callback");
    }
    q_error_clear(error);
    quire_status status = q_version_clean(folder, &path, error);
    if (status != QUIRE_OK) {
        return status;
    }
    l.below = path[0] != '\0' ? strlen(path) + 1 : 0;
    status = q_version_range(version, path, list_entry, &l, error);
    if (status == QUIRE_OK) {
        status = end_subfolder(&l, error);
    }
    if (status == QUIRE_OK && !l.any && path[0] != '\0') {
        status = q_error_set(error, QUIRE_NOT_FOUND, Q_VERSION_FORMAT ": no folder or file %s",
                             Q_VERSION_ARGUMENTS(version), path);
    }
    q_buffer_free(&l.subfolder);
    free(path);
    return status;
}

quire_status quire_version_get_entry(quire_version *version, const char *path, quire_entry *entry,
                                     quire_error *error) {
    const q_entry *found;

    if (version == NULL || path == NULL || entry == NULL) {
        return q_error_set(error, QUIRE_USAGE, "looking up needs a version, a path and an entry");
    }
    quire_status status = q_name_check_path(path, error);
    if (status == QUIRE_OK) {
        status = q_version_find(version, path, &version->found, &found, error);
    }
    if (status != QUIRE_OK) {
        return status;
    }
    if (found == NULL) {
        return q_error_set(error, QUIRE_NOT_FOUND, Q_VERSION_FORMAT ": no file %s",
                           Q_VERSION_ARGUMENTS(version), path);
    }
    *entry = q_version_entry(found);
    return QUIRE_OK;
}
