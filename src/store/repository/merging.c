/** @file The merging of a draft by many processes: see merging.h. */
#include "store/repository/merging.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "manifest/line.h"
#include "manifest/writer.h"
#include "store/repository/draft_merge.h"
#include "store/repository/part.h"
#include "store/repository/register.h"
#include "store/repository/retrieve.h"

static q_repository_merging *own(q_merging *merging) {
    return (q_repository_merging *)merging;
}

void q_merging_free(q_merging *merging) {
    q_repository_merging *self = own(merging);
    if (self) {
        for (size_t i = 0; i < self->count; i++) {
            free(self->parts[i].writer);
        }
        free(self->parts);
        free(self->own.writer);
        q_root_free(&self->root);
        q_lease_drop(&self->lease);
        free(self);
    }
}

/* --- the own part --- */

/* Its record, as far as it counts; `*found` false: there is none. */
static quire_status find_part(q_repository_merging *self, const q_merging_spec *spec,
                              q_shard_summary *shard, bool *found, quire_error *error) {
    q_key reg;
    cJSON *part = NULL;
    q_draft_member member;
    *found = false;
    quire_status status = q_part_key(&reg, spec->name, spec->distributed_id, spec->writer, error);
    if (!status) {
        status =
            q_register_get(self->repository->objects, reg.text, Q_PART_KIND, &part, NULL, error);
    }
    if (!status && part && !cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(part, "withdrawn"))) {
        status = q_draft_read_member(NULL, part, &member, error);
        if (!status) {
            *shard = member.shard;
            *found = true;
        }
    }
    cJSON_Delete(part);
    return status;
}

static quire_status check_shard(const q_buffer *lines, const q_shard_summary *shard,
                                quire_error *error) {
    char object[Q_SHA256_HEX_SIZE];
    quire_status status = q_sha256_hex(lines->data ? lines->data : "", lines->size, object, error);
    if (!status && (lines->size != shard->size || strcmp(object, shard->object) != 0)) {
        status = q_error_set(error, QUIRE_INTEGRITY, "not what was recorded of it");
    }
    return status;
}

/* The whole shard, whose first line is taken off. */
static quire_status load_lines(q_repository_merging *self, const q_merging_spec *spec,
                               const q_shard_summary *shard, q_buffer *lines, quire_error *error) {
    char suffix[16 + Q_SHA256_HEX_SIZE];
    q_key key;
    const char *line = NULL;
    size_t length = 0, position = 0;
    snprintf(suffix, sizeof suffix, "shards/%s", shard->object);
    quire_status status = q_key_draft(&key, spec->name, spec->distributed_id, suffix, error);
    if (!status) {
        status = q_retrieve(self->repository, key.text, shard->size, lines, error);
        if (status == QUIRE_NOT_FOUND) {
            return q_error_set(error, QUIRE_INTEGRITY, "%s is missing", key.text);
        }
    }
    status = status ? status : check_shard(lines, shard, error);
    if (!status) {
        status = q_line_next(lines->data, lines->size, &position, &line, &length, error);
    }
    status = status ? status : q_line_header(line, length, "shard", NULL, error);
    if (!status) {
        lines->size -= position;
        memmove(lines->data, lines->data + position, lines->size + 1);
    } else if (status == QUIRE_INTEGRITY) {
        q_error_prefix(error, "%s", key.text);
    }
    return status;
}

quire_status q_merging_open(quire_store *store, const q_merging_spec *spec, q_merging **merging,
                            q_buffer *lines, uint64_t *entries, quire_error *error) {
    q_shard_summary shard = {0};
    bool found = false;
    q_repository_merging *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->base.store = store;
    made->repository = q_repository_of(store);
    /* The lease first: what is found from here on stays. */
    quire_status status = spec->leads ? q_lease_take(made->repository, spec->name, -1,
                                                     spec->distributed_id, &made->lease, error)
                                      : QUIRE_OK;
    status = status ? status : q_strdup(spec->writer, &made->own.writer, error);
    status = status ? status : find_part(made, spec, &shard, &found, error);
    if (!status && found) {
        memcpy(made->own.object, shard.object, sizeof shard.object);
        status = load_lines(made, spec, &shard, lines, error);
    }
    if (status || !found) {
        q_merging_free(&made->base);
        return status;
    }
    *entries = shard.entries;
    *merging = &made->base;
    return QUIRE_OK;
}

