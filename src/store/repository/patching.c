/** @file A patch while its changes come: see patching.h. */
#include "store/repository/patching.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "manifest/lookup.h"
#include "manifest/tree.h"
#include "store/repository/resolve.h"
#include "store/repository/saving.h"
#include "store/repository/version_record.h"

typedef struct change_box {
    char *removed; /* NULL: an addition */
    q_entry_box added;
} change_box;

struct q_patching {
    q_repository *repository;
    char base[32];
    q_root root;
    q_manifest_lookup *lookup; /* of the base */
    bool useless;              /* something was wrong with looking */
    change_box *changes;
    size_t count, capacity, next;
    q_change change; /* the one handed out */
};

void q_patching_free(q_patching *patching) {
    if (patching) {
        for (size_t i = 0; i < patching->count; i++) {
            free(patching->changes[i].removed);
            q_entry_box_free(&patching->changes[i].added);
        }
        free(patching->changes);
        q_manifest_lookup_free(patching->lookup);
        q_root_free(&patching->root);
        free(patching);
    }
}

static quire_status open_base(q_patching *patching, const char *name, int64_t number,
                              quire_error *error) {
    q_version_record record = {0};
    bool deleted = false;
    quire_status status =
        q_collection_is_deleted(patching->repository, name, number, &deleted, error);
    if (!status && deleted) { /* before our lease could be seen: gc may be at it */
        status = q_error_set(error, QUIRE_NOT_FOUND, "version %s:v%" PRId64 " was deleted", name,
                             number);
    }
    status =
        status ? status : q_version_record_get(patching->repository, name, number, &record, error);
    status =
        status ? status
               : q_repository_load_root(patching->repository, record.root, &patching->root, error);
    status = status ? status
                    : q_manifest_lookup_new(&patching->repository->io, &patching->root,
                                            &patching->lookup, error);
    q_version_record_free(&record);
    return status;
}

quire_status q_patching_open(q_repository *repository, const char *name, const char *base,
                             q_lease *lease, q_patching **patching, quire_error *error) {
    q_address address = {{0}, {0}};
    int64_t number = -1;
    q_patching *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->repository = repository;
    snprintf(address.name, sizeof address.name, "%s", name);
    snprintf(address.selector, sizeof address.selector, "%s", base);
    quire_status status = q_resolve(repository, &address, &number, error);
    status = status ? status : q_lease_take(repository, name, number, NULL, lease, error);
    status = status ? status : open_base(made, name, number, error);
    if (status) {
        q_patching_free(made);
        return status;
    }
    snprintf(made->base, sizeof made->base, "v%" PRId64, number);
    *patching = made;
    return QUIRE_OK;
}

const char *q_patching_base(const q_patching *patching) {
    return patching->base;
}

const q_entry *q_patching_find(q_patching *patching, const char *path) {
    const q_entry *entry = NULL;
    quire_error ignored; /* a hint here; finishing reads the same chunk and reports */
    patching->useless = patching->useless || q_manifest_lookup_find(patching->lookup, path, &entry,
                                                                    &ignored) != QUIRE_OK;
    return entry;
}

static quire_status grow(q_patching *patching, change_box **slot, quire_error *error) {
    if (patching->count == patching->capacity) {
        size_t capacity = patching->capacity ? 2 * patching->capacity : 64;
        change_box *grown = realloc(patching->changes, capacity * sizeof *grown);
        if (!grown) {
            return q_error_memory(error);
        }
        patching->changes = grown;
        patching->capacity = capacity;
    }
    *slot = &patching->changes[patching->count];
    memset(*slot, 0, sizeof **slot);
    return QUIRE_OK;
}

quire_status q_patching_add(q_patching *patching, const q_entry *entry, quire_error *error) {
    change_box *slot = NULL;
    quire_status status = grow(patching, &slot, error);
    if (!status) {
        status = q_entry_copy(&slot->added, entry, error);
    }
    if (!status) {
        patching->count++;
    } else if (slot) {
        q_entry_box_free(&slot->added);
    }
    return status;
}

quire_status q_patching_remove(q_patching *patching, const char *path, quire_error *error) {
    change_box *slot = NULL;
    quire_status status = grow(patching, &slot, error);
    if (!status) {
        status = q_strdup(path, &slot->removed, error);
    }
    if (!status) {
        patching->count++;
    }
    return status;
}

static quire_status supply(void *context, const q_change **change, quire_error *error) {
    q_patching *patching = context;
    (void)error;
    *change = NULL;
    if (patching->next < patching->count) {
        const change_box *box = &patching->changes[patching->next++];
        patching->change.path = box->removed ? box->removed : box->added.entry.path;
        patching->change.entry = box->removed ? NULL : &box->added.entry;
        *change = &patching->change;
    }
    return QUIRE_OK;
}

/* An addition may have made a file a folder, or the other way round. */
static quire_status check_tree(const q_patching *patching, const q_root *root, quire_error *error) {
    q_manifest_reader *reader = NULL;
    const char *previous = NULL;
    quire_status status = q_manifest_reader_new(&patching->repository->io, root, &reader, error);
    for (size_t i = 0; !status && i < patching->count; i++) {
        const change_box *box = &patching->changes[i];
        if (!box->removed) {
            status = q_tree_probe(reader, box->added.entry.path, previous, error);
            previous = box->added.entry.path;
        }
    }
    q_manifest_reader_free(reader);
    return status;
}

quire_status q_patching_finish(q_patching *patching, q_root *root, char object[Q_SHA256_HEX_SIZE],
                               uint64_t *size, quire_error *error) {
    q_manifest_writer *writer = NULL;
    q_saving saving;
    q_saving_begin(&saving, patching->repository, NULL);
    patching->next = 0;
    quire_status status = q_manifest_writer_new(&saving.io, &writer, error);
    status = status
                 ? status
                 : q_manifest_patch(&saving.io, &patching->root, supply, patching, writer, error);
    status = status ? status : q_manifest_writer_finish(writer, root, object, size, error);
    status = status ? status : q_saving_end(&saving, error);
    status = status ? status : check_tree(patching, root, error);
    q_manifest_writer_free(writer);
    q_saving_free(&saving);
    return status;
}
