/**
 * @file
 * A k-way merge over a binary heap of streams, ordered by path and then by the streams' order, so
 * that of equal entries the lowest stream's comes first. Streams whose entry was given out are
 * advanced only at the next call: until then the entry is theirs and stays valid.
 */
#include "manifest/merge.h"

#include <stdlib.h>
#include <string.h>

struct q_merge {
    q_merge_input *inputs;
    const q_entry **current; /**< of each input */
    size_t count;
    size_t *heap;
    size_t heap_size;
    size_t *spent; /**< inputs that must be advanced */
    size_t spent_count;
};

quire_status q_merge_new(const q_merge_input *inputs, size_t count, q_merge **merge,
                         quire_error *error) {
    *merge = NULL;
    q_merge *new = calloc(1, sizeof *new);
    if (!new) {
        return q_error_memory(error);
    }
    size_t room = count ? count : 1;
    new->inputs = calloc(room, sizeof *new->inputs);
    new->current = calloc(room, sizeof *new->current);
    new->heap = calloc(room, sizeof *new->heap);
    new->spent = calloc(room, sizeof *new->spent);
    if (!new->inputs || !new->current || !new->heap || !new->spent) {
        q_merge_free(new);
        return q_error_memory(error);
    }
    new->count = new->spent_count = count;
    for (size_t i = 0; i < count; i++) {
        new->inputs[i] = inputs[i];
        new->spent[i] = i;
    }
    *merge = new;
    return QUIRE_OK;
}

void q_merge_free(q_merge *merge) {
    if (merge) {
        free(merge->inputs);
        free(merge->current);
        free(merge->heap);
        free(merge->spent);
        free(merge);
    }
}

static bool precedes(const q_merge *merge, size_t a, size_t b) {
    int order = strcmp(merge->current[a]->path, merge->current[b]->path);
    return order < 0 || (order == 0 && a < b);
}

static void push(q_merge *merge, size_t input) {
    size_t at = merge->heap_size++;
    while (at > 0) {
        size_t parent = (at - 1) / 2;
        if (!precedes(merge, input, merge->heap[parent])) {
            break;
        }
        merge->heap[at] = merge->heap[parent];
        at = parent;
    }
    merge->heap[at] = input;
}

static size_t pop(q_merge *merge) {
    size_t least = merge->heap[0];
    size_t moved = merge->heap[--merge->heap_size];
    size_t at = 0;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= merge->heap_size) {
            break;
        }
        if (child + 1 < merge->heap_size &&
            precedes(merge, merge->heap[child + 1], merge->heap[child])) {
            child++;
        }
        if (!precedes(merge, merge->heap[child], moved)) {
            break;
        }
        merge->heap[at] = merge->heap[child];
        at = child;
    }
    merge->heap[at] = moved;
    return least;
}

static quire_status advance(q_merge *merge, quire_error *error) {
    while (merge->spent_count > 0) {
        size_t input = merge->spent[merge->spent_count - 1];
        quire_status status =
            merge->inputs[input].next(merge->inputs[input].context, &merge->current[input], error);
        if (status != QUIRE_OK) {
            return status;
        }
        merge->spent_count--;
        if (merge->current[input]) {
            push(merge, input);
        }
    }
    return QUIRE_OK;
}

quire_status q_merge_next(q_merge *merge, const q_entry **entry, quire_error *error) {
    *entry = NULL;
    quire_status status = advance(merge, error);
    if (status != QUIRE_OK || merge->heap_size == 0) {
        return status;
    }
    size_t least = pop(merge);
    const q_entry *given = merge->current[least];
    merge->spent[merge->spent_count++] = least;
    while (merge->heap_size > 0 && strcmp(merge->current[merge->heap[0]]->path, given->path) == 0) {
        size_t other = pop(merge);
        merge->spent[merge->spent_count++] = other;
        if (!q_entry_same(merge->current[other], given)) {
            return q_error_set(error, QUIRE_CONFLICT,
                               "path '%s' has different content from writer '%s' and writer '%s'",
                               given->path, merge->inputs[least].name, merge->inputs[other].name);
        }
    }
    *entry = given;
    return QUIRE_OK;
}
