/** @file Large files of a shared folder: see held.h. */
#include "mpi/held.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

void q_held_free(q_held *held) {
    for (size_t i = 0; i < held->count; i++) {
        free(held->files[i].path);
    }
    free(held->files);
    *held = (q_held){0};
}

static size_t smallest(const q_held *held) {
    size_t found = 0;
    for (size_t i = 1; i < held->count; i++) {
        if (held->files[i].bytes < held->files[found].bytes) {
            found = i;
        }
    }
    return found;
}

quire_status q_held_add(q_held *held, const char *path, uint64_t bytes, q_held_file *let_go,
                        quire_error *error) {
    q_held_file file = {.bytes = bytes};
    *let_go = (q_held_file){0};
    if (!held->files) {
        held->files = calloc(Q_HELD_MAX, sizeof *held->files);
    }
    if (!held->files) {
        return q_error_memory(error);
    }
    quire_status status = q_strdup(path, &file.path, error);
    if (status != QUIRE_OK) {
        return status;
    }
    if (held->count < Q_HELD_MAX) {
        held->files[held->count++] = file;
        return QUIRE_OK;
    }
    size_t least = smallest(held);
    if (held->files[least].bytes < bytes) {
        *let_go = held->files[least];
        held->files[least] = file;
    } else {
        *let_go = file;
    }
    return QUIRE_OK;
}

static int larger_first(const void *a, const void *b) {
    const q_held_file *left = a, *right = b;
    return left->bytes != right->bytes ? (left->bytes < right->bytes) - (left->bytes > right->bytes)
                                       : strcmp(left->path, right->path);
}

/* An eighth above the fair share is no harm: to divide a file costs some agreements, too. */
void q_held_decide(q_held *held, q_shares *shares) {
    uint64_t ranks = (uint64_t)shares->size, all = 0, divided = 0;
    if (held->count == 0) {
        return;
    }
    qsort(held->files, held->count, sizeof *held->files, larger_first);
    for (int r = 0; r < shares->size; r++) {
        all += shares->heap[r].load;
    }
    for (size_t i = 0; i < held->count; i++) {
        all += held->files[i].bytes;
    }
    uint64_t most = all / ranks + all / ranks / 8 + Q_SHARES_FILE_COST;
    for (size_t i = 0; i < held->count; i++) {
        q_held_file *file = &held->files[i];
        if (ranks > 1 && shares->heap[0].load + divided / ranks + file->bytes > most) {
            file->rank = Q_HELD_ALL;
            divided += file->bytes;
        } else {
            file->rank = q_shares_take(shares, file->bytes);
        }
    }
}
