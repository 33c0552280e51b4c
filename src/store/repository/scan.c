/** @file Walking and comparing: see scan.h. */
#include "store/repository/scan.h"

#include "manifest/diff.h"
#include "store/repository/handle.h"

quire_status q_scan_entries(quire_version *version, const char *from,
                            quire_status (*callback)(void *, const q_entry *, bool *stop,
                                                     quire_error *),
                            void *context, quire_error *error) {
    q_version_handle *handle = (q_version_handle *)version;
    q_repository *repository = q_repository_of(version->store);
    const q_entry *entry = NULL;
    bool stop = false;
    quire_status status = q_version_handle_root(handle, error);
    if (!status && !handle->reader) {
        status = q_manifest_reader_new(&repository->io, &handle->root, &handle->reader, error);
    }
    /* Taken out of the handle meanwhile: a callback may look into the same version, which then
     * makes a reader of its own instead of moving this one. */
    q_manifest_reader *reader = handle->reader;
    handle->reader = NULL;
    status = status ? status : q_manifest_reader_seek(reader, from ? from : "", error);
    while (!status && !stop) {
        status = q_manifest_reader_next(reader, &entry, error);
        if (status || !entry) {
            break;
        }
        status = callback(context, entry, &stop, error);
    }
    q_manifest_reader_free(handle->reader);
    handle->reader = reader;
    return status;
}

typedef struct comparing {
    quire_diff_callback callback;
    void *context;
} comparing;

static const quire_entry *as_public(const q_entry *entry, quire_entry *to) {
    if (!entry) {
        return NULL;
    }
    to->path = entry->path;
    to->digest = entry->digest;
    to->size = entry->size;
    to->reference = entry->ref;
    return to;
}

static quire_status pass_on(void *context, const q_entry *before, const q_entry *after,
                            quire_error *error) {
    const comparing *to = context;
    quire_entry left, right;
    quire_status status =
        to->callback(to->context, as_public(before, &left), as_public(after, &right));
    return status ? q_error_set(error, status, "the comparison was ended") : QUIRE_OK;
}

quire_status q_scan_diff(quire_version *before, quire_version *after, quire_diff_callback callback,
                         void *context, quire_error *error) {
    comparing to = {callback, context};
    q_version_handle *left = (q_version_handle *)before;
    q_version_handle *right = (q_version_handle *)after;
    quire_status status = q_version_handle_root(left, error);
    status = status ? status : q_version_handle_root(right, error);
    return status ? status
                  : q_manifest_diff(&q_repository_of(before->store)->io, &left->root, &right->root,
                                    pass_on, &to, error);
}
