/**
 * @file
 * Whether paths form a tree: see tree.h. In bytewise order "a", "a-b", "a/x" follow one another, so
 * that a folder need not stand right before what is below it; but it is a prefix of all between.
 */
#include "manifest/tree.h"

#include <stdlib.h>
#include <string.h>

void q_tree_free(q_tree *tree) {
    q_buffer_free(&tree->last);
    free(tree->lengths);
    memset(tree, 0, sizeof *tree);
}

static quire_status push(q_tree *tree, size_t length, quire_error *error) {
    if (tree->count == tree->capacity) {
        size_t capacity = tree->capacity ? 2 * tree->capacity : 16;
        size_t *grown = realloc(tree->lengths, capacity * sizeof *grown);
        if (!grown) {
            return q_error_memory(error);
        }
        tree->lengths = grown;
        tree->capacity = capacity;
    }
    tree->lengths[tree->count++] = length;
    return QUIRE_OK;
}

static size_t common_prefix(const char *a, const char *b) {
    size_t length = 0;
    while (a[length] && a[length] == b[length]) {
        length++;
    }
    return length;
}

static quire_status is_folder(const char *folder, size_t size, const char *path,
                              quire_error *error) {
    return q_error_set(error, QUIRE_CONFLICT, "'%.*s' cannot be a file and the folder of '%s'",
                       (int)size, folder, path);
}

quire_status q_tree_add(q_tree *tree, const char *path, quire_error *error) {
    quire_status status = QUIRE_OK;
    if (tree->last.size > 0) {
        size_t common = common_prefix(tree->last.data, path);
        while (tree->count > 0 && tree->lengths[tree->count - 1] > common) {
            tree->count--;
        }
        if (common == tree->last.size) {
            status = push(tree, common, error);
        }
    }
    for (size_t i = 0; !status && i < tree->count; i++) {
        if (path[tree->lengths[i]] == '/') {
            status = is_folder(path, tree->lengths[i], path, error);
        }
    }
    q_buffer_clear(&tree->last);
    return status ? status : q_buffer_append_string(&tree->last, path, error);
}

/* The first path not less than the `size` bytes at `text`; NULL when there is none. */
static quire_status first_from(q_manifest_reader *reader, q_buffer *text, const char **found,
                               quire_error *error) {
    const q_entry *entry = NULL;
    quire_status status = q_manifest_reader_seek(reader, text->data, error);
    if (!status) {
        status = q_manifest_reader_next(reader, &entry, error);
    }
    *found = entry ? entry->path : NULL;
    return status;
}

quire_status q_tree_probe(q_manifest_reader *reader, const char *path, const char *previous,
                          quire_error *error) {
    q_buffer text = {0};
    const char *found = NULL;
    quire_status status = QUIRE_OK;
    size_t known = previous ? common_prefix(previous, path) : 0;
    for (const char *slash = strchr(path, '/'); !status && slash; slash = strchr(slash + 1, '/')) {
        size_t size = (size_t)(slash - path);
        if (size < known) { /* a folder of the previous path as well */
            continue;
        }
        q_buffer_clear(&text);
        status = q_buffer_append(&text, path, size, error);
        status = status ? status : first_from(reader, &text, &found, error);
        if (!status && found && strcmp(found, text.data) == 0) {
            status = is_folder(path, size, path, error);
        }
    }
    if (!status) {
        q_buffer_clear(&text);
        status = q_buffer_printf(&text, error, "%s/", path);
    }
    status = status ? status : first_from(reader, &text, &found, error);
    if (!status && found && strncmp(found, text.data, text.size) == 0) {
        status = is_folder(path, strlen(path), found, error);
    }
    q_buffer_free(&text);
    return status;
}
