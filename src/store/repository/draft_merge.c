/** @file Merging the shards of a roster: see draft_merge.h. */
#include "store/repository/draft_merge.h"

#include <stdlib.h>
#include <string.h>

#include "manifest/merge.h"
#include "manifest/tree.h"
#include "manifest/writer.h"
#include "store/repository/saving.h"
#include "store/repository/shard_object.h"

#define BUFFERS_MAX ((size_t)64 << 20)
#define BUFFER_MAX ((size_t)256 << 10)

typedef struct shards {
    q_repository *repository;
    size_t buffer; /* of each stream */
    q_shard_stream **streams;
    q_merge_input *inputs;
    size_t count;
} shards;

static void close_shards(shards *all) {
    for (size_t i = 0; all->streams && i < all->count; i++) {
        q_shard_stream_free(all->streams[i]);
    }
    free(all->streams);
    free(all->inputs);
}

static quire_status next(void *context, const q_entry **entry, quire_error *error) {
    return q_shard_stream_next(context, entry, error);
}

static size_t buffer_size(size_t count) {
    size_t share = BUFFERS_MAX / (count ? count : 1);
    if (share > BUFFER_MAX) {
        return BUFFER_MAX;
    }
    return share < Q_ENTRY_LINE_MAX ? Q_ENTRY_LINE_MAX : share;
}

static quire_status open_shard(void *context, const char *key, const q_draft_member *member,
                               quire_error *error) {
    shards *all = context;
    q_merge_input *input = &all->inputs[all->count];
    quire_status status = q_shard_stream_open(all->repository, key, &member->shard, all->buffer,
                                              &all->streams[all->count], error);
    if (!status) {
        input->context = all->streams[all->count];
        input->next = next;
        input->name = member->writer;
        all->count++;
    }
    return status;
}

static quire_status open_shards(shards *all, const char *name, const char *id, const cJSON *roster,
                                quire_error *error) {
    size_t total = (size_t)cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(roster, "parts"));
    all->streams = calloc(total + 1, sizeof(q_shard_stream *));
    all->inputs = calloc(total + 1, sizeof *all->inputs);
    all->buffer = buffer_size(total);
    return all->streams && all->inputs
               ? q_draft_each_member(name, id, roster, open_shard, all, error)
               : q_error_memory(error);
}

/* What comes before `first` is written by others, but may be in the way of what comes after. */
static quire_status write_all(q_merge *merge, const char *first, q_manifest_writer *writer,
                              quire_error *error) {
    q_tree tree = {0};
    const q_entry *entry = NULL;
    bool begun = first == NULL;
    quire_status status = QUIRE_OK;
    do {
        status = q_merge_next(merge, &entry, error);
        if (!status && entry) {
            status = q_tree_add(&tree, entry->path, error);
        }
        if (!status && entry && first && !begun) {
            int order = strcmp(entry->path, first);
            begun = order == 0;
            if (order > 0) { /* chunks would be cut elsewhere than in the whole */
                status = q_error_set(error, QUIRE_INTEGRITY, "no writer has path '%s'", first);
            }
        }
        if (!status && entry && begun) {
            status = q_manifest_writer_add_checked(writer, entry, error);
        }
    } while (!status && entry);
    q_tree_free(&tree);
    return status;
}

static quire_status merge_inputs(q_repository *repository, const q_merge_input *inputs,
                                 size_t count, const char *first, q_root *root, char *object,
                                 uint64_t *size, quire_error *error) {
    q_merge *merge = NULL;
    q_manifest_writer *writer = NULL;
    q_saving saving;
    q_saving_begin(&saving, repository, NULL);
    quire_status status = q_merge_new(inputs, count, &merge, error);
    status = status ? status : q_manifest_writer_new(&saving.io, &writer, error);
    status = status ? status : write_all(merge, first, writer, error);
    status = status ? status : q_manifest_writer_finish(writer, root, object, size, error);
    status = status ? status : q_saving_end(&saving, error);
    q_manifest_writer_free(writer);
    q_saving_free(&saving);
    q_merge_free(merge);
    return status;
}

quire_status q_draft_merge_range(q_repository *repository, const q_merge_input *inputs,
                                 size_t count, const char *first, q_root *root,
                                 quire_error *error) {
    return merge_inputs(repository, inputs, count, first, root, NULL, NULL, error);
}

quire_status q_draft_merge(q_repository *repository, const char *name, const char *distributed_id,
                           const cJSON *roster, q_root *root, char object[Q_SHA256_HEX_SIZE],
                           uint64_t *size, quire_error *error) {
    shards all = {.repository = repository};
    quire_status status = open_shards(&all, name, distributed_id, roster, error);
    status = status
                 ? status
                 : merge_inputs(repository, all.inputs, all.count, NULL, root, object, size, error);
    close_shards(&all);
    return status;
}
