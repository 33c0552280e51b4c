/** @file One rank's part of a walk: see scan.h. */
#include "mpi/scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "artifact/look.h"

/* Within a folder the order is bytewise, so that `/` counts less than any byte of a name. */
bool q_scan_before(const char *a, const char *b) {
    while (*a && *a == *b) {
        a++;
        b++;
    }
    unsigned left = *a == '/' ? 1 : *a ? 1u + (unsigned char)*a : 0;
    unsigned right = *b == '/' ? 1 : *b ? 1u + (unsigned char)*b : 0;
    return left < right;
}

void q_scan_fail(q_scan *scan, const q_scan_failure *failure) {
    if (!scan->failed || q_scan_before(failure->path, scan->first.path)) {
        scan->failed = true;
        scan->is_new = true;
        scan->first = *failure;
    }
}

/** Whether what is there cannot matter any more. */
static bool is_too_late(const q_scan *scan, const char *path) {
    return scan->failed && !q_scan_before(path, scan->first.path);
}

static void note(q_scan *scan, const char *path, const quire_error *error) {
    q_scan_failure failure = {.error = *error};
    (void)snprintf(failure.path, sizeof failure.path, "%s", path);
    q_scan_fail(scan, &failure);
}

/** Make scan->path the name of something below the folder, and return the part below. */
static quire_status locate(q_scan *scan, const char *folder, const char *name, const char **below,
                           quire_error *error) {
    scan->path.size = scan->root;
    quire_status status = q_buffer_append_string(&scan->path, folder, error);
    if (status == QUIRE_OK) {
        status = q_buffer_append_string(&scan->path, name, error);
    }
    *below = status == QUIRE_OK ? scan->path.data + scan->root : NULL;
    return status;
}

static void close_folder(q_scan *scan) {
    if (scan->stream) {
        (void)closedir(scan->stream); /* only read from: nothing can be lost */
    }
    free(scan->open);
    scan->stream = NULL;
    scan->open = NULL;
}

/** Open the folder that scan->path names. */
static quire_status open_folder(q_scan *scan, const q_names *above, const struct stat *now,
                                quire_error *error) {
    quire_error wrong = {0};
    const q_folder_id id = {(uint64_t)now->st_dev, (uint64_t)now->st_ino};
    if (q_names_lead_from(above, id)) {
        (void)q_look_loop(scan->path.data, &wrong);
    } else if (q_look_open(scan->path.data, &scan->stream, &wrong) == QUIRE_OK) {
        quire_status status = q_buffer_append(&scan->path, "/", 1, error);
        return status ? status
                      : q_names_new(above, id, scan->path.data + scan->root, &scan->open, error);
    }
    note(scan, scan->path.data + scan->root, &wrong);
    return QUIRE_OK;
}

quire_status q_scan_begin(q_scan *scan, const char *folder, uint64_t large, quire_error *error) {
    *scan = (q_scan){.folder = folder, .large = large};
    quire_status status = q_buffer_append_string(&scan->path, folder, error);
    if (status == QUIRE_OK && scan->path.size > 0 && folder[scan->path.size - 1] != '/') {
        status = q_buffer_append(&scan->path, "/", 1, error);
    }
    scan->root = scan->path.size;
    return status;
}

quire_status q_scan_root(q_scan *scan, quire_error *error) {
    struct stat now;
    quire_error wrong = {0};
    if (q_look_root(scan->folder, &now, &wrong) != QUIRE_OK ||
        q_look_open(scan->folder, &scan->stream, &wrong) != QUIRE_OK) {
        note(scan, "", &wrong);
        return QUIRE_OK;
    }
    const q_folder_id id = {(uint64_t)now.st_dev, (uint64_t)now.st_ino};
    return q_names_new(NULL, id, "", &scan->open, error);
}

