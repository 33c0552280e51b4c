/**
 * @file
 * The walk. A folder's names are read and sorted at once and its descriptor closed again, so that
 * depth costs memory alone; the folders on the way down are a list in memory and not a recursion.
 * A loop is a folder that is one of those on the way to it.
 */
#include "artifact/walk.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/name.h"

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
        errno = 0;
        const struct dirent *found = readdir(folder);
        if (!found && errno != 0) {
            return q_error_errno(error, errno, "folder %s cannot be read", name);
        }
        if (!found) {
            break;
        }
        if (strcmp(found->d_name, ".") == 0 || strcmp(found->d_name, "..") == 0) {
            continue;
        }
        status = q_buffer_append(&top->text, found->d_name, strlen(found->d_name) + 1, error);
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
            return q_error_set(error, QUIRE_ERROR, "%s leads back into a folder that it is in",
                               w->path.data);
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
    DIR *folder = opendir(w->path.data);
    if (!folder) {
        return q_error_errno(error, errno, "folder %s cannot be read", w->path.data);
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

/** Why stat() found nothing under a name that the folder holds. */
static quire_status missing(const walk *w, int number, quire_error *error) {
    struct stat link;
    const char *file = w->path.data;
    if (number == ELOOP) {
        return q_error_set(error, QUIRE_ERROR, "%s is a loop of symbolic links", file);
    }
    if (number != ENOENT && number != ENOTDIR) {
        return q_error_errno(error, number, "%s cannot be examined", file);
    }
    if (lstat(file, &link) == 0 && S_ISLNK(link.st_mode)) {
        return q_error_set(error, QUIRE_INCOMPLETE, "%s is a dangling symbolic link", file);
    }
    return q_error_set(error, QUIRE_INCOMPLETE, "%s does not exist any more", file);
}

static const char *kind_name(mode_t mode) {
    if (S_ISFIFO(mode)) {
        return "a FIFO";
    }
    if (S_ISSOCK(mode)) {
        return "a socket";
    }
    return S_ISCHR(mode) || S_ISBLK(mode) ? "a device" : "not a regular file";
}

static quire_status visit(walk *w, const char *name, quire_error *error) {
    struct stat status;
    quire_status done = q_buffer_append_string(&w->path, name, error);
    if (done != QUIRE_OK) {
        return done;
    }
    if (stat(w->path.data, &status) != 0) {
        return missing(w, errno, error);
    }
    if (S_ISDIR(status.st_mode)) {
        return enter(w, &status, error);
    }
    if (!S_ISREG(status.st_mode)) {
        return q_error_set(error, QUIRE_ERROR, "%s is %s", w->path.data, kind_name(status.st_mode));
    }
    const char *path = w->path.data + w->root;
    done = q_name_check_path(path, error);
    return done == QUIRE_OK ? w->callback(w->context, w->path.data, path, &status, error) : done;
}

static quire_status begin(walk *w, const char *folder, quire_error *error) {
    struct stat status;
    if (stat(folder, &status) != 0) {
        return errno == ENOENT || errno == ENOTDIR
                   ? q_error_set(error, QUIRE_INCOMPLETE, "folder %s does not exist", folder)
                   : q_error_errno(error, errno, "folder %s cannot be examined", folder);
    }
    if (!S_ISDIR(status.st_mode)) {
        return q_error_set(error, QUIRE_ERROR, "%s is not a folder", folder);
    }
    quire_status done = q_buffer_append_string(&w->path, folder, error);
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
