/** @file Drafts and upserts: see draft.h. */
#include "store/wandb/draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/wandb/handle.h"
#include "store/wandb/log.h"
#include "store/wandb/notes.h"
#include "store/wandb/publish.h"
#include "store/wandb/unite.h"

#define DRAFTS_MOST 16

q_wandb_draft *q_wandb_draft_find(const q_wandb *store, const char *name,
                                  const char *distributed_id) {
    q_wandb_draft *draft = store->drafts;
    while (draft &&
           (strcmp(draft->name, name) != 0 || strcmp(draft->distributed_id, distributed_id) != 0)) {
        draft = draft->next;
    }
    return draft;
}

const q_wandb_part *q_wandb_draft_part(const q_wandb_draft *draft, const char *writer) {
    const q_wandb_part *part = draft ? draft->parts : NULL;
    while (part && strcmp(part->writer, writer) != 0) {
        part = part->next;
    }
    return part;
}

static void free_part(q_wandb_part *part) {
    if (part) {
        q_wandb_list_free(&part->list);
        free(part->writer);
        free(part);
    }
}

static void free_draft(q_wandb_draft *draft) {
    for (q_wandb_part *part = draft->parts, *next; part; part = next) {
        next = part->next;
        free_part(part);
    }
    cJSON_Delete(draft->notes);
    free(draft->artifact);
    free(draft->name);
    free(draft->distributed_id);
    free(draft);
}

void q_wandb_draft_forget(q_wandb *store, q_wandb_draft *draft) {
    q_wandb_draft **link = &store->drafts;
    while (*link && *link != draft) {
        link = &(*link)->next;
    }
    if (*link) {
        *link = draft->next;
        free_draft(draft);
    }
}

void q_wandb_drafts_free(q_wandb *store) {
    while (store->drafts) {
        q_wandb_draft_forget(store, store->drafts);
    }
}

/** Of those that others finish nobody hears; entries of many drafts would fill the memory. */
static void forget_old(q_wandb *store) {
    q_wandb_draft *oldest = NULL, *next;
    size_t count = 0;
    for (q_wandb_draft *draft = store->drafts; draft; draft = next) {
        next = draft->next;
        if (draft->was_merged && draft->users == 0) {
            q_wandb_draft_forget(store, draft);
        } else {
            oldest = draft->users == 0 ? draft : oldest;
            count++;
        }
    }
    if (count >= DRAFTS_MOST && oldest) {
        q_wandb_draft_forget(store, oldest);
    }
}

static quire_status need_draft(q_wandb *store, const q_write_spec *spec, q_wandb_draft **found,
                               quire_error *error) {
    *found = q_wandb_draft_find(store, spec->name, spec->distributed_id);
    if (*found) {
        return QUIRE_OK;
    }
    q_wandb_draft *made = calloc(1, sizeof *made);
    quire_status status = made ? QUIRE_OK : q_error_memory(error);
    status = status ? status : q_strdup(spec->name, &made->name, error);
    status = status ? status : q_strdup(spec->distributed_id, &made->distributed_id, error);
    if (status) {
        if (made) {
            free_draft(made);
        }
        return status;
    }
    forget_old(store);
    made->next = store->drafts;
    store->drafts = made;
    *found = made;
    return QUIRE_OK;
}

/** Remember what was upserted, instead of what the same writer upserted before. */
static quire_status keep_part(q_wandb_draft *draft, q_wandb_writing *writing,
                              const quire_receipt *receipt, quire_error *error) {
    const char *writer = writing->spec.writer;
    q_wandb_part *part = calloc(1, sizeof *part);
    quire_status status = part ? QUIRE_OK : q_error_memory(error);
    status = status ? status : q_strdup(writer, &part->writer, error);
    status = status ? status : q_wandb_unite(&draft->notes, writing->spec.notes, error);
    if (status) {
        free_part(part);
        return status;
    }
    q_wandb_part **link = &draft->parts;
    while (*link && strcmp((*link)->writer, writer) != 0) {
        link = &(*link)->next;
    }
    if (*link) {
        part->next = (*link)->next;
        free_part(*link);
    }
    *link = part;
    part->receipt = *receipt;
    part->list = writing->contents.list;
    /* What remains of the contents is freed by their number, which is in the list. */
    writing->contents.list = (q_wandb_list){.count = part->list.count};
    return QUIRE_OK;
}

/* --- late --- */

typedef struct looking {
    const q_wandb_list *list;
    size_t next;
} looking;

static quire_status look(void *context, const q_entry *entry, bool *stop, quire_error *error) {
    looking *self = context;
    (void)error;
    while (self->next < self->list->count) {
        char digest[Q_MD5_BASE64_SIZE];
        q_entry own;
        q_wandb_list_entry(&self->list->items[self->next], digest, &own);
        int order = strcmp(own.path, entry->path);
        if (order < 0 || (order == 0 && !q_entry_same(&own, entry))) {
            *stop = true; /* it is missing, or another */
            return QUIRE_OK;
        }
        if (order > 0) {
            return QUIRE_OK;
        }
        self->next++;
    }
    *stop = true;
    return QUIRE_OK;
}

