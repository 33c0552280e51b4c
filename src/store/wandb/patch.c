/** @file Patching: see patch.h. */
#include "store/wandb/patch.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/wandb/handle.h"
#include "store/wandb/log.h"
#include "store/wandb/notes.h"
#include "store/wandb/publish.h"

typedef struct patching {
    q_wandb_writing *writing;
    quire_version *version; /* the base */
    const q_wandb_handle *base;
    q_buffer gone; /* a byte for each of the base's items: it is removed, or replaced */
    bool changes,
        takes; /* something is another than in the base; something of the base is not there */
    q_wandb_list whole; /* what the version will have */
} patching;

static quire_status open_base(patching *self, quire_error *error) {
    const q_write_spec *spec = &self->writing->spec;
    q_address address = {{0}, {0}};
    snprintf(address.name, sizeof address.name, "%s", spec->name);
    snprintf(address.selector, sizeof address.selector, "%s", spec->base);
    quire_status status =
        q_wandb_version_open(&self->writing->store->base, &address, &self->version, error);
    if (status) {
        return status;
    }
    self->base = (q_wandb_handle *)self->version;
    if (strcmp(self->version->info.type, spec->type) != 0) {
        return q_error_set(error, QUIRE_CONFLICT, "collection '%s' has type '%s', not '%s'",
                           spec->name, self->version->info.type, spec->type);
    }
    status = q_wandb_need_list((q_wandb_handle *)self->version, error);
    size_t count = self->base->list.count;
    status = status ? status : q_buffer_reserve(&self->gone, count + 1, error);
    if (!status) {
        memset(self->gone.data, 0, count + 1);
    }
    return status;
}

static bool is_below(const char *path, const char *folder, size_t size) {
    return strncmp(path, folder, size) == 0 && path[size] == '/';
}

/** A path, or all below it. In bytewise order "a-b" comes between "a" and "a/x". */
static quire_status remove_path(patching *self, const char *path, quire_error *error) {
    const q_wandb_list *list = &self->base->list;
    size_t size = strlen(path), at = q_wandb_list_find(list, path);
    bool found = at < list->count && strcmp(list->items[at].path, path) == 0;
    char *folder = NULL;
    if (found) {
        self->gone.data[at] = 1;
    }
    quire_status status = q_asprintf(&folder, error, "%s/", path);
    for (at = status ? list->count : q_wandb_list_find(list, folder);
         at < list->count && is_below(list->items[at].path, path, size); at++) {
        self->gone.data[at] = 1;
        found = true;
    }
    free(folder);
    if (!status && !found) {
        status = q_error_set(error, QUIRE_NOT_FOUND,
                             "'%s' is not in %s:v%" PRId64 " and cannot be removed", path,
                             self->base->name, self->version->info.number);
    }
    self->takes = self->changes = true;
    return status;
}

static void replace(patching *self, const q_wandb_item *added) {
    const q_wandb_list *list = &self->base->list;
    size_t at = q_wandb_list_find(list, added->path);
    bool is_there = at < list->count && strcmp(list->items[at].path, added->path) == 0;
    if (is_there && !self->gone.data[at] && !q_wandb_item_same(&list->items[at], added)) {
        self->takes = true;
    }
    self->changes = self->changes || !is_there || !q_wandb_item_same(&list->items[at], added);
    if (is_there) {
        self->gone.data[at] = 1;
    }
}

static quire_status copy_items(patching *self, const q_wandb_list *from, const q_buffer *without,
                               quire_error *error) {
    quire_status status = QUIRE_OK;
    for (size_t i = 0; i < from->count && !status; i++) {
        char digest[Q_MD5_BASE64_SIZE];
        q_entry entry;
        uint32_t birth = Q_WANDB_UNBORN;
        if (without && without->data[i]) {
            continue;
        }
        q_wandb_list_entry(&from->items[i], digest, &entry);
        status = q_wandb_list_birth(&self->whole, q_wandb_list_birth_id(from, &from->items[i]),
                                    &birth, error);
        status = status ? status : q_wandb_list_add(&self->whole, &entry, birth, error);
    }
    return status;
}

