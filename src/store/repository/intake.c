/** @file The intake: see intake.h. */
#include "store/repository/intake.h"

#include <stdlib.h>
#include <string.h>

#include "store/repository/intake_internal.h"

#define PIECE ((size_t)1 << 20)

quire_status q_intake_new(q_repository *repository, q_intake **intake, quire_error *error) {
    q_intake *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->repository = repository;
    made->piece = malloc(PIECE);
    quire_status status = made->piece ? QUIRE_OK : q_error_memory(error);
    if (!status) {
        status = q_digest_new(&made->digest, error);
    }
    if (status) {
        q_intake_free(made);
        return status;
    }
    *intake = made;
    return QUIRE_OK;
}

void q_intake_free(q_intake *intake) {
    if (intake) {
        q_pack_writer_free(intake->pack);
        q_intake_seen_free(&intake->seen);
        q_keyset_free(&intake->there);
        q_digest_free(intake->digest);
        free(intake->piece);
        free(intake);
    }
}

static quire_status check_usable(const q_intake *intake, quire_error *error) {
    return intake->lost ? q_error_set(error, QUIRE_ERROR,
                                      "an earlier failure has lost small files that were taken in: "
                                      "begin again with a new artifact")
                        : QUIRE_OK;
}

quire_status q_intake_seal(q_intake *intake, quire_error *error) {
    quire_status status = check_usable(intake, error);
    if (!status && intake->pack) {
        status = q_pack_writer_seal(intake->pack, error);
        intake->lost = status != QUIRE_OK;
        q_pack_writer_free(intake->pack);
        intake->pack = NULL;
    }
    return status;
}

/* Whether what a prior version refers to is in the store: a damaged one must not be handed on. */
static bool is_there(q_intake *intake, const q_entry *prior) {
    q_key key;
    q_object_info info;
    quire_status status =
        prior->pack ? q_key_pack(&key, prior->pack, NULL) : q_key_blob(&key, prior->digest, NULL);
    if (!status && q_keyset_has(&intake->there, key.text)) {
        return true;
    }
    status = status ? status : q_objects_stat(intake->repository->objects, key.text, &info, NULL);
    if (!status && prior->pack) { /* many files share it; without memory it is asked for again */
        q_keyset_add(&intake->there, key.text, NULL, NULL);
    } else if (!status && q_digest_is_blocks(prior->digest)) {
        status = q_key_blocks(&key, prior->digest, NULL);
        status =
            status ? status : q_objects_stat(intake->repository->objects, key.text, &info, NULL);
    }
    return status == QUIRE_OK;
}

/* --- small files --- */

static quire_status append_to_pack(q_intake *intake, const void *data, size_t size, const char *hex,
                                   q_entry *entry, quire_error *error) {
    quire_status status = QUIRE_OK;
    const char *pack = NULL;
    if (intake->pack && q_pack_writer_size(intake->pack) >= Q_PACK_SIZE_MAX) {
        status = q_intake_seal(intake, error);
    }
    if (!status && !intake->pack) {
        status = q_pack_writer_new(intake->repository, &intake->pack, error);
    }
    if (!status) {
        status = q_pack_writer_append(intake->pack, data, size, hex, &entry->offset, error);
    }
    if (!status) {
        status = q_intake_seen_add(&intake->seen, hex, q_pack_writer_name(intake->pack),
                                   entry->offset, &pack, error);
    }
    entry->pack = pack;
    return status;
}

/* Where a small content lies already, if it does. */
static quire_status find_small(q_intake *intake, uint64_t size, const char *text,
                               const q_entry *prior, q_entry *entry, bool *found,
                               quire_error *error) {
    *entry = (q_entry){.path = entry->path, .digest = text, .size = size};
    *found = size == 0 || q_intake_seen_find(&intake->seen, text, &entry->pack, &entry->offset);
    if (*found || !prior || prior->size != size || strcmp(prior->digest, text) != 0 ||
        !is_there(intake, prior)) {
        return QUIRE_OK;
    }
    *found = true;
    entry->offset = prior->offset;
    return prior->pack ? q_intake_seen_add(&intake->seen, text, prior->pack, prior->offset,
                                           &entry->pack, error)
                       : QUIRE_OK;
}

quire_status q_intake_place_small(q_intake *intake, const void *data, size_t size, const char *text,
                                  const q_entry *prior, q_entry *entry, quire_error *error) {
    bool found = false;
    quire_status status = find_small(intake, size, text, prior, entry, &found, error);
    return status || found ? status : append_to_pack(intake, data, size, text, entry, error);
}

static quire_status read_small(q_intake *intake, q_source *source, size_t *size,
                               quire_error *error) {
    size_t got = 0;
    quire_status status = QUIRE_OK;
    *size = 0;
    do { /* to the very end, since there the source looks for changes */
        unsigned char past;
        bool full = *size == PIECE;
        status = q_source_read(source, full ? &past : intake->piece + *size,
                               full ? 1 : PIECE - *size, &got, error);
        if (!status && full && got) {
            status = q_error_set(error, QUIRE_ERROR, "%s changed while it was read", source->name);
        }
        *size += status || full ? 0 : got;
    } while (!status && got);
    return status;
}

static quire_status take_small(q_intake *intake, q_source *source, const q_entry *prior,
                               q_entry *entry, quire_error *error) {
    size_t size;
    quire_status status = read_small(intake, source, &size, error);
    if (!status) {
        status = q_digest_update(intake->digest, intake->piece, size, error);
    }
    if (!status) {
        status = q_digest_final(intake->digest, intake->text, NULL, error);
    }
    if (!status) {
        status =
            q_intake_place_small(intake, intake->piece, size, intake->text, prior, entry, error);
    }
    return status;
}

