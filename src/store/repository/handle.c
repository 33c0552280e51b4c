/** @file The repository's version handle: see handle.h. */
#include "store/repository/handle.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/repository/alias_table.h"
#include "store/repository/content.h"
#include "store/repository/notes.h"
#include "store/repository/resolve.h"
#include "store/repository/void.h"

void q_version_handle_free(quire_version *version) {
    q_version_handle *handle = (q_version_handle *)version;
    if (handle) {
        for (size_t i = 0; i < handle->alias_count; i++) {
            free(handle->aliases[i]);
        }
        free(handle->aliases);
        free(handle->tags);
        free(handle->metadata);
        free(handle->created_by);
        cJSON_Delete(handle->notes);
        q_content_free(handle->content);
        q_manifest_reader_free(handle->reader);
        q_root_free(&handle->root);
        q_version_record_free(&handle->record);
        free(handle);
    }
}

static quire_status find_aliases(q_version_handle *handle, const q_alias_table *table,
                                 quire_error *error) {
    size_t count = 0;
    quire_status status = QUIRE_OK;
    const q_alias_row *rows = q_alias_table_of(table, handle->record.number, &count);
    handle->aliases = calloc(count + 1, sizeof *handle->aliases);
    if (!handle->aliases) {
        return q_error_memory(error);
    }
    for (size_t i = 0; !status && i < count; i++) {
        status = q_strdup(rows[i].alias, &handle->aliases[i], error);
        handle->alias_count += !status;
    }
    return status;
}

/* Not by cJSON, which takes numbers that are next to each other for one and prints the shorter. */
static quire_status print(const cJSON *object, char **text, quire_error *error) {
    q_buffer out = {0};
    quire_status status = q_json_print(&out, object, error);
    if (status) {
        q_buffer_free(&out);
    }
    *text = out.data;
    return status;
}

static quire_status find_notes(q_version_handle *handle, quire_error *error) {
    q_repository *repository = q_repository_of(handle->base.store);
    quire_version_info *info = &handle->base.info;
    quire_status status = q_notes_current(repository, &handle->record, &handle->notes, error);
    if (status) {
        return status;
    }
    const cJSON *metadata = cJSON_GetObjectItemCaseSensitive(handle->notes, "metadata");
    status = metadata ? print(metadata, &handle->metadata, error)
                      : q_strdup("{}", &handle->metadata, error);
    const char *description =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(handle->notes, "description"));
    info->description = description ? description : "";
    const cJSON *ttl = cJSON_GetObjectItemCaseSensitive(handle->notes, "ttl");
    info->ttl = cJSON_IsNumber(ttl) ? (int64_t)ttl->valuedouble : 0;
    const cJSON *tags = cJSON_GetObjectItemCaseSensitive(handle->notes, "tags");
    const cJSON *tag;
    handle->tags = calloc((size_t)cJSON_GetArraySize(tags) + 1, sizeof(char *));
    if (!status && !handle->tags) {
        status = q_error_memory(error);
    }
    cJSON_ArrayForEach(tag, tags) {
        if (!status && cJSON_IsString(tag)) {
            handle->tags[info->tag_count++] = tag->valuestring;
        }
    }
    return status;
}

static void fill_info(q_version_handle *handle) {
    quire_version_info *info = &handle->base.info;
    const q_version_record *record = &handle->record;
    info->name = record->name;
    info->type = record->type;
    info->number = record->number;
    info->digest = record->digest;
    info->entries = record->entries;
    info->bytes = record->bytes;
    info->mode = record->mode;
    info->created_at = record->created_at;
    info->created_by = handle->created_by;
    info->metadata = handle->metadata;
    info->aliases = (const char *const *)handle->aliases;
    info->alias_count = handle->alias_count;
    info->tags = handle->tags;
}