static quire_status compose(patching *self, quire_error *error) {
    const q_keyset *removals = &self->writing->removals;
    const q_wandb_list *added = &self->writing->contents.list;
    quire_status status = QUIRE_OK;
    for (size_t i = 0; i < removals->count && !status; i++) {
        status = remove_path(self, removals->keys[i], error);
    }
    for (size_t i = 0; i < added->count && !status; i++) {
        replace(self, &added->items[i]);
    }
    status = status ? status : copy_items(self, &self->base->list, &self->gone, error);
    status = status ? status : copy_items(self, added, NULL, error);
    status = status ? status : q_wandb_list_sort(&self->whole, error);
    if (status == QUIRE_INTEGRITY) { /* a file where a folder is: the caller's doing */
        status = QUIRE_CONFLICT;
        if (error) {
            error->status = QUIRE_CONFLICT;
        }
    }
    return status;
}

static bool is_latest(const quire_version *version) {
    for (size_t i = 0; i < version->info.alias_count; i++) {
        if (strcmp(version->info.aliases[i], "latest") == 0) {
            return true;
        }
    }
    return false;
}

/** Additions to the newest version need only tell of themselves. */
static quire_status publish(patching *self, char **artifact, bool *created, quire_error *error) {
    q_wandb_writing *writing = self->writing;
    const q_write_spec *spec = &writing->spec;
    bool is_incremental = !self->takes && is_latest(self->version);
    char digest[Q_MD5_HEX_SIZE];
    const q_wandb_wish wish = {.name = spec->name,
                               .type = spec->type,
                               .digest = digest,
                               .notes = spec->notes,
                               .metadata = spec->notes->metadata,
                               .list = is_incremental ? NULL : &self->whole};
    q_wandb_made made = {0};
    quire_status status =
        q_wandb_list_digest(is_incremental ? &writing->contents.list : &self->whole, digest, error);
    status = status ? status : q_wandb_create(writing->store, &wish, &made, error);
    status = status ? status : q_strdup(made.id, artifact, error);
    *created = !made.is_committed;
    if (!status && !made.is_committed) {
        status = q_wandb_fill(writing->store, made.id,
                              is_incremental ? Q_WANDB_INCREMENTAL : Q_WANDB_FULL, self->base->id,
                              &writing->contents, is_incremental ? NULL : &self->whole, error);
        status = status ? status : q_wandb_commit(writing->store, made.id, error);
    }
    q_wandb_made_free(&made);
    return status;
}

quire_status q_wandb_patch(q_wandb_writing *writing, quire_version_id *version,
                           quire_receipt *receipt, quire_error *error) {
    patching self = {.writing = writing};
    char *artifact = NULL;
    bool created = false;
    const q_write_spec *spec = &writing->spec;
    quire_status status = open_base(&self, error);
    status = status ? status : compose(&self, error);
    status = status ? status : q_wandb_receipt(&self.whole, receipt, error);
    if (!status && self.changes) {
        status = q_wandb_need_run(writing->store, NULL, error);
        status = status ? status : q_wandb_use_inputs(writing->store, spec->notes, error);
        status = status ? status : publish(&self, &artifact, &created, error);
    } else if (!status) { /* it is what the base is */
        status = q_strdup(self.base->id, &artifact, error);
    }
    const q_wandb_ending ending = {
        .name = spec->name, .notes = spec->notes, .created = created, .files = UINT64_MAX};
    status = status ? status : q_wandb_conclude(writing->store, artifact, &ending, version, error);
    free(artifact);
    q_buffer_free(&self.gone);
    q_wandb_list_free(&self.whole);
    if (self.version) {
        q_wandb_version_free(self.version);
    }
    return status;
}
