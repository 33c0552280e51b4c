/**
 * @file
 * Finishing a draft. What can be refused (a missing writer, a conflict) is found before the seal,
 * so that the draft stays open for the writers to mend it.
 */
#include "store/repository/finish.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json_equal.h"
#include "store/repository/collection.h"
#include "store/repository/commit.h"
#include "store/repository/draft.h"
#include "store/repository/draft_merge.h"
#include "store/repository/lease.h"
#include "store/repository/merging.h"
#include "store/repository/missing.h"
#include "store/repository/notes.h"

/* What the parts and the version's notes may be in records: what is refused before the seal can be
 * mended. Less than a record by some room for parts that come in the moment of the seal. */
#define TEXT_MAX ((size_t)(Q_RECORD_MAX / 4 * 3))

typedef struct finishing {
    q_repository *repository;
    const q_finish_spec *spec;
    q_lease lease;
    cJSON *notes;  /* united */
    cJSON *roster; /* what was merged */
    q_root root;
    char object[Q_SHA256_HEX_SIZE];
    uint64_t size;
} finishing;

static void clear(finishing *self) {
    cJSON_Delete(self->notes);
    cJSON_Delete(self->roster);
    q_root_free(&self->root);
}

/* The finisher's notes win; those of the parts must agree among themselves. */
static quire_status unite_notes(finishing *self, quire_error *error) {
    const cJSON *item;
    const cJSON *last = NULL; /* most parts have those of the one before */
    cJSON *own = NULL;
    cJSON *united = q_notes_empty();
    quire_status status = united ? QUIRE_OK : q_error_memory(error);
    status = status ? status : q_notes_to_json(self->repository, self->spec->notes, &own, error);
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(self->roster, "parts")) {
        q_draft_member member;
        char who[Q_NAME_MAX + 16];
        if (status) {
            break;
        }
        status = q_draft_read_member(self->roster, item, &member, error);
        if (!status && cJSON_IsObject(member.notes) && member.notes != last) {
            last = member.notes;
            snprintf(who, sizeof who, "writer '%s'", member.writer);
            status = q_notes_unite(united, member.notes, own, who, error);
        }
    }
    if (!status) {
        status = q_notes_unite(own, united, own, "the finisher", error);
    }
    int keys = cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(own, "metadata"));
    if (!status && keys > Q_METADATA_KEYS) {
        status = q_error_set(error, QUIRE_USAGE,
                             "the parts of draft '%s' have %d keys of metadata together, more "
                             "than %d",
                             self->spec->distributed_id, keys, Q_METADATA_KEYS);
    }
    cJSON_Delete(united);
    if (status) {
        cJSON_Delete(own);
        return status;
    }
    cJSON_Delete(self->notes);
    self->notes = own;
    return QUIRE_OK;
}

/* Merge the shards of self->roster into chunks and a root: content, to which nothing refers yet. If
 * their writers have done so together, only the root is left to be made. */
static quire_status merge(finishing *self, quire_error *error) {
    const q_repository_merging *merged = (const q_repository_merging *)self->spec->merging;
    bool covers = false;
    q_root_free(&self->root);
    memset(&self->root, 0, sizeof self->root);
    quire_status status = unite_notes(self, error);
    if (!status && merged) {
        status = q_merging_covers(merged, self->roster, &covers, error);
    }
    if (!status && covers) {
        status = q_merging_finish(merged, &self->root, self->object, &self->size, error);
    } else if (!status) {
        status = q_draft_merge(self->repository, self->spec->name, self->spec->distributed_id,
                               self->roster, &self->root, self->object, &self->size, error);
    }
    return status;
}

static quire_status check_text(const cJSON *json, const char *what, const finishing *self,
                               quire_error *error) {
    q_buffer text = {0};
    quire_status status = q_json_print(&text, json, error);
    if (!status && text.size > TEXT_MAX) {
        status =
            q_error_set(error, QUIRE_USAGE,
                        "the %s of draft '%s' of '%s' take %zu bytes, more than %zu: upsert "
                        "less metadata",
                        what, self->spec->distributed_id, self->spec->name, text.size, TEXT_MAX);
    }
    q_buffer_free(&text);
    return status;
}

static quire_status check_size(const finishing *self, quire_error *error) {
    quire_status status = check_text(self->roster, "parts", self, error);
    return status ? status : check_text(self->notes, "notes", self, error);
}

