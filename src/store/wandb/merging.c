/** @file Merging: see merging.h. */
#include "store/wandb/merging.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "manifest/merge.h"
#include "manifest/tree.h"
#include "store/wandb/draft.h"
#include "store/wandb/unite.h"

#define TOLD_MAX ((size_t)4 << 20)
#define TOLD_DEPTH 80

static q_wandb_merging *own(q_merging *merging) {
    return (q_wandb_merging *)merging;
}

void q_wandb_merge_free(q_merging *merging) {
    q_wandb_merging *self = own(merging);
    if (self) {
        if (self->draft) {
            self->draft->users--;
        }
        for (size_t i = 0; i < self->count; i++) {
            free(self->writers[i].name);
        }
        free(self->writers);
        cJSON_Delete(self->notes);
        free(self->artifact);
        free(self->writer);
        free(self);
    }
}

quire_status q_wandb_merge_open(quire_store *store, const q_merging_spec *spec, q_merging **merging,
                                q_buffer *lines, uint64_t *entries, quire_error *error) {
    q_wandb_draft *draft = q_wandb_draft_find(q_wandb_of(store), spec->name, spec->distributed_id);
    const q_wandb_part *part = q_wandb_draft_part(draft, spec->writer);
    if (!part) {
        return QUIRE_OK;
    }
    q_wandb_merging *made = calloc(1, sizeof *made);
    quire_status status = made ? QUIRE_OK : q_error_memory(error);
    status = status ? status : q_strdup(spec->writer, &made->writer, error);
    for (size_t i = 0; i < part->list.count && !status; i++) {
        char digest[Q_MD5_BASE64_SIZE];
        q_entry entry;
        q_wandb_list_entry(&part->list.items[i], digest, &entry);
        status = q_entry_print(lines, &entry, error);
    }
    if (status) {
        q_wandb_merge_free(made ? &made->base : NULL);
        return status;
    }
    made->base.store = store;
    made->draft = draft;
    draft->users++;
    draft->was_merged = true;
    *entries = part->list.count;
    *merging = &made->base;
    return QUIRE_OK;
}

/* --- a range --- */

typedef struct counts {
    uint64_t files, references;
} counts;

/* What comes before `first` belongs to another range, but may be in the way of what comes after. */
static quire_status count_all(q_merge *merge, const char *first, counts *found,
                              quire_error *error) {
    q_tree tree = {0};
    const q_entry *entry = NULL;
    quire_status status = QUIRE_OK;
    do {
        status = q_merge_next(merge, &entry, error);
        if (!status && entry) {
            status = q_tree_add(&tree, entry->path, error);
        }
        if (!status && entry && (!first || strcmp(entry->path, first) >= 0)) {
            found->files += !entry->ref;
            found->references += entry->ref != NULL;
        }
    } while (!status && entry);
    q_tree_free(&tree);
    return status;
}

static quire_status tell(const q_wandb_merging *self, const counts *found, q_buffer *told,
                         quire_error *error) {
    const q_wandb_draft *draft = self->draft;
    const q_wandb_part *part = q_wandb_draft_part(draft, self->writer);
    quire_status status = q_buffer_append_string(told, "{\"writer\":", error);
    status = status ? status : q_json_quote(told, self->writer, error);
    status = status ? status
                    : q_buffer_printf(told, error,
                                      ",\"digest\":\"%s\",\"files\":%" PRIu64
                                      ",\"references\":%" PRIu64 ",\"finished\":%s",
                                      part ? part->receipt.digest : "", found->files,
                                      found->references, draft->is_finished ? "true" : "false");
    if (!status && draft->artifact) {
        status = q_buffer_append_string(told, ",\"artifact\":", error);
        status = status ? status : q_json_quote(told, draft->artifact, error);
    }
    if (!status && draft->notes) {
        status = q_buffer_append_string(told, ",\"notes\":", error);
        status = status ? status : q_json_print(told, draft->notes, error);
    }
    return status ? status : q_buffer_append(told, "}\n", 2, error);
}

quire_status q_wandb_merge_write(q_merging *merging, const q_merge_input *inputs, size_t count,
                                 const char *first, q_buffer *told, quire_error *error) {
    q_merge *merge = NULL;
    counts found = {0};
    quire_status status = QUIRE_OK;
    if (count > 0) {
        status = q_merge_new(inputs, count, &merge, error);
        status = status ? status : count_all(merge, first, &found, error);
        q_merge_free(merge);
    }
    return status ? status : tell(own(merging), &found, told, error);
}

quire_status q_wandb_merge_sync(q_merging *merging, quire_error *error) {
    (void)merging;
    (void)error;
    return QUIRE_OK;
}

/* --- the finisher --- */

static quire_status keep_writer(q_wandb_merging *self, const char *name, const char *digest,
                                quire_error *error) {
    q_wandb_writer *grown = reallocarray(self->writers, self->count + 1, sizeof *grown);
    if (!grown) {
        return q_error_memory(error);
    }
    self->writers = grown;
    grown[self->count] = (q_wandb_writer){0};
    snprintf(grown[self->count].digest, sizeof grown->digest, "%s", digest);
    quire_status status = q_strdup(name, &grown[self->count].name, error);
    self->count += status == QUIRE_OK;
    return status;
}

static quire_status keep_artifact(q_wandb_merging *self, const char *artifact, quire_error *error) {
    if (!artifact) {
        return QUIRE_OK;
    }
    if (!self->artifact) {
        return q_strdup(artifact, &self->artifact, error);
    }
    return strcmp(self->artifact, artifact) == 0
               ? QUIRE_OK
               : q_error_set(error, QUIRE_CONFLICT,
                             "draft %s of '%s' was finished while its writers were at it",
                             self->draft->distributed_id, self->draft->name);
}

quire_status q_wandb_merge_collect(q_merging *merging, const char *told, size_t size,
                                   quire_error *error) {
    q_wandb_merging *self = own(merging);
    cJSON *line = NULL;
    const char *writer = NULL, *digest = NULL, *artifact = NULL;
    uint64_t files = 0, references = 0;
    size_t length = size > 0 && told[size - 1] == '\n' ? size - 1 : size;
    quire_status status = q_json_parse(told, length, TOLD_MAX, TOLD_DEPTH, &line, error);
    status = status ? status : q_json_string(line, "writer", &writer, error);
    status = status ? status : q_json_string(line, "digest", &digest, error);
    status = status ? status : q_json_uint(line, "files", &files, error);
    status = status ? status : q_json_uint(line, "references", &references, error);
    status = status ? status : q_json_string_or_null(line, "artifact", &artifact, error);
    if (status == QUIRE_INTEGRITY) {
        q_error_prefix(error, "what a writer tells of its part");
    }
    status = status ? status : keep_artifact(self, artifact, error);
    status = status ? status : keep_writer(self, writer, digest, error);
    if (!status) {
        self->files += files;
        self->references += references;
        self->is_finished =
            self->is_finished || cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(line, "finished"));
        status = q_wandb_unite_json(&self->notes, cJSON_GetObjectItemCaseSensitive(line, "notes"),
                                    error);
    }
    cJSON_Delete(line);
    return status;
}
