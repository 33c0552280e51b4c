/** @file Marking: see mark.h. */
#include "store/repository/mark.h"

#include "store/repository/draft.h"
#include "store/repository/shard_object.h"

void q_mark_free(q_mark *mark) {
    q_keyset_free(&mark->keys);
}

static quire_status mark_entry(q_mark *mark, const q_entry *entry, quire_error *error) {
    q_key key;
    if (entry->ref || entry->size == 0) {
        return QUIRE_OK;
    }
    if (entry->pack) {
        quire_status status = q_key_pack(&key, entry->pack, error);
        return status ? status : q_keyset_add(&mark->keys, key.text, NULL, error);
    }
    quire_status status = q_key_blob(&key, entry->digest, error);
    status = status ? status : q_keyset_add(&mark->keys, key.text, NULL, error);
    if (!status && q_digest_is_blocks(entry->digest)) {
        status = q_key_blocks(&key, entry->digest, error);
        status = status ? status : q_keyset_add(&mark->keys, key.text, NULL, error);
    }
    return status;
}

static quire_status mark_chunk(q_mark *mark, q_repository *repository, q_chunk_reader *reader,
                               const q_chunk_summary *summary, quire_error *error) {
    q_key key;
    const q_entry *entry = NULL;
    quire_status status = q_key_manifest(&key, summary->object, error);
    if (status || q_keyset_has(&mark->keys, key.text)) {
        return status;
    }
    status = q_chunk_reader_open(reader, &repository->io, summary, error);
    do {
        status = status ? status : q_chunk_reader_next(reader, &entry, error);
        if (!status && entry) {
            status = mark_entry(mark, entry, error);
        }
    } while (!status && entry);
    return status ? status : q_keyset_add(&mark->keys, key.text, NULL, error);
}

quire_status q_mark_root(q_mark *mark, q_repository *repository, const char *object,
                         quire_error *error) {
    q_root root = {0};
    q_chunk_reader reader = {0};
    q_key key;
    quire_status status = q_key_manifest(&key, object, error);
    if (status || q_keyset_has(&mark->keys, key.text)) {
        return status;
    }
    status = q_repository_load_root(repository, object, &root, error);
    for (size_t i = 0; !status && i < root.chunk_count; i++) {
        status = mark_chunk(mark, repository, &reader, &root.chunks[i], error);
    }
    q_chunk_reader_free(&reader);
    q_root_free(&root);
    return status ? status : q_keyset_add(&mark->keys, key.text, NULL, error);
}

typedef struct marking {
    q_mark *mark;
    q_repository *repository;
} marking;

static quire_status mark_shard(void *context, const char *key, const q_draft_member *member,
                               quire_error *error) {
    const marking *to = context;
    q_shard_stream *stream = NULL;
    const q_entry *entry = NULL;
    if (q_keyset_has(&to->mark->keys, key)) {
        return QUIRE_OK;
    }
    quire_status status =
        q_shard_stream_open(to->repository, key, &member->shard, (size_t)256 << 10, &stream, error);
    do {
        status = status ? status : q_shard_stream_next(stream, &entry, error);
        if (!status && entry) {
            status = mark_entry(to->mark, entry, error);
        }
    } while (!status && entry);
    q_shard_stream_free(stream);
    return status ? status : q_keyset_add(&to->mark->keys, key, NULL, error);
}

quire_status q_mark_draft(q_mark *mark, q_repository *repository, const char *name,
                          const char *distributed_id, quire_error *error) {
    cJSON *roster = NULL;
    marking to = {mark, repository};
    quire_status status = q_draft_roster(repository, name, distributed_id, &roster, error);
    if (!status && roster) {
        status = q_draft_each_member(name, distributed_id, roster, mark_shard, &to, error);
    }
    cJSON_Delete(roster);
    roster = NULL;
    /* A roster decides which parts count; until there is one, all that is registered may. */
    status = status ? status : q_draft_survey(repository, name, distributed_id, &roster, error);
    if (!status) {
        status = q_draft_each_member(name, distributed_id, roster, mark_shard, &to, error);
    }
    cJSON_Delete(roster);
    return status;
}