static quire_status same_members(const cJSON *one, const cJSON *other, bool *same,
                                 quire_error *error) {
    static const char *const members[] = {"parts", "notes"};
    quire_status status = QUIRE_OK;
    *same = true;
    for (size_t i = 0; !status && *same && i < sizeof members / sizeof *members; i++) {
        status = q_json_equal(cJSON_GetObjectItemCaseSensitive(one, members[i]),
                              cJSON_GetObjectItemCaseSensitive(other, members[i]), same, error);
    }
    return status;
}

/* Seal; if the roster is another than what was merged (a part came at the last moment), merge that.
 */
static quire_status seal(finishing *self, quire_error *error) {
    cJSON *roster = NULL;
    const q_finish_spec *spec = self->spec;
    quire_status status =
        q_draft_seal(self->repository, spec->name, spec->distributed_id, &roster, error);
    if (status) {
        cJSON_Delete(roster);
        return status;
    }
    bool same = false;
    status = same_members(roster, self->roster, &same, error);
    cJSON_Delete(self->roster);
    self->roster = roster;
    if (status || same) {
        return status;
    }
    status = q_missing_compare(self->roster, spec, error);
    if (status) {
        return status;
    }
    status = merge(self, error);
    if (status == QUIRE_CONFLICT) {
        q_error_prefix(error, "the sealed draft '%s' cannot be finished, only dropped",
                       spec->distributed_id);
    }
    return status;
}

/* Of what was merged together other processes of this host may have written some. */
static quire_status sync_content(const finishing *self, quire_error *error) {
    q_objects *objects = self->repository->objects;
    return self->spec->merging ? q_objects_sync_host(objects, error)
                               : q_objects_sync(objects, error);
}

static quire_status commit(finishing *self, quire_version_id *version, quire_error *error) {
    const q_finish_spec *spec = self->spec;
    q_draft_outcome outcome = {.decided = true};
    int count = cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(self->roster, "parts"));
    cJSON *created_by = q_repository_created_by(spec->job, spec->origin, error);
    q_version_draft draft = {.name = spec->name,
                             .type = spec->type,
                             .mode = "collaborative",
                             .root = &self->root,
                             .root_object = self->object,
                             .root_size = self->size,
                             .created_by = created_by,
                             .notes = self->notes,
                             .lease = &self->lease};
    quire_status status = created_by ? QUIRE_OK : QUIRE_ERROR;
    if (!status && (!q_record_add_string(created_by, "distributed_id", spec->distributed_id) ||
                    !q_record_add_uint(created_by, "writers", (uint64_t)count))) {
        status = q_error_memory(error);
    }
    status = status ? status : sync_content(self, error);
    status = status ? status : q_commit(self->repository, &draft, version, error);
    if (!status) {
        outcome.number = version->number;
        memcpy(outcome.digest, self->root.digest, sizeof outcome.digest);
        status =
            q_draft_decide(self->repository, spec->name, spec->distributed_id, &outcome, error);
        if (status == QUIRE_CONFLICT) { /* dropped meanwhile; the version is there all the same */
            status = QUIRE_OK;
        }
        if (status) {
            q_error_prefix(error, "%s:v%" PRId64 " is committed, but its draft is not closed",
                           version->name, version->number);
        }
    }
    cJSON_Delete(created_by);
    return status;
}

/* The version that an outcome names is there, is the one that was decided on, and still stands: no
 * alias may point to a deleted one. */
static quire_status check_outcome(const finishing *self, const q_draft_outcome *outcome,
                                  quire_error *error) {
    const q_finish_spec *spec = self->spec;
    q_version_record record;
    bool deleted = false;
    quire_status status =
        q_version_record_get(self->repository, spec->name, outcome->number, &record, error);
    if (status == QUIRE_NOT_FOUND || (!status && strcmp(record.digest, outcome->digest) != 0)) {
        status = q_error_set(error, QUIRE_INTEGRITY,
                             "draft '%s' of '%s' says that it is v%" PRId64 ", which it is not",
                             spec->distributed_id, spec->name, outcome->number);
    }
    q_version_record_free(&record);
    status = status ? status
                    : q_collection_is_deleted(self->repository, spec->name, outcome->number,
                                              &deleted, error);
    if (!status && deleted) {
        status = q_error_set(error, QUIRE_CONFLICT,
                             "draft '%s' was finished as %s:v%" PRId64 ", which was deleted",
                             spec->distributed_id, spec->name, outcome->number);
    }
    return status;
}

