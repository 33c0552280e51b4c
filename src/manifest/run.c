/** @file Runs: see run.h. */
#include "manifest/run.h"

#include <string.h>

#include "manifest/line.h"

#define PATH_MEMBER "{\"path\":\""

void q_run_free(q_run *run) {
    q_entry_box_free(&run->boxes[0]);
    q_entry_box_free(&run->boxes[1]);
}

quire_status q_run_next(void *context, const q_entry **entry, quire_error *error) {
    q_run *run = context;
    const char *line = NULL;
    size_t length = 0;
    *entry = NULL;
    quire_status status = q_line_next(run->text, run->size, &run->position, &line, &length, error);
    if (status != QUIRE_OK || !line) {
        return status;
    }
    q_entry_box *box = &run->boxes[run->given & 1];
    status = q_entry_parse_of(line, length, run->digests, box, error);
    const char *previous = run->given > 0 ? run->boxes[(run->given - 1) & 1].entry.path : NULL;
    if (status == QUIRE_OK && previous && strcmp(previous, box->entry.path) >= 0) {
        status = q_error_set(error, QUIRE_INTEGRITY, "path '%s' comes after path '%s'",
                             box->entry.path, previous);
    }
    if (status == QUIRE_OK) {
        run->given++;
        *entry = &box->entry;
    }
    return status;
}

/** A path without escapes ends at the next quote; whatever else is there, the parser takes. */
static quire_status take_path(const char *line, size_t length, q_entry_box *box, const char **path,
                              quire_error *error) {
    const char *start = line + sizeof PATH_MEMBER - 1;
    const char *quote = NULL;
    if (length > sizeof PATH_MEMBER && memcmp(line, PATH_MEMBER, sizeof PATH_MEMBER - 1) == 0) {
        quote = memchr(start, '"', length - (sizeof PATH_MEMBER - 1));
    }
    if (!quote || memchr(start, '\\', (size_t)(quote - start))) {
        quire_status status = q_entry_parse_of(line, length, Q_DIGEST_ANY, box, error);
        *path = box->entry.path;
        return status;
    }
    q_buffer_clear(&box->text);
    quire_status status = q_buffer_append(&box->text, start, (size_t)(quote - start), error);
    *path = box->text.data;
    return status;
}

quire_status q_run_path(const char *text, size_t size, size_t at, q_entry_box *box,
                        const char **path, size_t *next, quire_error *error) {
    const char *line = NULL;
    size_t length = 0;
    *next = at;
    *path = NULL;
    quire_status status = q_line_next(text, size, next, &line, &length, error);
    return status == QUIRE_OK && line ? take_path(line, length, box, path, error) : status;
}

/** Where the line that holds byte `at` begins. */
static size_t line_at(const char *text, size_t at) {
    const char *newline = at > 0 ? memrchr(text, '\n', at) : NULL;
    return newline ? (size_t)(newline - text) + 1 : 0;
}

quire_status q_run_find(const char *text, size_t size, const char *path, size_t *at,
                        quire_error *error) {
    q_entry_box box = {0};
    quire_status status = QUIRE_OK;
    size_t low = 0, high = size; /* both begin lines */
    while (status == QUIRE_OK && low < high) {
        const char *found = NULL;
        size_t next = 0;
        size_t middle = line_at(text, low + (high - low) / 2);
        status = q_run_path(text, size, middle, &box, &found, &next, error);
        if (status == QUIRE_OK && found && strcmp(found, path) < 0) {
            low = next;
        } else {
            high = middle;
        }
    }
    q_entry_box_free(&box);
    *at = low;
    return status;
}