/* --- a range --- */

static quire_status print_part(q_buffer *out, const q_merged_part *part, quire_error *error) {
    quire_status status =
        q_buffer_append_string(out, "{\"quire\":\"range\",\"format\":1,\"writer\":", error);
    status = status ? status : q_json_quote(out, part->writer, error);
    return status ? status : q_buffer_printf(out, error, ",\"object\":\"%s\"}\n", part->object);
}

quire_status q_merging_write(q_merging *merging, const q_merge_input *inputs, size_t count,
                             const char *first, q_buffer *told, quire_error *error) {
    q_repository_merging *self = own(merging);
    q_root root = {0};
    quire_status status = print_part(told, &self->own, error);
    if (!status && count > 0) {
        status = q_draft_merge_range(self->repository, inputs, count, first, &root, error);
    }
    status = status ? status : q_root_print_chunks(told, &root, error);
    q_root_free(&root);
    return status;
}

quire_status q_merging_sync(q_merging *merging, quire_error *error) {
    return q_objects_sync_host(own(merging)->repository->objects, error);
}

/* --- the finisher --- */

static quire_status keep_part(q_repository_merging *self, const char *writer, const char *object,
                              quire_error *error) {
    if (self->count == self->capacity) {
        size_t capacity = self->capacity ? 2 * self->capacity : 64;
        q_merged_part *grown = reallocarray(self->parts, capacity, sizeof *grown);
        if (!grown) {
            return q_error_memory(error);
        }
        self->parts = grown;
        self->capacity = capacity;
    }
    q_merged_part *part = &self->parts[self->count];
    quire_status status = q_strdup(writer, &part->writer, error);
    if (!status) {
        memcpy(part->object, object, sizeof part->object);
        self->count++;
    }
    return status;
}

quire_status q_merging_collect(q_merging *merging, const char *told, size_t size,
                               quire_error *error) {
    q_repository_merging *self = own(merging);
    cJSON *header = NULL;
    const char *line = NULL;
    const char *writer = NULL;
    const char *object = NULL;
    size_t length = 0, position = 0;
    quire_status status = q_line_next(told, size, &position, &line, &length, error);
    status = status ? status : q_line_header(line, length, "range", &header, error);
    status = status ? status : q_json_string(header, "writer", &writer, error);
    status = status ? status : q_json_string(header, "object", &object, error);
    if (!status && !q_is_sha256_hex(object)) {
        status = q_error_set(error, QUIRE_INTEGRITY, "'object' is no SHA-256");
    }
    status = status ? status : keep_part(self, writer, object, error);
    cJSON_Delete(header);
    if (!status) {
        status = q_root_add_chunks(&self->root, told + position, size - position, error);
    }
    if (status) {
        q_error_prefix(error, "a range of a manifest");
    }
    return status;
}

quire_status q_merging_covers(const q_repository_merging *merging, const cJSON *roster,
                              bool *covers, quire_error *error) {
    const cJSON *part;
    size_t found = 0;
    q_map map = {0};
    quire_status status = QUIRE_OK;
    *covers = true;
    for (size_t i = 0; !status && i < merging->count; i++) {
        status = q_map_put(&map, merging->parts[i].writer, i, error);
    }
    cJSON_ArrayForEach(part, cJSON_GetObjectItemCaseSensitive(roster, "parts")) {
        q_draft_member member;
        if (status || !*covers) {
            break;
        }
        status = q_draft_read_member(roster, part, &member, error);
        size_t index = status ? Q_MAP_NONE : q_map_get(&map, member.writer);
        *covers =
            index != Q_MAP_NONE && strcmp(merging->parts[index].object, member.shard.object) == 0;
        found++;
    }
    *covers = *covers && found == merging->count;
    q_map_free(&map);
    return status;
}

quire_status q_merging_finish(const q_repository_merging *merging, q_root *root,
                              char object[Q_SHA256_HEX_SIZE], uint64_t *size, quire_error *error) {
    quire_status status = QUIRE_OK;
    for (size_t i = 0; !status && i < merging->root.chunk_count; i++) {
        status = q_root_append(root, &merging->root.chunks[i], error);
    }
    status = status ? status : q_root_seal(root, error);
    return status ? status
                  : q_manifest_save_root(&merging->repository->io, root, object, size, error);
}
