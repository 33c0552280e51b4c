/** @file Ranges: see ranges.h. */
#include "manifest/ranges.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "manifest/chunk.h"
#include "manifest/run.h"

/** A record at most, but for its path: letter, number, blank, NUL. */
#define RECORD_EXTRA 32

/** One record of a sample. */
typedef struct sample {
    const char *path;
    uint64_t weight;
    bool is_boundary;
} sample;

typedef struct sampling {
    const char *text;
    size_t size;
    size_t told; /**< the bytes of the text that records tell of */
    size_t room;
    q_entry_box box;
    q_sha256 *sha;
    q_buffer *out;
} sampling;

static quire_status record(sampling *self, char letter, size_t at, const char *path,
                           quire_error *error) {
    quire_status status =
        q_buffer_printf(self->out, error, "%c%zu %s", letter, at - self->told, path);
    if (status == QUIRE_OK) {
        status = q_buffer_append(self->out, "", 1, error);
    }
    self->told = at;
    return status;
}

/** Look for the next boundary from the line at `*at` on; `*at` is then behind it, or `size`. */
static quire_status next_boundary(sampling *self, size_t *at, quire_error *error) {
    quire_status status = QUIRE_OK;
    bool found = false;
    while (status == QUIRE_OK && !found && *at < self->size) {
        const char *path = NULL;
        size_t here = *at;
        status = q_run_path(self->text, self->size, here, &self->box, &path, at, error);
        if (status == QUIRE_OK) {
            status = q_chunk_is_boundary(self->sha, Q_CHUNK_AVERAGE, path, &found, error);
        }
        if (status == QUIRE_OK && found && strlen(path) + RECORD_EXTRA <= self->room) {
            self->room -= strlen(path) + RECORD_EXTRA;
            status = record(self, 'b', here, path, error);
        }
    }
    return status;
}

static quire_status last_path(sampling *self, const char **path, quire_error *error) {
    size_t next = 0, last = self->size - 1;
    while (last > 0 && self->text[last - 1] != '\n') {
        last--;
    }
    return q_run_path(self->text, self->size, last, &self->box, path, &next, error);
}

/** Take the room of the last record off before any other; without it there is none. */
static quire_status reserve_end(sampling *self, bool *fits, quire_error *error) {
    const char *path = NULL;
    quire_status status = last_path(self, &path, error);
    *fits = status == QUIRE_OK && strlen(path) + RECORD_EXTRA <= self->room;
    self->room -= *fits ? strlen(path) + RECORD_EXTRA : 0;
    return status;
}

/** What comes behind the last boundary lies before the end. */
static quire_status record_end(sampling *self, quire_error *error) {
    const char *path = NULL;
    quire_status status = last_path(self, &path, error);
    return status == QUIRE_OK ? record(self, 'e', self->size, path, error) : status;
}

quire_status q_ranges_sample(const char *text, size_t size, uint64_t entries, size_t most,
                             size_t room, q_buffer *out, quire_error *error) {
    sampling self = {.text = text, .size = size, .room = room, .out = out};
    if (size == 0) {
        return QUIRE_OK;
    }
    /* A look for one boundary goes over some Q_CHUNK_AVERAGE lines. */
    uint64_t looks = entries / Q_CHUNK_AVERAGE + 1;
    looks = looks < most ? looks : most;
    bool ends = false;
    size_t at = 0;
    quire_status status = q_sha256_new(&self.sha, error);
    status = status == QUIRE_OK ? reserve_end(&self, &ends, error) : status;
    for (uint64_t i = 0; status == QUIRE_OK && i < looks && at < size; i++) {
        size_t from = (size_t)((double)size / (double)looks * (double)i);
        if (from > at) { /* to the next line */
            const char *newline = memchr(text + from, '\n', size - from);
            at = newline ? (size_t)(newline - text) + 1 : size;
        }
        status = next_boundary(&self, &at, error);
    }
    if (status == QUIRE_OK && ends) {
        status = record_end(&self, error);
    }
    q_sha256_free(self.sha);
    q_entry_box_free(&self.box);
    return status;
}

