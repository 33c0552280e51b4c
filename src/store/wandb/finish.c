/** @file Finishing: see finish.h. */
#include "store/wandb/finish.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/wandb/draft.h"
#include "store/wandb/merging.h"
#include "store/wandb/notes.h"
#include "store/wandb/publish.h"
#include "store/wandb/unite.h"

static const char pending_query[] =
    "query PendingArtifact($id: ID!) { artifact(id: $id) { id state description metadata"
    " createdBy { __typename ... on Run { name } } } }";

/** A draft that is being finished. */
typedef struct finishing {
    q_wandb *store;
    const q_finish_spec *spec;
    q_wandb_draft *draft;           /* NULL: this handle has not upserted */
    const q_wandb_merging *merging; /* NULL: nobody has told of anything */
    char *artifact;
    bool is_finished; /* it is a version already */
    cJSON *united;
    q_wandb_notes notes;
} finishing;

/* --- who has upserted --- */

static const char *digest_of(const finishing *self, int64_t number, const char *writer) {
    const q_wandb_part *part = q_wandb_draft_part(self->draft, writer);
    const q_wandb_merging *merging = self->merging;
    if (merging && (uint64_t)number < merging->count &&
        strcmp(merging->writers[number].name, writer) == 0) { /* told in the order of ranks */
        return merging->writers[number].digest;
    }
    for (size_t i = 0; self->merging && i < self->merging->count; i++) {
        if (strcmp(self->merging->writers[i].name, writer) == 0) {
            return self->merging->writers[i].digest;
        }
    }
    return part ? part->receipt.digest : NULL;
}

static quire_status check_writer(const finishing *self, int64_t number, quire_error *error) {
    const q_finish_spec *spec = self->spec;
    char writer[32];
    snprintf(writer, sizeof writer, "%" PRId64, number);
    const char *digest = digest_of(self, number, writer);
    if (!digest) {
        return self->merging || self->draft
                   ? q_error_set(error, QUIRE_INCOMPLETE,
                                 "draft %s of '%s' has nothing from writer '%s'",
                                 spec->distributed_id, spec->name, writer)
                   : QUIRE_OK;
    }
    return !spec->receipts || strcmp(spec->receipts[number].digest, digest) == 0
               ? QUIRE_OK
               : q_error_set(error, QUIRE_CONFLICT,
                             "writer '%s' has upserted something else into draft %s since", writer,
                             spec->distributed_id);
}

static quire_status check_writers(const finishing *self, quire_error *error) {
    const q_finish_spec *spec = self->spec;
    quire_status status = QUIRE_OK;
    if (spec->expect > 0 && !self->merging && !(self->draft && spec->expect == 1)) {
        return q_error_set(error, QUIRE_USAGE,
                           "W&B does not tell who has upserted: a finish can expect %" PRId64
                           " writers only among them (quire-mpi)",
                           spec->expect);
    }
    for (int64_t i = 0; i < spec->expect && !status; i++) {
        status = check_writer(self, i, error);
    }
    return status;
}

/* --- which artifact --- */

static quire_status ask_pending(q_wandb *store, const char *artifact, cJSON **data,
                                quire_error *error) {
    q_variables variables = {.error = error};
    q_variables_object(&variables, NULL);
    q_variables_string(&variables, "id", artifact);
    q_variables_end(&variables);
    quire_status status =
        q_wandb_ask(&store->client, "PendingArtifact", pending_query, &variables, data, error);
    return !status && !q_wandb_get(*data, "artifact")
               ? q_error_set(error, QUIRE_NOT_FOUND, "W&B does not have the artifact any more")
               : status;
}

/** Whoever made it has upserted first: when that was this very finish, nobody has. */
static bool is_own(const finishing *self, const cJSON *artifact) {
    const char *maker = q_wandb_text(artifact, "createdBy.name");
    return !self->draft && !self->store->client.config.run_id && maker &&
           strcmp(maker, self->store->run) == 0;
}

/** From outside: the artifact by its distributed id, with an empty part of the finisher's own. */
static quire_status find_outside(finishing *self, quire_error *error) {
    static const q_notes none = {.ttl = -1};
    const q_finish_spec *spec = self->spec;
    const q_wandb_draft_key key = {spec->name, spec->distributed_id, true};
    q_wandb_contents nothing = {0};
    q_wandb_made made = {0};
    q_buffer metadata = {0};
    char digest[Q_MD5_HEX_SIZE];
    const q_wandb_wish wish = {.name = spec->name,
                               .type = spec->type,
                               .digest = digest,
                               .notes = &none,
                               .distributed_id = spec->distributed_id};
    quire_status status = q_wandb_need_run(self->store, &key, error);
    status = status ? status : q_wandb_list_digest(&nothing.list, digest, error);
    status = status ? status : q_wandb_create(self->store, &wish, &made, error);
    bool is_late =
        !status && q_wandb_is_marked(q_wandb_text(made.latest, "metadata"), spec->distributed_id);
    const char *id = is_late ? q_wandb_text(made.latest, "id") : made.id;
    status = status ? status : q_strdup(id, &self->artifact, error);
    self->is_finished = is_late;
    q_wandb_made_free(&made);
    q_buffer_free(&metadata);
    return status;
}

