/** @file The intake: see intake.h. */
#include "store/repository/intake.h"

#include <stdlib.h>
#include <string.h>

#include "store/repository/intake_internal.h"

quire_status q_intake_new(q_repository *repository, q_intake **intake, quire_error *error) {
    q_intake *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->repository = repository;
    *intake = made;
    return QUIRE_OK;
}

void q_intake_free(q_intake *intake) {
    if (intake) {
        q_pack_writer_free(intake->pack);
        q_intake_seen_free(&intake->seen);
        q_intake_forget_prior(intake);
        free(intake);
    }
}

void q_intake_forget_prior(q_intake *intake) {
    q_intake_seen_free(&intake->earlier);
    q_keyset_free(&intake->there);
}

quire_status q_intake_check(const q_intake *intake, quire_error *error) {
    return intake->lost ? q_error_set(error, QUIRE_ERROR,
                                      "an earlier failure has lost small files that were taken in: "
                                      "begin again with a new artifact")
                        : QUIRE_OK;
}

quire_status q_intake_seal(q_intake *intake, quire_error *error) {
    quire_status status = q_intake_check(intake, error);
    if (!status && intake->pack) {
        status = q_pack_writer_seal(intake->pack, error);
        intake->lost = status != QUIRE_OK;
        q_pack_writer_free(intake->pack);
        intake->pack = NULL;
    }
    return status;
}

/* --- small files --- */

static quire_status append_to_pack(q_intake *intake, const q_small *small, q_entry *entry,
                                   quire_error *error) {
    quire_status status = QUIRE_OK;
    const char *pack = NULL;
    if (intake->pack && q_pack_writer_size(intake->pack) >= Q_PACK_SIZE_MAX) {
        status = q_intake_seal(intake, error);
    }
    if (!status && !intake->pack) {
        status = q_pack_writer_new(intake->repository, &intake->pack, error);
    }
    if (!status) {
        status = q_pack_writer_append(intake->pack, small->data, small->size, small->digest,
                                      &entry->offset, error);
    }
    if (!status) {
        status = q_intake_seen_add(&intake->seen, small->digest, q_pack_writer_name(intake->pack),
                                   entry->offset, &pack, error);
    }
    entry->pack = pack;
    return status;
}

bool q_intake_has_prior(q_intake *intake, const q_entry *prior) {
    q_key key;
    q_object_info info;
    if (!prior->pack) {
        return q_intake_has_blob(intake->repository, prior->digest);
    }
    if (q_keyset_has(&intake->there, prior->pack)) {
        return true;
    }
    quire_status status = q_key_pack(&key, prior->pack, NULL);
    status = status ? status : q_objects_stat(intake->repository->objects, key.text, &info, NULL);
    if (!status) { /* many files share it; without memory it is asked for again */
        q_keyset_add(&intake->there, prior->pack, NULL, NULL);
    }
    return status == QUIRE_OK;
}

static bool find_taken(const q_intake *intake, const char *digest, const char **pack,
                       uint64_t *offset) {
    return q_intake_seen_find(&intake->seen, digest, pack, offset) ||
           q_intake_seen_find(&intake->earlier, digest, pack, offset);
}

bool q_intake_has_small(const q_intake *intake, uint64_t size, const char *digest) {
    const char *pack;
    uint64_t offset;
    return size == 0 || find_taken(intake, digest, &pack, &offset);
}

/* Where the prior version has it. */
static quire_status place_as_prior(q_intake *intake, const q_small *small, q_entry *entry,
                                   quire_error *error) {
    const q_entry *prior = small->prior;
    entry->offset = prior->offset;
    return prior->pack ? q_intake_seen_add(&intake->earlier, small->digest, prior->pack,
                                           prior->offset, &entry->pack, error)
                       : QUIRE_OK;
}

quire_status q_intake_place_small(q_intake *intake, const q_small *small, q_entry *entry,
                                  quire_error *error) {
    const q_entry *prior = small->prior;
    *entry = (q_entry){.path = entry->path, .digest = small->digest, .size = small->size};
    if (small->size == 0) {
        return QUIRE_OK;
    }
    if (small->is_known && prior) {
        return place_as_prior(intake, small, entry, error);
    }
    if (find_taken(intake, small->digest, &entry->pack, &entry->offset)) {
        return QUIRE_OK;
    }
    return prior && strcmp(prior->digest, small->digest) == 0 && q_intake_has_prior(intake, prior)
               ? place_as_prior(intake, small, entry, error)
               : append_to_pack(intake, small, entry, error);
}

/* --- blobs --- */

bool q_intake_has_blob(q_repository *repository, const char *digest) {
    q_key key;
    q_object_info info;
    quire_status status = q_key_blob(&key, digest, NULL);
    status = status ? status : q_objects_stat(repository->objects, key.text, &info, NULL);
    if (!status && q_digest_is_blocks(digest)) {
        status = q_key_blocks(&key, digest, NULL);
        status = status ? status : q_objects_stat(repository->objects, key.text, &info, NULL);
    }
    return status == QUIRE_OK;
}

/* One object of content that another writer stored, under no version that this one has pinned:
   first gc must leave it alone, then it is looked for, then it must last as what will name it. */
static bool claim_object(q_objects *objects, const char *key, const uint64_t *size) {
    q_object_info info;
    return q_objects_refresh(objects, key, NULL) == QUIRE_OK &&
           q_objects_stat(objects, key, &info, NULL) == QUIRE_OK && (!size || info.size == *size) &&
           q_objects_settle(objects, key, NULL) == QUIRE_OK;
}

bool q_intake_claim_blob(q_repository *repository, const char *digest, uint64_t size) {
    q_key key;
    return q_key_blob(&key, digest, NULL) == QUIRE_OK &&
           claim_object(repository->objects, key.text, &size) &&
           (!q_digest_is_blocks(digest) || (q_key_blocks(&key, digest, NULL) == QUIRE_OK &&
                                            claim_object(repository->objects, key.text, NULL)));
}

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