static quire_status push(q_scan *scan, q_names *names, quire_error *error) {
    if (scan->count == scan->capacity) {
        size_t capacity = scan->capacity ? scan->capacity * 2 : 16;
        q_names **blocks = reallocarray(scan->blocks, capacity, sizeof(q_names *));
        if (!blocks) {
            free(names);
            return q_error_memory(error);
        }
        scan->blocks = blocks;
        scan->capacity = capacity;
    }
    scan->blocks[scan->count++] = names;
    scan->pending += names->count;
    return QUIRE_OK;
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/** Names of scan->texts, in order, as a block of the open folder. */
static quire_status push_sorted(q_scan *scan, size_t count, quire_error *error) {
    const char *names[Q_SCAN_BLOCK] = {0}, *at = scan->texts.data;
    q_buffer sorted = {0};
    q_names *block = NULL;
    for (size_t i = 0; i < count; i++, at += strlen(at) + 1) {
        names[i] = at;
    }
    qsort(names, count, sizeof *names, compare_names);
    quire_status status = q_buffer_reserve(&sorted, scan->texts.size, error);
    for (size_t i = 0; status == QUIRE_OK && i < count; i++) {
        status = q_buffer_append(&sorted, names[i], strlen(names[i]) + 1, error);
    }
    if (status == QUIRE_OK) {
        status = q_names_with(scan->open, sorted.data, sorted.size, count, &block, error);
    }
    q_buffer_free(&sorted);
    return status ? status : push(scan, block, error);
}

/** Make scan->path the name of the open folder, as a message tells it. */
static quire_status locate_open(q_scan *scan, const char **name, const char **below,
                                quire_error *error) {
    quire_status status = locate(scan, q_names_folder(scan->open), "", below, error);
    *name = scan->folder;
    if (status == QUIRE_OK && **below) {
        scan->path.data[scan->path.size - 1] = '\0'; /* the last `/` */
        *name = scan->path.data;
    }
    return status;
}

/** Read a block of names of the open folder. */
static quire_status read_on(q_scan *scan, size_t *count, quire_error *error) {
    quire_error wrong = {0};
    const char *folder = NULL, *name = NULL, *below = NULL;
    *count = 0;
    q_buffer_clear(&scan->texts);
    quire_status status = locate_open(scan, &folder, &below, error);
    while (status == QUIRE_OK && *count < Q_SCAN_BLOCK) {
        if (q_look_next(scan->stream, folder, &name, &wrong) != QUIRE_OK) {
            note(scan, below, &wrong);
            name = NULL;
        }
        if (!name) {
            break;
        }
        status = q_buffer_append(&scan->texts, name, strlen(name) + 1, error);
        *count += status == QUIRE_OK;
    }
    if (status == QUIRE_OK && *count > 0) {
        status = push_sorted(scan, *count, error);
    }
    if (status != QUIRE_OK || !name) {
        close_folder(scan);
    }
    return status;
}

/** A name is not there: was it removed, or does this rank not see the folder at all? */
static void doubt_root(const q_scan *scan, quire_error *error) {
    struct stat now;
    quire_error root = {0};
    if (error->status == QUIRE_INCOMPLETE &&
        q_look_root(scan->folder, &now, &root) == QUIRE_INCOMPLETE) {
        *error = root;
    }
}

static quire_status look_at(q_scan *scan, q_names *names, quire_error *error) {
    struct stat now;
    quire_error wrong = {0};
    const char *below = NULL;
    quire_status status = locate(scan, q_names_folder(names), q_names_take(names), &below, error);
    scan->pending--;
    if (status != QUIRE_OK || is_too_late(scan, below)) {
        return status;
    }
    if (q_look(scan->path.data, below, &now, &wrong) != QUIRE_OK) {
        doubt_root(scan, &wrong);
        note(scan, below, &wrong);
        return QUIRE_OK;
    }
    if (S_ISDIR(now.st_mode)) {
        return open_folder(scan, names, &now, error);
    }
    const quire_seen seen = q_look_seen(&now);
    return q_finds_add(seen.size > scan->large ? &scan->large_files : &scan->files, below, &seen,
                       error);
}

quire_status q_scan_run(q_scan *scan, uint64_t most, quire_error *error) {
    quire_status status = QUIRE_OK;
    for (uint64_t done = 0; status == QUIRE_OK && done < most;) {
        if (scan->stream && is_too_late(scan, q_names_folder(scan->open))) {
            close_folder(scan);
        } else if (scan->stream) {
            size_t count = 0;
            status = read_on(scan, &count, error);
            done += 1 + count / Q_SCAN_READ;
        } else if (scan->count == 0) {
            break;
        } else {
            q_names *names = scan->blocks[scan->count - 1];
            status = look_at(scan, names, error);
            done++;
            if (names->count == 0) { /* before others come on top of it */
                free(names);
                scan->count--;
            }
        }
    }
    return status;
}

bool q_scan_is_busy(const q_scan *scan) {
    return scan->stream || scan->pending > 0;
}

quire_status q_scan_give(q_scan *scan, uint64_t count, q_buffer *out, quire_error *error) {
    quire_status status = QUIRE_OK;
    size_t empty = 0;
    for (size_t i = 0; status == QUIRE_OK && count > 0 && i < scan->count; i++) {
        q_names *names = scan->blocks[i];
        uint32_t some = count < names->count ? (uint32_t)count : names->count;
        if (some > 0) {
            status = q_names_give(names, some, out, error);
        }
        if (status == QUIRE_OK) {
            scan->pending -= some;
            count -= some;
        }
    }
    while (empty < scan->count && scan->blocks[empty]->count == 0) {
        free(scan->blocks[empty++]);
    }
    if (empty > 0) {
        scan->count -= empty;
        memmove(scan->blocks, scan->blocks + empty, scan->count * sizeof *scan->blocks);
    }
    return status;
}

quire_status q_scan_receive(q_scan *scan, const char *data, size_t size, quire_error *error) {
    quire_status status = QUIRE_OK;
    for (size_t at = 0; status == QUIRE_OK && at < size;) {
        q_names *names = NULL;
        size_t used = 0;
        status = q_names_receive(data + at, size - at, &names, &used, error);
        if (status == QUIRE_OK) {
            status = push(scan, names, error);
            at += used;
        }
    }
    return status;
}

void q_scan_free(q_scan *scan) {
    close_folder(scan);
    while (scan->count > 0) {
        free(scan->blocks[--scan->count]);
    }
    free(scan->blocks);
    q_finds_free(&scan->files);
    q_finds_free(&scan->large_files);
    q_buffer_free(&scan->path);
    q_buffer_free(&scan->texts);
    *scan = (q_scan){0};
}
