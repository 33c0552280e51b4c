/** @file Reading one file of a version, whole or in part, and finding where it lies. */
#include <quire/version.h>

#include <stdlib.h>

#include "version/range.h"

typedef struct reading {
    quire_data_callback callback;
    void *context;
    quire_status stopped;
} reading;

static quire_status hand_out(void *context, const void *data, size_t size) {
    reading *r = context;
    r->stopped = r->callback(r->context, data, size);
    return r->stopped;
}

quire_status quire_version_read(quire_version *version, const char *path, uint64_t offset,
                                uint64_t length, quire_data_callback callback, void *context,
                                quire_error *error) {
    reading r = {.callback = callback, .context = context};
    q_entry_box box = {0};
    const q_entry *entry;
    quire_error inner = {0};

    if (version == NULL || path == NULL || callback == NULL) {
        return q_error_set(error, QUIRE_USAGE, "reading needs a version, a path and a callback");
    }
    q_error_clear(error);
    quire_status status = q_version_find_file(version, path, &box, &entry, error);
    if (status != QUIRE_OK) {
        goto done;
    }
    if (offset > entry->size) {
        status =
            q_error_set(error, QUIRE_USAGE,
                        Q_VERSION_FORMAT ": %s has %" PRIu64 " bytes, no range begins at %" PRIu64,
                        Q_VERSION_ARGUMENTS(version), path, entry->size, offset);
        goto done;
    }
    if (length > entry->size - offset) {
        length = entry->size - offset;
    }
    status =
        version->store->ops->version_content(version, entry, offset, length, hand_out, &r, &inner);
    if (r.stopped != QUIRE_OK) {
        status = q_version_stopped(version, r.stopped, error);
    } else if (status != QUIRE_OK && error != NULL) {
        *error = inner;
    }
done:
    q_entry_box_free(&box);
    return status;
}

quire_status quire_version_local_path(quire_version *version, const char *path, char **file,
                                      quire_error *error) {
    q_entry_box box = {0};
    const q_entry *entry;

    if (version == NULL || path == NULL || file == NULL) {
        return q_error_set(error, QUIRE_USAGE, "finding a file needs a version and a path");
    }
    *file = NULL;
    quire_status status = q_version_find_file(version, path, &box, &entry, error);
    if (status == QUIRE_OK) {
        status = version->store->ops->version_local_path(version, entry, file, error);
    }
    if (status == QUIRE_OK && *file == NULL) {
        status = q_error_set(error, QUIRE_USAGE,
                             Q_VERSION_FORMAT ": %s has no file of its own in the store",
                             Q_VERSION_ARGUMENTS(version), path);
    }
    q_entry_box_free(&box);
    return status;
}