/** The draft is a version already: whether this part is in it. */
static quire_status check_late(q_wandb_writing *writing, int64_t number, quire_error *error) {
    const q_write_spec *spec = &writing->spec;
    quire_version *version = NULL;
    q_address address = {{0}, {0}};
    looking self = {.list = &writing->contents.list};
    snprintf(address.name, sizeof address.name, "%s", spec->name);
    snprintf(address.selector, sizeof address.selector, "v%lld", (long long)number);
    quire_status status = q_wandb_version_open(&writing->store->base, &address, &version, error);
    status = status ? status : q_wandb_version_scan(version, NULL, look, &self, error);
    if (!status && self.next < self.list->count) {
        status = q_error_set(error, QUIRE_CONFLICT,
                             "draft %s of '%s' is finished, as v%lld, without this part of writer "
                             "'%s'",
                             spec->distributed_id, spec->name, (long long)number, spec->writer);
    }
    if (version) {
        q_wandb_version_free(version);
    }
    return status;
}

/* --- upserting --- */

/* Without metadata, which would take the place of what others have said. */
static quire_status create(q_wandb_writing *writing, const quire_receipt *receipt,
                           q_wandb_draft *draft, q_wandb_made *made, quire_error *error) {
    const q_write_spec *spec = &writing->spec;
    const q_wandb_wish wish = {.name = spec->name,
                               .type = spec->type,
                               .digest = receipt->digest,
                               .notes = spec->notes,
                               .distributed_id = spec->distributed_id};
    quire_status status = q_wandb_create(writing->store, &wish, made, error);
    if (!status) {
        free(draft->artifact);
        draft->artifact = NULL;
        status = q_strdup(made->id, &draft->artifact, error);
    }
    return status;
}

/** Lay this part's metadata over what the artifact has. */
static quire_status add_metadata(q_wandb_writing *writing, const q_wandb_made *made,
                                 quire_error *error) {
    const char *there = q_wandb_text(made->artifact, "metadata");
    cJSON *united = NULL;
    q_wandb_notes notes = {0};
    if (!writing->spec.notes->metadata) {
        return QUIRE_OK;
    }
    quire_status status = q_wandb_unite_metadata(&united, there, error);
    status = status ? status : q_wandb_unite(&united, writing->spec.notes, error);
    status = status ? status : q_wandb_notes_make(united, &notes, error);
    const q_wandb_update update = {.metadata = notes.notes.metadata, .ttl = -1};
    status = status ? status : q_wandb_update_artifact(writing->store, made->id, &update, error);
    q_wandb_notes_free(&notes);
    cJSON_Delete(united);
    return status;
}

static quire_status upsert(q_wandb_writing *writing, q_wandb_draft *draft,
                           const quire_receipt *receipt, quire_error *error) {
    const q_write_spec *spec = &writing->spec;
    q_wandb_made made = {0};
    quire_status status = create(writing, receipt, draft, &made, error);
    bool is_late =
        !status && q_wandb_is_marked(q_wandb_text(made.latest, "metadata"), spec->distributed_id);
    if (is_late) {
        const char *id = q_wandb_text(made.latest, "id");
        char *artifact = NULL;
        draft->is_finished = true;
        status = q_strdup(id, &artifact, error);
        free(draft->artifact);
        draft->artifact = artifact;
        status = status
                     ? status
                     : check_late(writing, q_wandb_number(made.latest, "versionIndex", 0), error);
    } else if (!status && made.is_committed) {
        status = q_error_set(error, QUIRE_CONFLICT,
                             "W&B takes the part of writer '%s' for a version that is there",
                             spec->writer);
    } else if (!status) {
        status = add_metadata(writing, &made, error);
        status = status ? status
                        : q_wandb_fill(writing->store, made.id, Q_WANDB_PATCH, NULL,
                                       &writing->contents, NULL, error);
    }
    q_wandb_made_free(&made);
    return status;
}

static bool has_notes(const q_notes *notes) {
    return notes->description || notes->metadata || notes->ttl >= 0 || notes->alias_count > 0 ||
           notes->tag_count > 0 || notes->input_count > 0;
}

quire_status q_wandb_upsert(q_wandb_writing *writing, quire_receipt *receipt, quire_error *error) {
    q_wandb *store = writing->store;
    const q_write_spec *spec = &writing->spec;
    const q_wandb_draft_key key = {.name = spec->name, .distributed_id = spec->distributed_id};
    q_wandb_draft *draft = NULL;
    quire_receipt own = {0};
    quire_status status = q_wandb_receipt(&writing->contents.list, &own, error);
    status = status ? status : need_draft(store, spec, &draft, error);
    /* Who brings nothing has nothing to ask for. */
    if (!status && (writing->contents.list.count > 0 || has_notes(spec->notes))) {
        status = q_wandb_need_run(store, &key, error);
        status = status ? status : q_wandb_use_inputs(store, spec->notes, error);
        status = status ? status : upsert(writing, draft, &own, error);
    }
    status = status ? status : keep_part(draft, writing, &own, error);
    if (!status && receipt) {
        *receipt = own;
    }
    return status;
}