static int compare(const void *a, const void *b) {
    const sample *one = a, *other = b;
    int order = strcmp(one->path, other->path);
    /* Of equal ones the boundary first: it can begin a range, whatever the others weigh. */
    return order ? order : (int)other->is_boundary - (int)one->is_boundary;
}

/** The record at `*at`, and move behind it. */
static quire_status read_record(const char *samples, size_t size, size_t *at, sample *into,
                                quire_error *error) {
    const char *start = samples + *at;
    const char *end = memchr(start, '\0', size - *at);
    char *rest = NULL;
    if (end && (*start == 'b' || *start == 'e') && start[1] >= '0' && start[1] <= '9') {
        into->weight = strtoull(start + 1, &rest, 10);
    }
    if (!rest || *rest != ' ') {
        return q_error_set(error, QUIRE_INTEGRITY, "a sample of paths is malformed");
    }
    into->is_boundary = *start == 'b';
    into->path = rest + 1;
    *at += (size_t)(end - start) + 1;
    return QUIRE_OK;
}

static quire_status read_samples(const char *samples, size_t size, sample **list, size_t *count,
                                 quire_error *error) {
    size_t records = 0, at = 0;
    quire_status status = QUIRE_OK;
    for (size_t i = 0; i < size; i++) {
        records += samples[i] == '\0';
    }
    *list = calloc(records + 1, sizeof **list);
    *count = 0;
    if (!*list) {
        return q_error_memory(error);
    }
    while (status == QUIRE_OK && at < size) {
        status = read_record(samples, size, &at, *list + *count, error);
        *count += status == QUIRE_OK;
    }
    return status;
}

quire_status q_ranges_choose(const char *samples, size_t size, size_t ranges, q_buffer *out,
                             quire_error *error) {
    sample *list = NULL;
    size_t count = 0, begun = 1;
    double total = 0, before = 0;
    const char *last = "";
    quire_status status = read_samples(samples, size, &list, &count, error);
    if (status == QUIRE_OK) {
        qsort(list, count, sizeof *list, compare);
    }
    for (size_t i = 0; status == QUIRE_OK && i < count; i++) {
        total += (double)list[i].weight;
    }
    for (size_t i = 0; status == QUIRE_OK && i < count && begun < ranges; i++) {
        before += (double)list[i].weight;
        /* As soon as the ranges so far weigh their share, save for half of one. */
        if (list[i].is_boundary && strcmp(list[i].path, last) != 0 &&
            before * (double)ranges >= total * ((double)begun - 0.5)) {
            last = list[i].path;
            status = q_buffer_append(out, last, strlen(last) + 1, error);
            begun++;
        }
    }
    free(list);
    return status;
}

/** Append the line whose path is the first `length` bytes of `first`, if there is one. */
static quire_status guard(const char *text, size_t size, const char *first, size_t length,
                          q_entry_box *box, q_buffer *out, quire_error *error) {
    q_buffer prefix = {0};
    size_t at = 0, next = 0;
    const char *path = NULL;
    quire_status status = q_buffer_append(&prefix, first, length, error);
    if (status == QUIRE_OK) {
        status = q_run_find(text, size, prefix.data, &at, error);
    }
    if (status == QUIRE_OK && at < size) {
        status = q_run_path(text, size, at, box, &path, &next, error);
    }
    if (status == QUIRE_OK && path && strcmp(path, prefix.data) == 0) {
        status = q_buffer_append(out, text + at, next - at, error);
    }
    q_buffer_free(&prefix);
    return status;
}

quire_status q_ranges_guards(const char *text, size_t size, const char *first, q_buffer *out,
                             quire_error *error) {
    q_entry_box box = {0};
    quire_status status = QUIRE_OK;
    /* "p/…" comes behind `first`, and "p" before it, only if `first` begins with "p" and goes on
     * with a byte that is no greater than a slash. */
    for (size_t i = 1; status == QUIRE_OK && first[0] && first[i]; i++) {
        if ((unsigned char)first[i] <= '/') {
            status = guard(text, size, first, i, &box, out, error);
        }
    }
    q_entry_box_free(&box);
    return status;
}
