/** @file Reading a store: see content.h. */
#include "crash/content.h"

#include <inttypes.h>
#include <quire/quire.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crash/common.h"

typedef struct reading {
    content *content;
    quire_store *store;
    const char *collection;
    quire_version *version;
    uint64_t hash;
    uint64_t bytes; /* of the file that is read */
} reading;

__attribute__((format(printf, 2, 3))) static void fault(content *to, const char *format, ...) {
    va_list list;
    if (to->fault[0] == '\0') {
        va_start(list, format);
        vsnprintf(to->fault, sizeof to->fault, format, list);
        va_end(list);
    }
}

static content_item *add(content *to, content_kind kind) {
    to->items = crash_grow(to->items, (to->count + 1) * sizeof *to->items);
    content_item *item = &to->items[to->count++];
    *item = (content_item){.kind = kind};
    return item;
}

static void see_fault(void *context, const char *line) {
    fault(context, "verify: %s", line);
}

static quire_status see_bytes(void *context, const void *data, size_t size) {
    reading *this = context;
    this->hash = crash_hash(this->hash, data, size);
    this->bytes += size;
    return QUIRE_OK;
}

static quire_status see_entry(void *context, const quire_entry *entry) {
    reading *this = context;
    quire_error error = {0};
    this->hash = crash_hash(this->hash, entry->path, strlen(entry->path) + 1);
    if (entry->reference != NULL) {
        this->hash = crash_hash(this->hash, entry->reference, strlen(entry->reference) + 1);
        return QUIRE_OK;
    }
    this->bytes = 0;
    if (quire_version_read(this->version, entry->path, 0, UINT64_MAX, see_bytes, this, &error) !=
        QUIRE_OK) {
        fault(this->content, "%s:%s: %s", this->collection, entry->path, error.message);
    } else if (this->bytes != entry->size) {
        fault(this->content, "%s:%s: %" PRIu64 " bytes", this->collection, entry->path,
              this->bytes);
    }
    return QUIRE_OK;
}

/** The handle that lists must not be used in its callbacks: another one reads. */
static quire_status see_version(void *context, const quire_version_info *info) {
    reading *this = context;
    quire_error error = {0};
    char address[CONTENT_TEXT];
    content_item *item = add(this->content, CONTENT_VERSION);
    snprintf(address, sizeof address, "%s:v%" PRId64, info->name, info->number);
    snprintf(item->key, sizeof item->key, "%s", address);
    this->hash = CRASH_HASH;
    this->version = NULL;
    quire_status status = quire_version_open(this->store, address, &this->version, &error);
    if (status == QUIRE_OK) {
        status = quire_version_walk(this->version, NULL, see_entry, this, &error);
    }
    if (status != QUIRE_OK) {
        fault(this->content, "%s: %s", address, error.message);
    }
    quire_version_free(this->version);
    snprintf(item->value, sizeof item->value, "%s of %s %016" PRIx64, info->name, info->digest,
             this->hash);
    for (size_t i = 0; i < info->alias_count; i++) {
        content_item *alias = add(this->content, CONTENT_ALIAS);
        snprintf(alias->key, sizeof alias->key, "%s:%s", info->name, info->aliases[i]);
        snprintf(alias->value, sizeof alias->value, "v%" PRId64, info->number);
    }
    return QUIRE_OK;
}

static quire_status see_collection(void *context, const char *name) {
    reading *this = context;
    quire_error error = {0};
    quire_store *store = NULL;
    this->collection = name;
    quire_status status = quire_store_open(quire_store_url(this->store), NULL, &store, &error);
    status =
        status != QUIRE_OK ? status : quire_version_each(store, name, see_version, this, &error);
    if (status != QUIRE_OK) {
        fault(this->content, "%s: %s", name, error.message);
    }
    quire_store_free(store);
    return QUIRE_OK;
}

static quire_status see_draft(void *context, const quire_draft *draft) {
    for (size_t i = 0; i < draft->writer_count; i++) {
        const quire_draft_writer *writer = &draft->writers[i];
        content_item *item = add(context, CONTENT_WRITER);
        snprintf(item->key, sizeof item->key, "%s/%s/%s", draft->name, draft->distributed_id,
                 writer->name);
        snprintf(item->value, sizeof item->value, "%" PRIu64 " entries, %" PRIu64 " bytes",
                 writer->entries, writer->bytes);
    }
    return QUIRE_OK;
}

void content_read(content *to, const char *path) {
    reading this = {.content = to};
    quire_store *collections = NULL;
    quire_error error = {0};
    *to = (content){0};
    if (quire_store_open(path, NULL, &this.store, &error) != QUIRE_OK ||
        quire_store_open(path, NULL, &collections, &error) != QUIRE_OK) {
        fault(to, "%s", error.message);
        goto done;
    }
    if (quire_store_verify(this.store, see_fault, to, &error) != QUIRE_OK) {
        fault(to, "%s", error.message);
    }
    if (quire_store_collections(collections, see_collection, &this, &error) != QUIRE_OK ||
        quire_draft_list(this.store, NULL, see_draft, to, &error) != QUIRE_OK) {
        fault(to, "%s", error.message);
    }
done:
    quire_store_free(collections);
    quire_store_free(this.store);
}

void content_free(content *this) {
    free(this->items);
}

const content_item *content_find(const content *this, content_kind kind, const char *key) {
    for (size_t i = 0; i < this->count; i++) {
        if (this->items[i].kind == kind && strcmp(this->items[i].key, key) == 0) {
            return &this->items[i];
        }
    }
    return NULL;
}

bool content_has_version(const content *this, const char *value) {
    for (size_t i = 0; i < this->count; i++) {
        if (this->items[i].kind == CONTENT_VERSION && strcmp(this->items[i].value, value) == 0) {
            return true;
        }
    }
    return false;
}
