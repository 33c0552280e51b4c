/**
 * @file
 * The walk. A folder's names are read and sorted at once and its descriptor closed again, so that
 * depth costs memory alone; the folders on the way down are a list in memory and not a recursion.
 * A loop is a folder that is one of those on the way to it.
 */
#include "artifact/walk.h"

#include <stdlib.h>
#include <string.h>

#include "artifact/look.h"
#include "base/buffer.h"

typedef struct level {
    q_buffer text; /**< the names, each with its NUL */
    const char **names;
    size_t count, next;
    size_t length; /**< of the path of this folder in walk.path, with the `/` */
    dev_t device;
    ino_t inode;
} level;

typedef struct walk {
    level *levels;
    size_t count, capacity;
    q_buffer path; /**< as the caller can open it */
    size_t root;   /**< bytes before what is below the folder */
    q_walk_callback callback;
    void *context;
} walk;

static void level_free(level *top) {
    q_buffer_free(&top->text);
    free(top->names);
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static quire_status read_names(DIR *folder, level *top, const char *name, quire_error *error) {
    quire_status status = QUIRE_OK;
    while (status == QUIRE_OK) {
        const char *found = NULL;
        status = q_look_next(folder, name, &found, error);
        if (status != QUIRE_OK || !found) {
            break;
        }
        status = q_buffer_append(&top->text, found, strlen(found) + 1, error);
        top->count += status == QUIRE_OK;
    }
    if (status != QUIRE_OK || top->count == 0) {
        return status;
    }
    top->names = calloc(top->count, sizeof *top->names);
    if (!top->names) {
        return q_error_memory(error);
    }
    const char *at = top->text.data;
    for (size_t i = 0; i < top->count; i++, at += strlen(at) + 1) {
        top->names[i] = at;
    }
    qsort(top->names, top->count, sizeof *top->names, compare_names);
    return QUIRE_OK;
}

static quire_status check_loop(const walk *w, const struct stat *status, quire_error *error) {
    for (size_t i = 0; i < w->count; i++) {
        if (w->levels[i].device == status->st_dev && w->levels[i].inode == status->st_ino) {
            return q_look_loop(w->path.data, error);
        }
    }
    return QUIRE_OK;
}

/** Go down into the folder that walk.path names. */
static quire_status enter(walk *w, const struct stat *status, quire_error *error) {
    quire_status done = check_loop(w, status, error);
    if (done != QUIRE_OK) {
        return done;
    }
    if (w->count == w->capacity) {
        size_t capacity = w->capacity ? w->capacity * 2 : 16;
        level *levels = reallocarray(w->levels, capacity, sizeof *levels);
        if (!levels) {
            return q_error_memory(error);
        }
        w->levels = levels;
        w->capacity = capacity;
    }
    DIR *folder = NULL;
    done = q_look_open(w->path.data, &folder, error);
    if (done != QUIRE_OK) {
        return done;
    }
    level top = {.device = status->st_dev, .inode = status->st_ino};
    done = read_names(folder, &top, w->path.data, error);
    closedir(folder); /* only read from: nothing can be lost */
    if (done == QUIRE_OK && w->path.data[w->path.size - 1] != '/') {
        done = q_buffer_append(&w->path, "/", 1, error);
    }
    if (done != QUIRE_OK) {
        level_free(&top);
        return done;
    }
    top.length = w->path.size;
    w->levels[w->count++] = top;
    return QUIRE_OK;
}

static quire_status visit(walk *w, const char *name, quire_error *error) {
    struct stat status;
    quire_status done = q_buffer_append_string(&w->path, name, error);
    if (done != QUIRE_OK) {
        return done;
    }
    const char *path = w->path.data + w->root;
    done = q_look(w->path.data, path, &status, error);
    if (done != QUIRE_OK) {
        return done;
    }
    return S_ISDIR(status.st_mode) ? enter(w, &status, error)
                                   : w->callback(w->context, w->path.data, path, &status, error);
}

static quire_status begin(walk *w, const char *folder, quire_error *error) {
    struct stat status;
    quire_status done = q_look_root(folder, &status, error);
    if (done == QUIRE_OK) {
        done = q_buffer_append_string(&w->path, folder, error);
    }
    if (done == QUIRE_OK) {
        done = enter(w, &status, error);
    }
    w->root = w->path.size;
    return done;
}

quire_status q_walk(const char *folder, q_walk_callback callback, void *context,
                    quire_error *error) {
    walk w = {.callback = callback, .context = context};
    quire_status status = begin(&w, folder, error);
    while (status == QUIRE_OK && w.count > 0) {
        level *top = &w.levels[w.count - 1];
        if (top->next == top->count) {
            level_free(top);
            w.count--;
            continue;
        }
        w.path.size = top->length;
        w.path.data[w.path.size] = '\0';
        status = visit(&w, top->names[top->next++], error);
    }
    while (w.count > 0) {
        level_free(&w.levels[--w.count]);
    }
    free(w.levels);
    q_buffer_free(&w.path);
    return status;
}
