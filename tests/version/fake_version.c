/** @file The store of one version in an array. Content comes in pieces of at most 5 bytes. */
#include "version/fake_version.h"

#include <stdlib.h>
#include <string.h>

static const char some_digest[] =
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static fake *of_version(quire_version *version) {
    return (fake *)(void *)version->store;
}

static quire_status scan(quire_version *version, const char *from,
                         quire_status (*callback)(void *, const q_entry *, bool *, quire_error *),
                         void *context, quire_error *error) {
    fake *f = of_version(version);
    bool stop = false;

    for (size_t i = 0; i < f->count && !stop; i++) {
        const fake_entry *e = &f->entries[i];
        if (from != NULL && strcmp(e->path, from) < 0) {
            continue;
        }
        q_entry entry = {.path = e->path, .digest = some_digest, .ref = e->ref};
        if (e->ref != NULL) {
            entry.digest = e->digest != NULL ? e->digest : e->ref;
            entry.size = e->size;
        } else {
            entry.size = strlen(e->data);
        }
        f->scanned++;
        quire_status status = callback(context, &entry, &stop, error);
        if (status != QUIRE_OK) {
            return status;
        }
    }
    return QUIRE_OK;
}

static quire_status content(quire_version *version, const q_entry *entry, uint64_t offset,
                            uint64_t length, quire_data_callback callback, void *context,
                            quire_error *error) {
    fake *f = of_version(version);
    size_t i = 0;

    while (strcmp(f->entries[i].path, entry->path) != 0) {
        i++;
    }
    const char *data = f->entries[i].data + offset;
    bool damaged = f->damaged != NULL && strcmp(f->damaged, entry->path) == 0;
    uint64_t end = damaged ? length / 2 : length;
    for (uint64_t done = 0; done < end;) {
        size_t size = end - done < 5 ? (size_t)(end - done) : 5;
        quire_status status = callback(context, data + done, size);
        if (status != QUIRE_OK) {
            return q_error_set(error, status, "the store's own words for it");
        }
        done += size;
    }
    return damaged ? q_error_set(error, f->failure, "blob of %s is damaged", entry->path)
                   : QUIRE_OK;
}

static quire_status copier_open(quire_version *version, q_copier **copier, quire_error *error) {
    (void)error;
    *copier = calloc(1, sizeof **copier);
    (*copier)->version = version;
    return QUIRE_OK;
}

static void copier_free(q_copier *copier) {
    free(copier);
}

static quire_status copy(q_copier *copier, const q_entry *entry, quire_data_callback callback,
                         void *context, quire_error *error) {
    return content(copier->version, entry, 0, entry->size, callback, context, error);
}

static quire_status local_path(quire_version *version, const q_entry *entry, char **file,
                               quire_error *error) {
    (void)version;
    *file = NULL;
    return entry->size > 5 ? q_asprintf(file, error, "/store/%s", entry->path) : QUIRE_OK;
}

static void version_free(quire_version *version) {
    of_version(version)->last = "version_free";
}

static quire_status said(quire_store *store, const char *what, const char *text) {
    fake *f = (fake *)(void *)store;
    f->last = what;
    f->last_text = text;
    return QUIRE_OK;
}

static quire_status version_open(quire_store *store, const q_address *address,
                                 quire_version **version, quire_error *error) {
    fake *f = (fake *)(void *)store;
    (void)error;
    *version = &f->version;
    return said(store, "version_open",
                strcmp(address->selector, "latest") == 0 ? "latest" : "other");
}

static quire_status alias_set(quire_store *store, const q_address *address, const char *alias,
                              quire_error *error) {
    (void)address;
    (void)error;
    return said(store, "alias_set", alias);
}

static quire_status alias_remove(quire_store *store, const q_address *address, quire_error *error) {
    (void)address;
    (void)error;
    return said(store, "alias_remove", NULL);
}

static quire_status annotate(quire_store *store, const q_address *address,
                             const quire_notes_change *change, quire_error *error) {
    (void)address;
    (void)error;
    return said(store, "annotate", change->description);
}

static quire_status version_delete(quire_store *store, const q_address *address,
                                   bool delete_aliases, quire_error *error) {
    (void)address;
    (void)error;
    return said(store, "version_delete", delete_aliases ? "with aliases" : "without");
}

static quire_status version_use(quire_store *store, const q_address *address, const char *job,
                                quire_error *error) {
    (void)address;
    (void)error;
    return said(store, "version_use", job);
}

static quire_status version_diff(quire_version *before, quire_version *after,
                                 quire_diff_callback callback, void *context, quire_error *error) {
    (void)after;
    (void)callback;
    (void)context;
    (void)error;
    return said(before->store, "version_diff", NULL);
}

static const q_store_ops fake_ops = {.version_open = version_open,
                                     .version_free = version_free,
                                     .version_scan = scan,
                                     .version_content = content,
                                     .copier_open = copier_open,
                                     .copier_free = copier_free,
                                     .copier_copy = copy,
                                     .version_local_path = local_path,
                                     .version_diff = version_diff,
                                     .alias_set = alias_set,
                                     .alias_remove = alias_remove,
                                     .annotate = annotate,
                                     .version_delete = version_delete,
                                     .version_use = version_use};

void fake_begin(fake *f, const fake_entry *entries, size_t count) {
    static char url[] = "fake";

    memset(f, 0, sizeof *f);
    f->store.ops = &fake_ops;
    f->store.url = url;
    f->version.store = &f->store;
    f->version.info.name = "tree";
    f->version.info.number = 3;
    f->version.info.entries = count;
    f->entries = entries;
    f->count = count;
    f->failure = QUIRE_INTEGRITY;
    for (size_t i = 0; i < count; i++) {
        f->version.info.bytes += entries[i].ref == NULL ? strlen(entries[i].data) : 0;
    }
}