static quire_status find_artifact(finishing *self, quire_error *error) {
    const char *known = self->merging ? self->merging->artifact : NULL;
    bool is_finished = self->merging && self->merging->is_finished;
    if (!known && self->draft) {
        known = self->draft->artifact;
        is_finished = self->draft->is_finished;
    }
    if (known) {
        self->is_finished = is_finished;
        return q_strdup(known, &self->artifact, error);
    }
    return find_outside(self, error);
}

/* --- notes --- */

static quire_status unite(finishing *self, const cJSON *artifact, quire_error *error) {
    quire_status status =
        q_wandb_unite_metadata(&self->united, q_wandb_text(artifact, "metadata"), error);
    if (!status && self->draft) {
        status = q_wandb_unite_json(&self->united, self->draft->notes, error);
    }
    if (!status && self->merging) {
        status = q_wandb_unite_json(&self->united, self->merging->notes, error);
    }
    status = status ? status : q_wandb_unite(&self->united, self->spec->notes, error);
    return status ? status : q_wandb_notes_make(self->united, &self->notes, error);
}

static bool differs(const char *one, const char *other) {
    return one && (!other || strcmp(one, other) != 0);
}

/** What the version is to say of itself, before it is one. */
static quire_status update(finishing *self, const cJSON *artifact, quire_error *error) {
    const q_notes *notes = &self->notes.notes;
    q_buffer metadata = {0};
    quire_status status =
        q_wandb_mark(notes->metadata, self->spec->distributed_id, &metadata, error);
    q_wandb_update change = {.ttl = notes->ttl,
                             .add_tags = (const char *const *)notes->tags,
                             .add_tag_count = notes->tag_count};
    if (differs(notes->description, q_wandb_text(artifact, "description"))) {
        change.description = notes->description;
    }
    if (!status && differs(metadata.data, q_wandb_text(artifact, "metadata"))) {
        change.metadata = metadata.data;
    }
    if (!status &&
        (change.description || change.metadata || change.ttl >= 0 || change.add_tag_count > 0)) {
        status = q_wandb_update_artifact(self->store, self->artifact, &change, error);
    }
    q_buffer_free(&metadata);
    return status;
}

/* --- all of it --- */

static quire_status complete(finishing *self, quire_error *error) {
    const q_finish_spec *spec = self->spec;
    q_wandb_contents nothing = {0};
    cJSON *data = NULL;
    quire_status status = ask_pending(self->store, self->artifact, &data, error);
    const cJSON *artifact = q_wandb_get(data, "artifact");
    const char *state = q_wandb_text(artifact, "state");
    self->is_finished = self->is_finished || (state && strcmp(state, "COMMITTED") == 0);
    status = status ? status : unite(self, artifact, error);
    if (!status && !self->is_finished && is_own(self, artifact)) {
        (void)q_wandb_delete_artifact(self->store, self->artifact, true, NULL);
        status = q_error_set(error, QUIRE_NOT_FOUND, "there is no draft %s of '%s'",
                             spec->distributed_id, spec->name);
    }
    if (!status && !self->is_finished) {
        status = q_wandb_use_inputs(self->store, spec->notes, error);
        status = status ? status : update(self, artifact, error);
        if (!status && !(self->draft && self->draft->artifact)) { /* it needs one part at least */
            status = q_wandb_fill(self->store, self->artifact, Q_WANDB_PATCH, NULL, &nothing, NULL,
                                  error);
        }
        status = status ? status : q_wandb_commit(self->store, self->artifact, error);
    }
    cJSON_Delete(data);
    return status;
}

static uint64_t files_of(const finishing *self) {
    const q_wandb_merging *merging = self->merging;
    return merging && merging->references == 0 && !self->is_finished ? merging->files : UINT64_MAX;
}

quire_status q_wandb_finish(quire_store *store, const q_finish_spec *spec,
                            quire_version_id *version, quire_error *error) {
    finishing self = {.store = q_wandb_of(store),
                      .spec = spec,
                      .draft =
                          q_wandb_draft_find(q_wandb_of(store), spec->name, spec->distributed_id),
                      .merging = (const q_wandb_merging *)spec->merging};
    quire_status status = check_writers(&self, error);
    status = status ? status : q_wandb_need_entity(self.store, error);
    status = status ? status : find_artifact(&self, error);
    status = status ? status : complete(&self, error);
    const q_wandb_ending ending = {.name = spec->name,
                                   .notes = &self.notes.notes,
                                   .created = !self.is_finished,
                                   .files = files_of(&self)};
    status = status ? status : q_wandb_conclude(self.store, self.artifact, &ending, version, error);
    if (!status && self.draft && !self.merging) {
        q_wandb_draft_forget(self.store, self.draft);
    }
    q_wandb_notes_free(&self.notes);
    cJSON_Delete(self.united);
    free(self.artifact);
    return status;
}
