/** @file Ending leases: see lease_end.h. */
#include "store/repository/lease_end.h"

#include <string.h>

#include "manifest/writer.h"
#include "store/repository/alias.h"
#include "store/repository/collection.h"
#include "store/repository/commit.h"
#include "store/repository/digest_index.h"
#include "store/repository/draft_outcome.h"
#include "store/repository/lease.h"
#include "store/repository/notes.h"
#include "store/repository/part.h"
#include "store/repository/register.h"
#include "store/repository/void.h"

static const char *member(const cJSON *record, const char *key) {
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(record, key));
}

/* --- versions --- */

/* What a void version holds: the content of `latest`, or nothing where there is none. */
typedef struct content {
    q_root root;
    char object[Q_SHA256_HEX_SIZE];
    uint64_t size;
} content;

static quire_status no_content(q_repository *repository, content *to, quire_error *error) {
    q_manifest_writer *writer = NULL;
    quire_status status = q_manifest_writer_new(&repository->io, &writer, error);
    status =
        status ? status : q_manifest_writer_finish(writer, &to->root, to->object, &to->size, error);
    q_manifest_writer_free(writer);
    return status;
}

static quire_status content_of(q_repository *repository, const char *name, int64_t latest,
                               content *to, quire_error *error) {
    q_version_record record = {0};
    memset(to, 0, sizeof *to);
    if (latest < 0) {
        return no_content(repository, to, error);
    }
    quire_status status = q_version_record_get(repository, name, latest, &record, error);
    if (!status) {
        memcpy(to->object, record.root, sizeof to->object);
        to->size = record.root_size;
        status = q_repository_load_root(repository, record.root, &to->root, error);
    }
    q_version_record_free(&record);
    return status;
}

static quire_status put_void(q_repository *repository, const char *name, int64_t number,
                             bool *taken, quire_error *error) {
    content held = {0};
    q_numbers numbers = {0};
    char type[Q_TYPE_SIZE];
    int64_t latest = -1;
    cJSON *notes = q_notes_empty();
    cJSON *created_by = q_repository_created_by(NULL, NULL, error);
    quire_status status = notes && created_by ? QUIRE_OK : q_error_memory(error);
    status = status ? status : q_collection_current_type(repository, name, type, error);
    status = status ? status : q_collection_numbers(repository, name, &numbers, error);
    if (!status && q_numbers_newest_live(&numbers) >= 0) {
        status = q_alias_latest(repository, name, &numbers, &latest, error);
    }
    status = status ? status : content_of(repository, name, latest, &held, error);
    if (!status) {
        q_version_draft draft = {.name = name,
                                 .type = type,
                                 .mode = Q_MODE_VOID,
                                 .root = &held.root,
                                 .root_object = held.object,
                                 .root_size = held.size,
                                 .created_by = created_by,
                                 .notes = notes};
        status = q_version_record_put(repository, &draft, number, error);
        *taken = !status;
        if (!status) {
            status = q_void_end(repository, name, number, error);
        } else if (status == QUIRE_CONFLICT) { /* somebody else has it */
            status = QUIRE_OK;
        }
    }
    cJSON_Delete(notes);
    cJSON_Delete(created_by);
    q_root_free(&held.root);
    q_numbers_free(&numbers);
    return status;
}

/* When a living version has the claimed digest, the claimer has put its record, or would look at
 * that version before it puts one: no number need be taken. A number that somebody else has says
 * nothing of the claimer's, which may be above it where the listing was old: on to the next. */
static quire_status take_number(q_repository *repository, const char *name, const char *digest,
                                quire_error *error) {
    int64_t found = -1, newest = -1, entered = -1;
    bool taken = false;
    quire_status status = q_collection_newest(repository, name, &newest, error);
    while (!status && !taken && found < 0) {
        q_version_record record;
        status = q_commit_enter_newest(repository, name, newest, &record, &entered, error);
        q_version_record_free(&record);
        if (!status && digest && q_is_sha256_hex(digest)) {
            status = q_digest_index_find(repository, name, digest, &found, error);
        }
        if (!status && found < 0) {
            status = put_void(repository, name, ++newest, &taken, error);
        }
    }
    return status;
}

