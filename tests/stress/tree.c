/** @file See tree.h. */
#include "tree.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONTENTS 40
#define SIZE_MAX_CONTENT (((size_t)1 << 20) + 3)

uint64_t tree_mix(uint64_t value) {
    value += UINT64_C(0x9e3779b97f4a7c15);
    value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
    return value ^ (value >> 31);
}

static void add_part(tree *made, const char *folder, uint64_t seed) {
    size_t count = 3 + tree_mix(seed) % 8;
    for (size_t i = 0; i < count; i++) {
        tree_file *file = &made->files[made->count++];
        snprintf(file->path, sizeof file->path, "%s%u/f%02u", folder, (unsigned)(i % 3),
                 (unsigned)i);
        file->content = (unsigned)(tree_mix(seed * 31 + i) % CONTENTS);
    }
}

void tree_make(tree *made, uint64_t seed, bool joint, int writer) {
    memset(made, 0, sizeof *made);
    made->seed = seed;
    made->joint = joint;
    for (int w = 0; joint && w < TREE_WRITERS; w++) {
        char folder[16];
        snprintf(folder, sizeof folder, "w%d/d", w);
        if (writer < 0 || writer == w) {
            add_part(made, folder, seed * 7 + (uint64_t)w);
        }
    }
    if (!joint) {
        add_part(made, "d", seed);
    }
    if (!joint || writer <= 0) {
        snprintf(made->files[made->count++].path, sizeof made->files[0].path, "seed");
    }
}

/* The bytes of one file, freed by the caller. */
static char *bytes_of(const tree *from, const tree_file *file, size_t *size) {
    if (strcmp(file->path, "seed") == 0) {
        char *text = malloc(64);
        *size = text ? (size_t)snprintf(text, 64, "%d %" PRIu64 "\n", from->joint, from->seed) : 0;
        return text;
    }
    uint64_t state = tree_mix(file->content);
    *size = file->content == 0   ? SIZE_MAX_CONTENT
            : file->content == 1 ? 0
                                 : 10 + (size_t)(state % 3000);
    char *data = malloc(*size + 8);
    for (size_t at = 0; data && at < *size; at += 8) {
        state = tree_mix(state);
        memcpy(data + at, &state, 8);
    }
    return data;
}

static quire_status add_file(const tree *from, const tree_file *file, quire_artifact *artifact,
                             quire_error *error) {
    size_t size = 0;
    char *data = bytes_of(from, file, &size);
    quire_status status =
        data ? quire_artifact_add_buffer(artifact, file->path, data, size, NULL, error)
             : QUIRE_ERROR;
    free(data);
    return status;
}

quire_status tree_add(const tree *from, quire_artifact *artifact, quire_error *error) {
    quire_status status = QUIRE_OK;
    for (size_t i = 0; !status && i < from->count; i++) {
        status = add_file(from, &from->files[i], artifact, error);
    }
    return status;
}

static const tree_file *find(const tree *in, const char *path) {
    for (size_t i = 0; i < in->count; i++) {
        if (strcmp(in->files[i].path, path) == 0) {
            return &in->files[i];
        }
    }
    return NULL;
}

quire_status tree_patch(const tree *before, const tree *after, quire_artifact *artifact,
                        quire_error *error) {
    quire_status status = QUIRE_OK;
    for (size_t i = 0; !status && i < before->count; i++) {
        if (!find(after, before->files[i].path)) {
            status = quire_artifact_remove(artifact, before->files[i].path, error);
        }
    }
    for (size_t i = 0; !status && i < after->count; i++) {
        const tree_file *same = find(before, after->files[i].path);
        if (!same || same->content != after->files[i].content || strcmp(same->path, "seed") == 0) {
            status = add_file(after, &after->files[i], artifact, error);
        }
    }
    return status;
}

/* --- reading --- */

typedef struct comparing {
    const char *data;
    size_t size, at;
    bool differs;
} comparing;

static quire_status compare(void *context, const void *data, size_t size) {
    comparing *to = context;
    if (size > to->size - to->at || memcmp(to->data + to->at, data, size) != 0) {
        to->differs = true;
        return QUIRE_CONFLICT;
    }
    to->at += size;
    return QUIRE_OK;
}

typedef struct taking {
    char text[64];
    size_t size;
} taking;

static quire_status take(void *context, const void *data, size_t size) {
    taking *to = context;
    if (size >= sizeof to->text - to->size) {
        return QUIRE_CONFLICT;
    }
    memcpy(to->text + to->size, data, size);
    to->size += size;
    return QUIRE_OK;
}

static quire_status mixture(quire_version *version, const char *what, quire_error *error) {
    const quire_version_info *info = quire_version_get_info(version);
    snprintf(error->message, sizeof error->message, "%s:v%" PRId64 " is a mixture: %s", info->name,
             info->number, what);
    return QUIRE_CONFLICT;
}

quire_status tree_of(quire_version *version, tree *found, quire_error *error) {
    taking text = {.size = 0};
    int joint = 0;
    uint64_t seed = 0;
    quire_status status = quire_version_read(version, "seed", 0, UINT64_MAX, take, &text, error);
    if (!status && sscanf(text.text, "%d %" SCNu64, &joint, &seed) != 2) {
        return mixture(version, "seed", error);
    }
    tree_make(found, seed, joint != 0, -1);
    return status;
}

quire_status tree_check(quire_version *version, tree *found, quire_error *error) {
    quire_status status = tree_of(version, found, error);
    if (!status && quire_version_get_info(version)->entries != found->count) {
        return mixture(version, "the number of entries", error);
    }
    for (size_t i = 0; !status && i < found->count; i++) {
        comparing to = {.at = 0};
        char *data = bytes_of(found, &found->files[i], &to.size);
        to.data = data;
        status = data ? quire_version_read(version, found->files[i].path, 0, UINT64_MAX, compare,
                                           &to, error)
                      : QUIRE_ERROR;
        if (to.differs || status == QUIRE_NOT_FOUND || (!status && to.at != to.size)) {
            status = mixture(version, found->files[i].path, error);
        }
        free(data);
    }
    return status;
}
