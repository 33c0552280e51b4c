/** @file Looking up paths: see lookup.h. */
#include "manifest/lookup.h"

#include <stdlib.h>
#include <string.h>

#include "manifest/run.h"

struct q_manifest_lookup {
    const q_manifest_io *io;
    const q_root *root;
    size_t loaded; /**< the index of the chunk in `text`; SIZE_MAX: none */
    q_buffer text;
    size_t begin;     /**< of the first entry's line */
    size_t at, next;  /**< the line that was reached, and the one behind it */
    const char *path; /**< of the line that was reached, kept in `reached`; NULL: not looked at */
    q_buffer asked;   /**< what was looked up last: all lines before the one reached are less */
    q_entry_box reached, found;
};

quire_status q_manifest_lookup_new(const q_manifest_io *io, const q_root *root,
                                   q_manifest_lookup **lookup, quire_error *error) {
    *lookup = calloc(1, sizeof **lookup);
    if (!*lookup) {
        return q_error_memory(error);
    }
    (*lookup)->io = io;
    (*lookup)->root = root;
    (*lookup)->loaded = SIZE_MAX;
    return QUIRE_OK;
}

void q_manifest_lookup_free(q_manifest_lookup *lookup) {
    if (lookup) {
        q_buffer_free(&lookup->text);
        q_buffer_free(&lookup->asked);
        q_entry_box_free(&lookup->reached);
        q_entry_box_free(&lookup->found);
        free(lookup);
    }
}

static void go_to(q_manifest_lookup *lookup, size_t at) {
    lookup->at = at;
    lookup->path = NULL;
}

static quire_status load(q_manifest_lookup *lookup, size_t index, quire_error *error) {
    if (lookup->loaded == index) {
        return QUIRE_OK;
    }
    quire_status status =
        q_chunk_load(lookup->io, &lookup->root->chunks[index], &lookup->text, error);
    status = status ? status : q_chunk_header(&lookup->text, &lookup->begin, error);
    if (status == QUIRE_OK) {
        lookup->loaded = index;
        go_to(lookup, lookup->begin);
    }
    return status;
}

/** Look at the line that was reached. No path: it is the end. */
static quire_status look(q_manifest_lookup *lookup, quire_error *error) {
    return lookup->path ? QUIRE_OK
                        : q_run_path(lookup->text.data, lookup->text.size, lookup->at,
                                     &lookup->reached, &lookup->path, &lookup->next, error);
}

/** Go to the first line, in the loaded chunk, whose path is not less. */
static quire_status advance(q_manifest_lookup *lookup, const char *path, quire_error *error) {
    if (lookup->at > lookup->begin && strcmp(path, lookup->asked.data) < 0) {
        go_to(lookup, lookup->begin);
    }
    q_buffer_clear(&lookup->asked);
    quire_status status = q_buffer_append_string(&lookup->asked, path, error);
    status = status ? status : look(lookup, error);
    while (status == QUIRE_OK && lookup->path && strcmp(lookup->path, path) < 0) {
        go_to(lookup, lookup->next);
        status = look(lookup, error);
    }
    return status;
}

quire_status q_manifest_lookup_find(q_manifest_lookup *lookup, const char *path,
                                    const q_entry **entry, quire_error *error) {
    const q_root *root = lookup->root;
    size_t index = q_root_find(root, path);
    *entry = NULL;
    if (index >= root->chunk_count || strcmp(path, root->chunks[index].first) < 0) {
        return QUIRE_OK;
    }
    quire_status status = load(lookup, index, error);
    status = status ? status : advance(lookup, path, error);
    if (status == QUIRE_OK && lookup->path && strcmp(lookup->path, path) == 0) {
        status = q_entry_parse(lookup->text.data + lookup->at, lookup->next - lookup->at - 1,
                               &lookup->found, error);
        *entry = status == QUIRE_OK ? &lookup->found.entry : NULL;
    }
    if (status != QUIRE_OK) {
        lookup->loaded = SIZE_MAX;
        q_error_prefix(error, "chunk %s", root->chunks[index].object);
    }
    return status;
}
