/** @file Names of one folder: see names.h. */
#include "mpi/names.h"

#include <stdlib.h>
#include <string.h>

static char *behind_head(const q_names *names) {
    return (char *)(names + 1);
}

static char *path_of(const q_names *names) {
    return behind_head(names) + names->depth * sizeof(q_folder_id);
}

static char *text_of(const q_names *names) {
    return path_of(names) + names->folder;
}

static size_t block_size(const q_names *head) {
    return sizeof *head + head->depth * sizeof(q_folder_id) + head->folder + (size_t)head->size;
}

/** A block of this shape, nothing behind its head yet. */
static q_names *make(const q_names *head) {
    q_names *names = malloc(block_size(head));
    if (names) {
        *names = *head;
    }
    return names;
}

quire_status q_names_new(const q_names *above, q_folder_id id, const char *path, q_names **names,
                         quire_error *error) {
    q_names head = {.folder = (uint32_t)strlen(path) + 1, .depth = above ? above->depth + 1 : 1};
    *names = make(&head);
    if (!*names) {
        return q_error_memory(error);
    }
    size_t known = (head.depth - 1) * sizeof id;
    if (above) {
        memcpy(behind_head(*names), behind_head(above), known);
    }
    memcpy(behind_head(*names) + known, &id, sizeof id);
    memcpy(path_of(*names), path, head.folder);
    return QUIRE_OK;
}

/** What stands between the head and the names: the same in all blocks of a folder. */
static size_t middle(const q_names *names) {
    return (size_t)(text_of(names) - behind_head(names));
}

quire_status q_names_with(const q_names *folder, const char *text, size_t size, size_t count,
                          q_names **names, quire_error *error) {
    q_names head = *folder;
    head.count = (uint32_t)count;
    head.at = 0;
    head.size = (uint32_t)size;
    *names = make(&head);
    if (!*names) {
        return q_error_memory(error);
    }
    memcpy(behind_head(*names), behind_head(folder), middle(folder));
    memcpy(text_of(*names), text, size);
    return QUIRE_OK;
}

const char *q_names_folder(const q_names *names) {
    return path_of(names);
}

bool q_names_lead_from(const q_names *names, q_folder_id id) {
    for (uint32_t i = 0; i < names->depth; i++) {
        q_folder_id above;
        memcpy(&above, behind_head(names) + i * sizeof above, sizeof above);
        if (above.device == id.device && above.inode == id.inode) {
            return true;
        }
    }
    return false;
}

const char *q_names_take(q_names *names) {
    const char *name = text_of(names) + names->at;
    names->at += (uint32_t)strlen(name) + 1;
    names->count--;
    return name;
}

quire_status q_names_give(q_names *names, size_t count, q_buffer *out, quire_error *error) {
    const char *first = text_of(names) + names->at, *end = first;
    for (size_t i = 0; i < count; i++) {
        end += strlen(end) + 1;
    }
    q_names head = *names;
    head.count = (uint32_t)count;
    head.at = 0;
    head.size = (uint32_t)(end - first);
    /* All of it or nothing: what is half there could not be told from what follows. */
    quire_status status = q_buffer_reserve(out, block_size(&head), error);
    if (status == QUIRE_OK) {
        (void)q_buffer_append(out, &head, sizeof head, error);
        (void)q_buffer_append(out, behind_head(names), middle(names), error);
        (void)q_buffer_append(out, first, head.size, error);
        names->at += head.size;
        names->count -= head.count;
    }
    return status;
}

/** Whether the block that `data` begins with is whole: texts end where they should. */
static bool is_whole(const q_names *head, const char *data, size_t size) {
    size_t before = sizeof *head + head->depth * sizeof(q_folder_id);
    if (head->at != 0 || head->count == 0 || head->folder == 0 || block_size(head) > size ||
        memchr(data + before, '\0', head->folder) != data + before + head->folder - 1) {
        return false;
    }
    const char *at = data + before + head->folder, *end = at + head->size;
    for (uint32_t i = 0; i < head->count; i++) {
        const char *nul = memchr(at, '\0', (size_t)(end - at));
        if (!nul) {
            return false;
        }
        at = nul + 1;
    }
    return at == end;
}

quire_status q_names_receive(const char *data, size_t size, q_names **names, size_t *used,
                             quire_error *error) {
    q_names head = {0};
    if (size >= sizeof head) {
        memcpy(&head, data, sizeof head);
    }
    if (size < sizeof head || !is_whole(&head, data, size)) {
        return q_error_set(error, QUIRE_INTEGRITY, "names of a folder came damaged");
    }
    *used = block_size(&head);
    *names = malloc(*used);
    if (!*names) {
        return q_error_memory(error);
    }
    memcpy(*names, data, *used);
    return QUIRE_OK;
}
