/**
 * @file
 * Dividing a version into parts. Where one ends follows from the entries and their total alone, so
 * that a push that is given again, perhaps by another number of processes, finds its parts again;
 * and so does what a part's shard must be, if the target has the same digests.
 *
 * A part has a bounded size, since a part is what dies with its process. It grows with the version,
 * so that there are not too many of them.
 */
#include <stdlib.h>

#include "manifest/shard.h"
#include "push/push.h"

#define PART_BYTES ((uint64_t)64 << 20)
#define PART_ENTRIES ((uint64_t)4096)
/* So many parts are full by their bytes, so many by their entries, and one is not full. */
#define FULL (QUIRE_PUSH_PARTS_MAX / 2 - 1)

typedef struct dividing {
    quire_push *push;
    uint64_t most_bytes, most_entries;
    bool is_whole;
    q_sha256 *sha; /* NULL: nothing can be told of shards */
    q_buffer identity;
} dividing;

static quire_status begin_part(dividing *self, const char *first, quire_error *error) {
    quire_push *push = self->push;
    q_push_part *part = &push->parts[push->count];
    quire_status status = q_strdup(first, &part->first, error);
    if (status == QUIRE_OK && self->sha) {
        status = q_sha256_update(self->sha, Q_SHARD_SALT, sizeof Q_SHARD_SALT - 1, error);
    }
    push->count++; /* it is to be freed in any case */
    return status;
}

static quire_status end_part(dividing *self, quire_error *error) {
    q_push_part *part = &self->push->parts[self->push->count - 1];
    return self->sha ? q_sha256_final_hex(self->sha, part->digest, error) : QUIRE_OK;
}

static bool is_full(const dividing *self) {
    const quire_push *push = self->push;
    const q_push_part *part = &push->parts[push->count - 1];
    return !self->is_whole && push->count < QUIRE_PUSH_PARTS_MAX &&
           (part->bytes >= self->most_bytes || part->entries >= self->most_entries);
}

static quire_status add(void *context, const q_entry *entry, bool *stop, quire_error *error) {
    dividing *self = context;
    quire_push *push = self->push;
    quire_status status = QUIRE_OK;
    (void)stop;
    if (push->count == 0 || is_full(self)) {
        status = push->count > 0 ? end_part(self, error) : QUIRE_OK;
        status = status ? status : begin_part(self, entry->path, error);
    }
    if (status == QUIRE_OK && self->sha) {
        q_buffer_clear(&self->identity);
        status = q_entry_identity(&self->identity, entry, error);
        status = status
                     ? status
                     : q_sha256_update(self->sha, self->identity.data, self->identity.size, error);
    }
    if (status == QUIRE_OK) {
        q_push_part *part = &push->parts[push->count - 1];
        part->entries++;
        part->bytes += entry->ref ? 0 : entry->size;
    }
    return status;
}

quire_status q_push_divide(quire_push *push, bool whole, quire_error *error) {
    const quire_version_info *info = &push->source->info;
    dividing self = {.push = push, .is_whole = whole};
    uint64_t bytes = info->bytes / FULL + 1, entries = info->entries / FULL + 1;
    self.most_bytes = bytes > PART_BYTES ? bytes : PART_BYTES;
    self.most_entries = entries > PART_ENTRIES ? entries : PART_ENTRIES;
    push->parts = calloc(QUIRE_PUSH_PARTS_MAX, sizeof *push->parts);
    quire_status status = push->parts ? QUIRE_OK : q_error_memory(error);
    if (status == QUIRE_OK && push->is_comparable && push->target->ops->finds_by_draft) {
        status = q_sha256_new(&self.sha, error);
    }
    if (status == QUIRE_OK) {
        status = push->source->store->ops->version_scan(push->source, NULL, add, &self, error);
    }
    if (status == QUIRE_OK && push->count == 0) { /* a version without entries is one, too */
        status = begin_part(&self, NULL, error);
    }
    status = status ? status : end_part(&self, error);
    q_sha256_free(self.sha);
    q_buffer_free(&self.identity);
    return status;
}

void q_push_free_parts(quire_push *push) {
    for (uint32_t i = 0; i < push->count; i++) {
        free(push->parts[i].first);
    }
    free(push->parts);
    push->parts = NULL;
    push->count = 0;
}