static quire_status open_number(quire_store *store, const char *name, int64_t number,
                                const q_alias_table *table, q_version_handle **handle,
                                quire_error *error) {
    q_version_handle *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->base.store = store;
    quire_status status =
        q_version_record_get(q_repository_of(store), name, number, &made->record, error);
    status = status ? status : print(made->record.created_by, &made->created_by, error);
    status = status ? status : find_notes(made, error);
    status = status ? status : find_aliases(made, table, error);
    if (status) {
        q_version_handle_free(&made->base);
        return status;
    }
    fill_info(made);
    *handle = made;
    return QUIRE_OK;
}

/** Who asks by a digest gets what has it, whatever the store told on the way to its number. */
static quire_status check_asked(const q_address *address, const q_version_handle *handle,
                                quire_error *error) {
    const char *selector = address->selector;
    return !q_is_sha256_hex(selector) || strcmp(selector, handle->record.digest) == 0
               ? QUIRE_OK
               : q_error_set(error, QUIRE_INTEGRITY,
                             "%s:v%" PRId64 " does not have the digest by which it is named",
                             handle->record.name, handle->record.number);
}

quire_status q_version_handle_open(quire_store *store, const q_address *address,
                                   quire_version **version, quire_error *error) {
    int64_t number = -1;
    q_version_handle *handle = NULL;
    q_repository *repository = q_repository_of(store);
    q_numbers numbers = {0};
    q_alias_table table = {0};
    quire_status status = q_resolve(repository, address, &number, error);
    status = status ? status : q_collection_numbers(repository, address->name, &numbers, error);
    status = status ? status : q_void_pass_over(repository, address->name, &numbers, error);
    status =
        status ? status : q_alias_table_load(repository, address->name, &numbers, &table, error);
    status = status ? status : open_number(store, address->name, number, &table, &handle, error);
    status = status ? status : check_asked(address, handle, error);
    if (status) {
        q_version_handle_free(handle ? &handle->base : NULL);
    } else {
        *version = &handle->base;
    }
    q_alias_table_free(&table);
    q_numbers_free(&numbers);
    return status;
}

quire_status q_version_handle_each(quire_store *store, const char *name,
                                   quire_version_callback callback, void *context,
                                   quire_error *error) {
    q_repository *repository = q_repository_of(store);
    q_numbers numbers = {0};
    q_alias_table table = {0};
    char type[Q_TYPE_SIZE];
    quire_status status = q_collection_type(repository, name, type, error);
    status = status ? status : q_collection_numbers(repository, name, &numbers, error);
    status = status ? status : q_void_pass_over(repository, name, &numbers, error);
    status = status ? status : q_alias_table_load(repository, name, &numbers, &table, error);
    for (size_t i = 0; !status && i < numbers.count; i++) {
        q_version_handle *handle = NULL;
        if (q_numbers_is_deleted(&numbers, numbers.numbers[i])) {
            continue;
        }
        status = open_number(store, name, numbers.numbers[i], &table, &handle, error);
        if (!status) {
            status = callback(context, &handle->base.info);
            if (status) {
                q_error_set(error, status, "the listing of '%s' was ended", name);
            }
            q_version_handle_free(&handle->base);
        }
    }
    q_alias_table_free(&table);
    q_numbers_free(&numbers);
    return status;
}

quire_status q_version_handle_root(q_version_handle *handle, quire_error *error) {
    q_repository *repository = q_repository_of(handle->base.store);
    if (handle->has_root) {
        return QUIRE_OK;
    }
    quire_status status =
        q_repository_load_root(repository, handle->record.root, &handle->root, error);
    if (!status && (strcmp(handle->root.digest, handle->record.digest) != 0 ||
                    handle->root.entries != handle->record.entries ||
                    handle->root.bytes != handle->record.bytes)) {
        status =
            q_error_set(error, QUIRE_INTEGRITY, "%s:v%" PRId64 " and its manifest %s do not agree",
                        handle->record.name, handle->record.number, handle->record.root);
        q_root_free(&handle->root);
    }
    handle->has_root = !status;
    return status;
}