/* Somebody finished it before: the same version, and the aliases asked for this time. */
static quire_status repeat(finishing *self, const q_draft_outcome *outcome,
                           quire_version_id *version, quire_error *error) {
    const q_finish_spec *spec = self->spec;
    if (outcome->dropped) {
        return q_error_set(error, QUIRE_CONFLICT, "draft '%s' of '%s' was dropped; use another id",
                           spec->distributed_id, spec->name);
    }
    quire_status status = check_outcome(self, outcome, error);
    status = status ? status
                    : q_draft_roster(self->repository, spec->name, spec->distributed_id,
                                     &self->roster, error);
    status = status ? status : q_missing_compare(self->roster, spec, error);
    status = status ? status : q_notes_to_json(self->repository, spec->notes, &self->notes, error);
    if (!status) {
        status =
            q_commit_aliases(self->repository, spec->name, outcome->number, self->notes, error);
    }
    if (!status) {
        memset(version, 0, sizeof *version);
        snprintf(version->name, sizeof version->name, "%s", spec->name);
        snprintf(version->digest, sizeof version->digest, "%s", outcome->digest);
        version->number = outcome->number;
    }
    return status;
}

static quire_status find_parts(finishing *self, bool *sealed, quire_error *error) {
    const q_finish_spec *spec = self->spec;
    quire_status status =
        q_draft_roster(self->repository, spec->name, spec->distributed_id, &self->roster, error);
    *sealed = self->roster != NULL;
    if (!status && !*sealed) {
        status = q_draft_survey(self->repository, spec->name, spec->distributed_id, &self->roster,
                                error);
    }
    if (!status && !*sealed) {
        status = q_missing_check(self->roster, spec, error);
        status = status ? status
                        : q_collection_check_type(self->repository, spec->name, spec->type, error);
    }
    return status ? status : q_missing_compare(self->roster, spec, error);
}

static quire_status check_draft(finishing *self, quire_error *error) {
    const q_finish_spec *spec = self->spec;
    cJSON *record = NULL;
    const char *type = NULL;
    quire_status status =
        q_draft_get(self->repository, spec->name, spec->distributed_id, &record, error);
    if (status == QUIRE_NOT_FOUND && spec->expect > 0) {
        status = q_error_set(error, QUIRE_INCOMPLETE,
                             "no writer of %" PRId64 " has upserted to draft '%s' of '%s'",
                             spec->expect, spec->distributed_id, spec->name);
    }
    status = status ? status : q_json_string(record, "type", &type, error);
    if (!status && strcmp(type, spec->type) != 0) {
        status = q_error_set(error, QUIRE_CONFLICT, "draft '%s' of '%s' has type '%s', not '%s'",
                             spec->distributed_id, spec->name, type, spec->type);
    }
    cJSON_Delete(record);
    return status;
}

quire_status q_finish(quire_store *store, const q_finish_spec *spec, quire_version_id *version,
                      quire_error *error) {
    finishing self = {.repository = q_repository_of(store), .spec = spec};
    q_draft_outcome outcome = {0};
    bool sealed = false;
    quire_status status = check_draft(&self, error);
    /* The lease first: a draft dropped before it could be seen may be gc's already. */
    status = status ? status
                    : q_lease_take(self.repository, spec->name, -1, spec->distributed_id,
                                   &self.lease, error);
    status = status ? status
                    : q_draft_read_outcome(self.repository, spec->name, spec->distributed_id,
                                           &outcome, error);
    q_repository_merging *merged = (q_repository_merging *)spec->merging;
    if (!status && merged && merged->lease.repository) { /* it protects what was merged */
        self.lease.also = &merged->lease;
    }
    if (!status && outcome.decided) {
        status = repeat(&self, &outcome, version, error);
    } else if (!status) {
        status = find_parts(&self, &sealed, error);
        status = status ? status : merge(&self, error);
        if (!status && !sealed) {
            status = check_size(&self, error);
            status = status ? status : seal(&self, error);
        }
        status = status ? status : commit(&self, version, error);
        status = q_lease_explain(&self.lease, status, error);
    }
    q_lease_drop(&self.lease);
    clear(&self);
    return status;
}