static quire_status end_version(q_repository *repository, const char *name, const char *digest,
                                quire_error *error) {
    char type[Q_TYPE_SIZE];
    quire_error missing = {0};
    quire_status status = q_collection_type(repository, name, type, &missing);
    if (status == QUIRE_NOT_FOUND) { /* it is made before any claim: nobody is about to put there */
        return QUIRE_OK;
    }
    return status ? q_error_set(error, status, "%s", missing.message)
                  : take_number(repository, name, digest, error);
}

/* --- parts --- */

static quire_status put_again(void *context, const cJSON *current, cJSON **next,
                              quire_error *error) {
    if (current) {
        *next = cJSON_Duplicate(current, true);
        cJSON_DeleteItemFromObjectCaseSensitive(*next, "check");
        cJSON_DeleteItemFromObjectCaseSensitive(*next, "nonce");
        return *next ? QUIRE_OK : q_error_memory(error);
    }
    *next = q_record_new(Q_PART_KIND);
    bool ok = *next && q_record_add_string(*next, "writer", context) &&
              cJSON_AddTrueToObject(*next, "withdrawn");
    return ok ? QUIRE_OK : q_error_memory(error);
}

static quire_status end_part(q_repository *repository, const char *name, const char *id,
                             const char *writer, quire_error *error) {
    q_key reg;
    q_object_info info;
    q_draft_outcome outcome;
    quire_error missing = {0};
    quire_status status = q_key_draft(&reg, name, id, "draft.json", error);
    if (status) {
        return status;
    }
    status = q_objects_stat(repository->objects, reg.text, &info, &missing);
    if (status == QUIRE_NOT_FOUND) { /* it is made before any claim: there is no such draft */
        return QUIRE_OK;
    }
    if (status) {
        return q_error_set(error, status, "%s", missing.message);
    }
    status = q_draft_read_outcome(repository, name, id, &outcome, error);
    if (status || outcome.decided) { /* then a part that comes now does not count anyway */
        return status;
    }
    status = q_part_key(&reg, name, id, writer, error);
    return status ? status
                  : q_register_update(repository->objects, reg.text, Q_PART_KIND, Q_OBJECT_RECORD,
                                      put_again, (void *)writer, NULL, error);
}

/* --- leases --- */

static quire_status end_claim(q_repository *repository, const cJSON *record, quire_error *error) {
    const char *name = member(record, "name");
    const char *id = member(record, "draft");
    const char *writer = member(record, "writer");
    quire_error refused = {0};
    quire_status status = QUIRE_OK;
    if (!name) {
        return QUIRE_OK;
    }
    if (!writer) {
        status = end_version(repository, name, member(record, "digest"), &refused);
    } else if (id) {
        status = end_part(repository, name, id, writer, &refused);
    }
    if (status == QUIRE_USAGE) { /* names that no key can be made of, hence no claim of quire's */
        return QUIRE_OK;
    }
    return status ? q_error_set(error, status, "%s", refused.message) : QUIRE_OK;
}

typedef struct ending {
    q_repository *repository;
    int64_t now;
} ending;

static quire_status see(void *context, const q_object_info *info, quire_error *error) {
    const ending *to = context;
    q_objects *objects = to->repository->objects;
    cJSON *record = NULL;
    if (!q_lease_is_dead(info->modified, to->now)) {
        return QUIRE_OK;
    }
    quire_status status = q_record_get(objects, info->key, "lease", &record, error);
    if (status == QUIRE_NOT_FOUND) { /* given back meanwhile */
        return QUIRE_OK;
    }
    if (status == QUIRE_INTEGRITY) { /* cut short by a crash, which the writer did not survive */
        status = QUIRE_OK;
    }
    const char *lease = member(record, "claim_of");
    /* Whatever a record says, nothing but a lease is removed for it. */
    if (!status && lease && strncmp(lease, Q_KEY_LEASES, strlen(Q_KEY_LEASES)) == 0) {
        status = q_objects_remove(objects, lease, INT64_MAX, NULL, error);
        status = status ? status : end_claim(to->repository, record, error);
    }
    cJSON_Delete(record);
    return status ? status : q_objects_remove(objects, info->key, INT64_MAX, NULL, error);
}

quire_status q_lease_end_dead(q_repository *repository, int64_t now, quire_error *error) {
    ending to = {repository, now};
    return q_objects_list(repository->objects, Q_KEY_LEASES, true, see, &to, error);
}
