/**
 * @file
 * Making one manifest by many processes: the share of one. What the store does is reading its part,
 * and writing a range; what lies between is done here, on the lines of shards in memory.
 */
#include <quire/merge.h>
#include <stdlib.h>
#include <string.h>

#include "artifact/artifact.h"
#include "artifact/merge.h"
#include "manifest/ranges.h"
#include "manifest/run.h"

#define SAMPLES_MAX 64 /* boundaries that one part tells of */

/** What the own part has of a range. */
typedef struct piece {
    const char *first; /**< NULL: of the first range */
    size_t from, to;   /**< of the lines */
    q_buffer copy;     /**< guards, then the lines; empty when there are no guards */
} piece;

typedef struct taken {
    q_run run;
    char *writer;
} taken;

struct quire_merge {
    quire_store *store;
    q_merging *merging;
    q_buffer lines; /**< of the own part */
    uint64_t entries;
    q_buffer sample, choice, firsts, told;
    piece *pieces;
    size_t ranges;
    taken *runs;
    size_t count, capacity;
    bool written;
};

q_merging *q_merge_of_store(const struct quire_merge *merge) {
    return merge->merging;
}

static void free_runs(quire_merge *merge) {
    for (size_t i = 0; i < merge->count; i++) {
        q_run_free(&merge->runs[i].run);
        free(merge->runs[i].writer);
    }
    free(merge->runs);
    merge->runs = NULL;
    merge->count = merge->capacity = 0;
}

static void free_pieces(quire_merge *merge) {
    for (size_t i = 0; i < merge->ranges; i++) {
        q_buffer_free(&merge->pieces[i].copy);
    }
    free(merge->pieces);
    merge->pieces = NULL;
    merge->ranges = 0;
}

void quire_merge_free(quire_merge *merge) {
    if (merge) {
        free_runs(merge);
        free_pieces(merge);
        if (merge->merging) {
            merge->store->ops->merge_free(merge->merging);
        }
        q_buffer_free(&merge->lines);
        q_buffer_free(&merge->sample);
        q_buffer_free(&merge->choice);
        q_buffer_free(&merge->firsts);
        q_buffer_free(&merge->told);
        free(merge);
    }
}

static quire_status check(quire_store *store, quire_artifact *artifact, const char *distributed_id,
                          const char *writer, quire_error *error) {
    quire_status status = q_require(store, "store", error);
    status = status ? status : q_require(artifact, "artifact", error);
    status = status ? status : q_require(distributed_id, "distributed_id", error);
    status = status ? status : q_require(writer, "writer", error);
    status = status ? status : q_name_check_id("distributed_id", distributed_id, error);
    return status ? status : q_name_check_id("writer", writer, error);
}

quire_status quire_merge_open(quire_store *store, quire_artifact *artifact,
                              const char *distributed_id, const char *writer, int leads,
                              quire_merge **merge, quire_error *error) {
    quire_status status = check(store, artifact, distributed_id, writer, error);
    status = status ? status : q_require(merge, "place for the handle", error);
    if (status) {
        return status;
    }
    *merge = NULL;
    if (!store->ops->merge_open) {
        return QUIRE_OK;
    }
    quire_merge *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->store = store;
    const q_merging_spec spec = {artifact->name, distributed_id, writer, leads != 0};
    status =
        store->ops->merge_open(store, &spec, &made->merging, &made->lines, &made->entries, error);
    if (status || !made->merging) {
        quire_merge_free(made);
        return status;
    }
    *merge = made;
    return QUIRE_OK;
}

quire_status quire_merge_sample(quire_merge *merge, size_t most, const void **data, size_t *size,
                                quire_error *error) {
    quire_status status = q_require(merge, "merge", error);
    if (status) {
        return status;
    }
    q_buffer_clear(&merge->sample);
    status = q_ranges_sample(merge->lines.data, merge->lines.size, merge->entries, SAMPLES_MAX,
                             most, &merge->sample, error);
    *data = merge->sample.data;
    *size = merge->sample.size;
    return status;
}

quire_status quire_merge_choose(quire_merge *merge, const void *samples, size_t samples_size,
                                size_t ranges, const void **data, size_t *size,
                                quire_error *error) {
    quire_status status = q_require(merge, "merge", error);
    if (status) {
        return status;
    }
    q_buffer_clear(&merge->choice);
    status = q_ranges_choose(samples, samples_size, ranges, &merge->choice, error);
    *data = merge->choice.data;
    *size = merge->choice.size;
    return status;
}

/* What lies before a range, and ends the one before it. */
static quire_status begin_range(quire_merge *merge, piece *at, const char *first,
                                quire_error *error) {
    const q_buffer *lines = &merge->lines;
    quire_status status = q_run_find(lines->data, lines->size, first, &at->from, error);
    at->first = first;
    at[-1].to = at->from;
    return status ? status : q_ranges_guards(lines->data, lines->size, first, &at->copy, error);
}

