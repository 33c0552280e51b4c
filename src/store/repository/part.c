/** @file Parts, and the listing of them that makes a roster: see part.h and draft.h. */
#include "store/repository/part.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "manifest/line.h"
#include "store/repository/notes.h"
#include "store/repository/register.h"

quire_status q_part_key(q_key *key, const char *name, const char *distributed_id,
                        const char *writer, quire_error *error) {
    char *component = NULL;
    char *suffix = NULL;
    quire_status status = q_name_to_component(writer, &component, error);
    status = status ? status : q_asprintf(&suffix, error, "writers/%s", component);
    status = status ? status : q_key_draft(key, name, distributed_id, suffix, error);
    free(suffix);
    free(component);
    return status;
}

quire_status q_part_record(const q_draft_part *part, cJSON **record, quire_error *error) {
    const q_shard_summary *shard = part->shard;
    cJSON *made = q_record_new(Q_PART_KIND);
    bool ok = made && q_record_add_string(made, "writer", part->writer) &&
              q_record_add_string(made, "object", shard->object) &&
              q_record_add_uint(made, "size", shard->size) &&
              q_record_add_uint(made, "entries", shard->entries) &&
              q_record_add_uint(made, "bytes", shard->bytes) &&
              q_record_add_string(made, "digest", shard->digest);
    ok = ok && q_record_adopt(made, "notes", cJSON_Duplicate(part->notes, true)) &&
         q_record_adopt(made, "created_by", cJSON_Duplicate(part->created_by, true));
    if (!ok) {
        cJSON_Delete(made);
        return q_error_memory(error);
    }
    *record = made;
    return QUIRE_OK;
}

quire_status q_draft_read_member(const cJSON *part, q_draft_member *member, quire_error *error) {
    const char *digest = NULL;
    const char *object = NULL;
    memset(member, 0, sizeof *member);
    quire_status status = q_json_string(part, "writer", &member->writer, error);
    status = status ? status : q_json_string(part, "object", &object, error);
    status = status ? status : q_json_string(part, "digest", &digest, error);
    status = status ? status : q_json_uint(part, "size", &member->shard.size, error);
    status = status ? status : q_json_uint(part, "entries", &member->shard.entries, error);
    status = status ? status : q_json_uint(part, "bytes", &member->shard.bytes, error);
    member->notes = cJSON_GetObjectItemCaseSensitive(part, "notes");
    if (!status && (!q_is_sha256_hex(object) || !q_is_sha256_hex(digest))) {
        status = q_error_set(error, QUIRE_INTEGRITY, "the part of writer '%s' is malformed",
                             member->writer);
    }
    if (!status) {
        status = q_line_stored(q_name_check_id("writer", member->writer, error), error);
    }
    if (!status && member->notes) {
        status = q_notes_check(member->notes, error);
        if (status) {
            q_error_prefix(error, "the part of writer '%s'", member->writer);
        }
    }
    if (!status) {
        memcpy(member->shard.object, object, Q_SHA256_HEX_SIZE);
        memcpy(member->shard.digest, digest, Q_SHA256_HEX_SIZE);
    }
    return status;
}

/* --- listing --- */

typedef struct surveying {
    q_repository *repository;
    const char *prefix;
    cJSON **parts;
    size_t count, capacity;
} surveying;

static quire_status keep(surveying *to, cJSON *part, quire_error *error) {
    if (to->count == to->capacity) {
        size_t capacity = to->capacity ? 2 * to->capacity : 64;
        cJSON **grown = realloc(to->parts, capacity * sizeof(cJSON *));
        if (!grown) {
            return q_error_memory(error);
        }
        to->parts = grown;
        to->capacity = capacity;
    }
    to->parts[to->count++] = part;
    return QUIRE_OK;
}

static quire_status see(void *context, const q_object_info *info, quire_error *error) {
    surveying *to = context;
    q_draft_member member;
    char reg[Q_KEY_SIZE];
    cJSON *part = NULL;
    size_t size = strlen(info->key);
    if (size == 0 || info->key[size - 1] != '/') {
        return QUIRE_OK;
    }
    snprintf(reg, sizeof reg, "%s%.*s", to->prefix, (int)(size - 1), info->key);
    quire_status status =
        q_register_get(to->repository->objects, reg, Q_PART_KIND, &part, NULL, error);
    if (status || !part) { /* a writer's folder may come before its first record */
        return status;
    }
    if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(part, "withdrawn"))) {
        cJSON_Delete(part);
        return QUIRE_OK;
    }
    status = q_draft_read_member(part, &member, error);
    if (!status) {
        cJSON_DeleteItemFromObjectCaseSensitive(part, "check");
        cJSON_DeleteItemFromObjectCaseSensitive(part, "quire");
        cJSON_DeleteItemFromObjectCaseSensitive(part, "format");
        status = keep(to, part, error);
    }
    if (status) {
        cJSON_Delete(part);
    }
    return status;
}

static int compare_writers(const void *a, const void *b) {
    const cJSON *left = *(cJSON *const *)a, *right = *(cJSON *const *)b;
    return strcmp(cJSON_GetObjectItemCaseSensitive(left, "writer")->valuestring,
                  cJSON_GetObjectItemCaseSensitive(right, "writer")->valuestring);
}

quire_status q_draft_survey(q_repository *repository, const char *name, const char *distributed_id,
                            cJSON **roster, quire_error *error) {
    q_key key;
    surveying to = {repository, key.text, NULL, 0, 0};
    size_t moved = 0;
    *roster = q_record_new("roster");
    cJSON *parts = *roster ? cJSON_AddArrayToObject(*roster, "parts") : NULL;
    quire_status status = parts ? QUIRE_OK : q_error_memory(error);
    status = status ? status : q_key_draft(&key, name, distributed_id, "writers/", error);
    status =
        status ? status : q_objects_list(repository->objects, key.text, false, see, &to, error);
    if (!status && to.count > 1) {
        qsort(to.parts, to.count, sizeof(cJSON *), compare_writers);
    }
    for (; !status && moved < to.count; moved++) {
        cJSON_AddItemToArray(parts, to.parts[moved]);
    }
    for (; moved < to.count; moved++) {
        cJSON_Delete(to.parts[moved]);
    }
    free(to.parts);
    if (status) {
        cJSON_Delete(*roster);
        *roster = NULL;
    }
    return status;
}
