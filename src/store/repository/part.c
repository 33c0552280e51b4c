/** @file Parts, and the listing of them that makes a roster: see part.h and draft.h. */
#include "store/repository/part.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
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

/* Of a roster the notes stand by themselves; in one that was made before they did, in the part. */
static quire_status read_notes(const cJSON *roster, const cJSON *part, q_draft_member *member,
                               quire_error *error) {
    uint64_t number = 0;
    quire_status status = QUIRE_OK;
    member->notes = cJSON_GetObjectItemCaseSensitive(part, "notes");
    if (roster && cJSON_IsNumber(member->notes)) {
        const cJSON *all = cJSON_GetObjectItemCaseSensitive(roster, "notes");
        status = q_json_uint(part, "notes", &number, error);
        member->notes = !status && number < INT_MAX ? cJSON_GetArrayItem(all, (int)number) : NULL;
        if (!status && !member->notes) {
            status = q_error_set(error, QUIRE_INTEGRITY, "the notes are missing in the roster");
        }
    }
    if (!status && member->notes) {
        status = q_notes_check(member->notes, error);
    }
    if (status) {
        q_error_prefix(error, "the part of writer '%s'", member->writer);
    }
    return status;
}

quire_status q_draft_read_member(const cJSON *roster, const cJSON *part, q_draft_member *member,
                                 quire_error *error) {
    const char *digest = NULL;
    const char *object = NULL;
    memset(member, 0, sizeof *member);
    quire_status status = q_json_string(part, "writer", &member->writer, error);
    status = status ? status : q_json_string(part, "object", &object, error);
    status = status ? status : q_json_string(part, "digest", &digest, error);
    status = status ? status : q_json_uint(part, "size", &member->shard.size, error);
    status = status ? status : q_json_uint(part, "entries", &member->shard.entries, error);
    status = status ? status : q_json_uint(part, "bytes", &member->shard.bytes, error);
    if (!status && (!q_is_sha256_hex(object) || !q_is_sha256_hex(digest))) {
        status = q_error_set(error, QUIRE_INTEGRITY, "the part of writer '%s' is malformed",
                             member->writer);
    }
    if (!status) {
        status = q_line_stored(q_name_check_id("writer", member->writer, error), error);
    }
    status = status ? status : read_notes(roster, part, member, error);
    if (!status) {
        memcpy(member->shard.object, object, Q_SHA256_HEX_SIZE);
        memcpy(member->shard.digest, digest, Q_SHA256_HEX_SIZE);
    }
    return status;
}

/* --- listing --- */

/* Notes that one part or many have. */
typedef struct shared_notes {
    char digest[Q_SHA256_HEX_SIZE];
    cJSON *notes; /* until they are in the roster */
    int number;   /* there; -1: none yet */
} shared_notes;

typedef struct surveying {
    q_repository *repository;
    const char *prefix;
    cJSON **parts;
    size_t count, capacity;
    shared_notes **notes; /* in the order in which they were met */
    size_t notes_count, notes_capacity;
    q_map seen;
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

static quire_status grow_notes(surveying *to, quire_error *error) {
    if (to->notes_count < to->notes_capacity) {
        return QUIRE_OK;
    }
    size_t capacity = to->notes_capacity ? 2 * to->notes_capacity : 16;
    shared_notes **grown = realloc(to->notes, capacity * sizeof(shared_notes *));
    if (!grown) {
        return q_error_memory(error);
    }
    to->notes = grown;
    to->notes_capacity = capacity;
    return QUIRE_OK;
}

/* The index of a part's notes, which are entered with the first part that has them. */
static quire_status enter_notes(surveying *to, cJSON *part, const cJSON *notes, size_t *index,
                                quire_error *error) {
    char digest[Q_SHA256_HEX_SIZE];
    q_buffer text = {0};
    quire_status status = q_json_print(&text, notes, error);
    status = status ? status : q_sha256_hex(text.data, text.size, digest, error);
    q_buffer_free(&text);
    *index = status ? Q_MAP_NONE : q_map_get(&to->seen, digest);
    if (status || *index != Q_MAP_NONE) {
        return status;
    }
    status = grow_notes(to, error);
    shared_notes *made = status ? NULL : calloc(1, sizeof *made);
    if (!made) {
        return status ? status : q_error_memory(error);
    }
    memcpy(made->digest, digest, sizeof digest);
    made->number = -1;
    *index = to->notes_count;
    to->notes[to->notes_count++] = made;
    made->notes = cJSON_DetachItemFromObjectCaseSensitive(part, "notes");
    return q_map_put(&to->seen, made->digest, *index, error);
}

/* Instead of its notes a part has their index. */
static quire_status share_notes(surveying *to, cJSON *part, quire_error *error) {
    size_t index = 0;
    const cJSON *notes = cJSON_GetObjectItemCaseSensitive(part, "notes");
    if (!notes) {
        return QUIRE_OK;
    }
    quire_status status = enter_notes(to, part, notes, &index, error);
    cJSON_DeleteItemFromObjectCaseSensitive(part, "notes");
    if (!status && !cJSON_AddNumberToObject(part, "notes", (double)index)) {
        status = q_error_memory(error);
    }
    return status;
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
    status = q_draft_read_member(NULL, part, &member, error);
    status = status ? status : share_notes(to, part, error);
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

/* The parts and their notes, in an order that does not depend on that of the listing. */
static quire_status fill_roster(surveying *from, cJSON *roster, quire_error *error) {
    int numbers = 0;
    cJSON *parts = cJSON_AddArrayToObject(roster, "parts");
    cJSON *notes = cJSON_AddArrayToObject(roster, "notes");
    if (!parts || !notes) {
        return q_error_memory(error);
    }
    if (from->count > 1) {
        qsort(from->parts, from->count, sizeof(cJSON *), compare_writers);
    }
    for (size_t i = 0; i < from->count; i++) {
        cJSON *number = cJSON_GetObjectItemCaseSensitive(from->parts[i], "notes");
        shared_notes *shared = number ? from->notes[(size_t)number->valuedouble] : NULL;
        if (shared && shared->number < 0) {
            cJSON_AddItemToArray(notes, shared->notes);
            shared->notes = NULL;
            shared->number = numbers++;
        }
        if (shared) {
            cJSON_SetNumberValue(number, shared->number);
        }
        cJSON_AddItemToArray(parts, from->parts[i]);
        from->parts[i] = NULL;
    }
    return QUIRE_OK;
}

static void free_survey(surveying *survey) {
    for (size_t i = 0; i < survey->count; i++) {
        cJSON_Delete(survey->parts[i]);
    }
    for (size_t i = 0; i < survey->notes_count; i++) {
        cJSON_Delete(survey->notes[i]->notes);
        free(survey->notes[i]);
    }
    q_map_free(&survey->seen);
    free(survey->notes);
    free(survey->parts);
}

quire_status q_draft_survey(q_repository *repository, const char *name, const char *distributed_id,
                            cJSON **roster, quire_error *error) {
    q_key key;
    surveying to = {.repository = repository, .prefix = key.text};
    *roster = q_record_new("roster");
    quire_status status = *roster ? QUIRE_OK : q_error_memory(error);
    status = status ? status : q_key_draft(&key, name, distributed_id, "writers/", error);
    status =
        status ? status : q_objects_list(repository->objects, key.text, false, see, &to, error);
    status = status ? status : fill_roster(&to, *roster, error);
    free_survey(&to);
    if (status) {
        cJSON_Delete(*roster);
        *roster = NULL;
    }
    return status;
}