static quire_status complete(quire_merge *merge, quire_error *error) {
    quire_status status = QUIRE_OK;
    for (size_t i = 0; !status && i < merge->ranges; i++) {
        piece *at = &merge->pieces[i];
        if (at->copy.size > 0 && at->to > at->from) {
            status =
                q_buffer_append(&at->copy, merge->lines.data + at->from, at->to - at->from, error);
        }
    }
    return status;
}

quire_status quire_merge_split(quire_merge *merge, const void *choice, size_t choice_size,
                               size_t *ranges, quire_error *error) {
    size_t count = 1;
    quire_status status = q_require(merge, "merge", error);
    if (status) {
        return status;
    }
    const char *text = choice;
    if (choice_size > 0 && text[choice_size - 1] != '\0') {
        return q_error_set(error, QUIRE_USAGE, "the choice of ranges is cut short");
    }
    for (size_t i = 0; i < choice_size; i++) {
        count += text[i] == '\0';
    }
    free_pieces(merge);
    q_buffer_clear(&merge->firsts);
    status = q_buffer_append(&merge->firsts, choice_size ? text : "", choice_size, error);
    merge->pieces = status ? NULL : calloc(count, sizeof *merge->pieces);
    if (!merge->pieces) {
        return status ? status : q_error_memory(error);
    }
    merge->ranges = count;
    merge->pieces[count - 1].to = merge->lines.size;
    const char *first = merge->firsts.data;
    for (size_t i = 1; !status && i < count; i++, first += strlen(first) + 1) {
        status = begin_range(merge, &merge->pieces[i], first, error);
    }
    *ranges = count;
    return status ? status : complete(merge, error);
}

void quire_merge_piece(const quire_merge *merge, size_t range, const void **data, size_t *size) {
    const piece *at = merge && range < merge->ranges ? &merge->pieces[range] : NULL;
    *data = NULL;
    *size = 0;
    if (at && at->copy.size > 0) {
        *data = at->copy.data;
        *size = at->copy.size;
    } else if (at && at->to > at->from) {
        *data = merge->lines.data + at->from;
        *size = at->to - at->from;
    }
}

quire_status quire_merge_take(quire_merge *merge, const char *writer, const void *data, size_t size,
                              quire_error *error) {
    quire_status status = q_require(merge, "merge", error);
    status = status ? status : q_require(writer, "writer", error);
    if (status || size == 0) {
        return status;
    }
    if (merge->count == merge->capacity) {
        size_t capacity = merge->capacity ? 2 * merge->capacity : 16;
        taken *grown = reallocarray(merge->runs, capacity, sizeof *grown);
        if (!grown) {
            return q_error_memory(error);
        }
        merge->runs = grown;
        merge->capacity = capacity;
    }
    taken *into = &merge->runs[merge->count];
    *into = (taken){.run = {.text = data, .size = size, .digests = merge->store->digests}};
    status = q_strdup(writer, &into->writer, error);
    merge->count += status == QUIRE_OK;
    return status;
}

/* The runs in the order in which they were taken: which placement wins depends on it. */
static quire_status write_range(quire_merge *merge, const char *first, quire_error *error) {
    q_merge_input *inputs = calloc(merge->count + 1, sizeof *inputs);
    if (!inputs) {
        return q_error_memory(error);
    }
    for (size_t i = 0; i < merge->count; i++) {
        inputs[i] = (q_merge_input){&merge->runs[i].run, q_run_next, merge->runs[i].writer};
    }
    quire_status status = merge->store->ops->merge_write(merge->merging, inputs, merge->count,
                                                         first, &merge->told, error);
    free(inputs);
    return status;
}

quire_status quire_merge_write(quire_merge *merge, size_t range, const void **data, size_t *size,
                               quire_error *error) {
    quire_status status = q_require(merge, "merge", error);
    if (status) {
        return status;
    }
    if (merge->written || (merge->count > 0 && range >= merge->ranges)) {
        return q_error_set(error, QUIRE_USAGE,
                           merge->written ? "a range was written already"
                                          : "there is no such range");
    }
    merge->written = true;
    status = write_range(merge, merge->count > 0 ? merge->pieces[range].first : NULL, error);
    free_runs(merge);
    *data = merge->told.data;
    *size = merge->told.size;
    return status;
}

quire_status quire_merge_sync(quire_merge *merge, quire_error *error) {
    quire_status status = q_require(merge, "merge", error);
    return status ? status : merge->store->ops->merge_sync(merge->merging, error);
}

quire_status quire_merge_collect(quire_merge *merge, const void *data, size_t size,
                                 quire_error *error) {
    quire_status status = q_require(merge, "merge", error);
    return status ? status
                  : merge->store->ops->merge_collect(merge->merging, data ? data : "", size, error);
}