/* --- large files --- */

quire_status q_intake_publish_blob(q_repository *repository, q_object_writer *object,
                                   const char *digest, const q_buffer *blocks, quire_error *error) {
    q_key key;
    quire_status status = QUIRE_OK;
    if (blocks->size > 0) { /* before the blob, so that who finds the blob finds the list, too */
        status = q_key_blocks(&key, digest, error);
        if (!status) {
            status = q_repository_save(repository, key.text, blocks->data, blocks->size, error);
        }
    }
    if (!status) {
        status = q_key_blob(&key, digest, error);
    }
    if (!status) {
        status = q_object_writer_publish(object, key.text, NULL, error);
    }
    return status;
}

/* Read the source to its end; with an object, write what is read. It may take longer than a lease
   lasts. */
static quire_status pass(q_intake *intake, q_source *source, q_lease *lease,
                         q_object_writer *object, uint64_t *size, q_buffer *blocks,
                         quire_error *error) {
    size_t got = 0;
    quire_status status = QUIRE_OK;
    *size = 0;
    do {
        status = q_source_read(source, intake->piece, PIECE, &got, error);
        if (!status && got) {
            *size += got;
            status = q_digest_update(intake->digest, intake->piece, got, error);
        }
        if (!status && got && object) {
            status = q_object_writer_write(object, intake->piece, got, error);
        }
        if (!status && lease) {
            status = q_lease_renew(lease, error);
        }
    } while (!status && got);
    if (!status) {
        status = q_digest_final(intake->digest, intake->text, blocks, error);
    }
    return status;
}

static quire_status take_large(q_intake *intake, q_source *source, q_lease *lease, q_entry *entry,
                               quire_error *error) {
    q_buffer blocks = {0};
    q_object_writer *object = NULL;
    quire_status status = q_object_writer_open(intake->repository->objects, &object, error);
    if (!status) {
        status = pass(intake, source, lease, object, &entry->size, &blocks, error);
    }
    if (!status) {
        status = q_intake_publish_blob(intake->repository, object, intake->text, &blocks, error);
    }
    q_object_writer_free(object);
    q_buffer_free(&blocks);
    entry->digest = intake->text;
    entry->pack = NULL;
    entry->offset = 0;
    return status;
}

/* A file of the size it had in the prior version is probably the same: look before writing. */
static quire_status take_same(q_intake *intake, q_source *source, q_lease *lease,
                              const q_entry *prior, q_entry *entry, bool *same,
                              quire_error *error) {
    quire_status status = pass(intake, source, lease, NULL, &entry->size, NULL, error);
    *same = !status && strcmp(intake->text, prior->digest) == 0 && is_there(intake, prior);
    if (*same) {
        entry->digest = intake->text;
        entry->pack = NULL; /* a large file always lies in a blob */
        entry->offset = 0;
    } else if (!status) {
        status = q_source_rewind(source, error);
    }
    return status;
}

/* A digest left half done by a failed read must not leak into the next file's. */
static void reset(q_intake *intake) {
    char ignored[Q_DIGEST_TEXT_SIZE];
    q_digest_final(intake->digest, ignored, NULL, NULL);
}

quire_status q_intake_file(q_intake *intake, q_source *source, q_lease *lease, const q_entry *prior,
                           q_entry *entry, quire_error *error) {
    bool same = false;
    quire_status status = check_usable(intake, error);
    const q_entry *hint = prior && !prior->ref && prior->size == source->size ? prior : NULL;
    if (status) {
        return status;
    }
    if (source->size < Q_PACK_FILE_MAX) {
        status = take_small(intake, source, hint, entry, error);
    } else {
        if (hint) {
            status = take_same(intake, source, lease, hint, entry, &same, error);
        }
        if (!status && !same) {
            status = take_large(intake, source, lease, entry, error);
        }
    }
    if (status) {
        reset(intake);
    }
    return status;
}

/* --- known files --- */

/* One object of content that another writer stored, under no version that this one has pinned:
   first gc must leave it alone, then it is looked for, then it must last as what will name it. */
static bool claim_object(q_intake *intake, const char *key, const uint64_t *size) {
    q_objects *objects = intake->repository->objects;
    q_object_info info;
    return q_objects_refresh(objects, key, NULL) == QUIRE_OK &&
           q_objects_stat(objects, key, &info, NULL) == QUIRE_OK && (!size || info.size == *size) &&
           q_objects_settle(objects, key, NULL) == QUIRE_OK;
}

static bool claim_blob(q_intake *intake, const char *digest, uint64_t size) {
    q_key key;
    return q_key_blob(&key, digest, NULL) == QUIRE_OK && claim_object(intake, key.text, &size) &&
           (!q_digest_is_blocks(digest) ||
            (q_key_blocks(&key, digest, NULL) == QUIRE_OK && claim_object(intake, key.text, NULL)));
}

quire_status q_intake_known(q_intake *intake, uint64_t size, const char *digest,
                            const q_entry *prior, q_entry *entry, bool *taken, quire_error *error) {
    quire_status status = check_usable(intake, error);
    const q_entry *hint = prior && !prior->ref && prior->size == size ? prior : NULL;
    *taken = false;
    if (status) {
        return status;
    }
    if (size < Q_PACK_FILE_MAX) {
        return find_small(intake, size, digest, hint, entry, taken, error);
    }
    *entry = (q_entry){.path = entry->path, .digest = digest, .size = size};
    *taken = (hint && strcmp(hint->digest, digest) == 0 && is_there(intake, hint)) ||
             claim_blob(intake, digest, size);
    return QUIRE_OK;
}
