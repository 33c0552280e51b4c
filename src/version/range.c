/**
 * @file
 * Scanning a part of a version. The entry `a` and those below `a/` do not lie side by side: `a-b`
 * sorts between them. So a range is one look at `a`, and a scan that begins at `a/`.
 */
#include "version/range.h"

#include <stdlib.h>
#include <string.h>

typedef struct range {
    const char *prefix;
    size_t length;
    bool exact; /* only the entry that is the prefix, no further */
    bool stopped;
    q_range_callback callback;
    void *context;
} range;

quire_entry q_version_entry(const q_entry *entry) {
    return (quire_entry){
        .path = entry->path, .digest = entry->digest, .size = entry->size, .reference = entry->ref};
}

quire_status q_version_stopped(const quire_version *version, quire_status status,
                               quire_error *error) {
    if (error == NULL || (error->status == (int32_t)status && error->message[0] != '\0')) {
        return status;
    }
    return q_error_set(error, status, Q_VERSION_FORMAT ": ended by the caller (%s)",
                       Q_VERSION_ARGUMENTS(version), quire_status_name(status));
}

quire_status q_version_clean(const char *path, char **clean, quire_error *error) {
    quire_status status = q_strdup(path != NULL ? path : "", clean, error);
    if (status != QUIRE_OK) {
        return status;
    }
    size_t length = strlen(*clean);
    while (length > 0 && (*clean)[length - 1] == '/') {
        (*clean)[--length] = '\0';
    }
    /* "/" alone is no root: a path never begins with a slash. */
    if (length > 0 || (path != NULL && path[0] != '\0')) {
        status = q_name_check_path(*clean, error);
    }
    if (status != QUIRE_OK) {
        free(*clean);
        *clean = NULL;
    }
    return status;
}

static quire_status take(void *context, const q_entry *entry, bool *stop, quire_error *error) {
    range *r = context;
    bool inside = r->exact ? strcmp(entry->path, r->prefix) == 0
                           : strncmp(entry->path, r->prefix, r->length) == 0;

    *stop = r->exact || !inside;
    if (!inside) {
        return QUIRE_OK;
    }
    quire_status status = r->callback(r->context, entry, &r->stopped, error);
    *stop = *stop || r->stopped;
    return status;
}

quire_status q_version_range(quire_version *version, const char *path, q_range_callback callback,
                             void *context, quire_error *error) {
    range r = {.prefix = path, .exact = true, .callback = callback, .context = context};
    const q_store_ops *ops = version->store->ops;
    char *folder = NULL;

    if (path[0] == '\0') {
        r.exact = false;
        return ops->version_scan(version, NULL, take, &r, error);
    }
    quire_status status = q_asprintf(&folder, error, "%s/", path);
    if (status == QUIRE_OK) {
        status = ops->version_scan(version, path, take, &r, error);
    }
    if (status == QUIRE_OK && !r.stopped) {
        r.exact = false;
        r.prefix = folder;
        r.length = strlen(folder);
        status = ops->version_scan(version, folder, take, &r, error);
    }
    free(folder);
    return status;
}

typedef struct lookup {
    const char *path;
    q_entry_box *box;
    bool found;
} lookup;

static quire_status look(void *context, const q_entry *entry, bool *stop, quire_error *error) {
    lookup *l = context;

    *stop = true;
    if (strcmp(entry->path, l->path) != 0) {
        return QUIRE_OK;
    }
    l->found = true;
    return q_entry_copy(l->box, entry, error);
}

quire_status q_version_find(quire_version *version, const char *path, q_entry_box *box,
                            const q_entry **found, quire_error *error) {
    lookup l = {.path = path, .box = box};

    *found = NULL;
    quire_status status = version->store->ops->version_scan(version, path, look, &l, error);
    if (status == QUIRE_OK && l.found) {
        *found = &box->entry;
    }
    return status;
}

quire_status q_version_find_file(quire_version *version, const char *path, q_entry_box *box,
                                 const q_entry **entry, quire_error *error) {
    quire_status status = q_name_check_path(path, error);
    if (status == QUIRE_OK) {
        status = q_version_find(version, path, box, entry, error);
    }
    if (status != QUIRE_OK) {
        return status;
    }
    if (*entry == NULL) {
        return q_error_set(error, QUIRE_NOT_FOUND, Q_VERSION_FORMAT ": no file %s",
                           Q_VERSION_ARGUMENTS(version), path);
    }
    if ((*entry)->ref != NULL) {
        return q_error_set(error, QUIRE_USAGE,
                           Q_VERSION_FORMAT ": %s is a reference to %s: its bytes are not here",
                           Q_VERSION_ARGUMENTS(version), path, (*entry)->ref);
    }
    return QUIRE_OK;
}
