/**
 * @file
 * Adding local files, folders and buffers. Nothing is read here, unless a path is there already;
 * the one read of each byte happens when the artifact is committed.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "artifact/artifact.h"
#include "artifact/look.h"
#include "artifact/walk.h"

quire_status q_artifact_check_open(const quire_artifact *artifact, const char *path,
                                   quire_error *error) {
    for (const quire_file *file = artifact->open; file; file = file->next) {
        if (strcmp(file->path, path) == 0) {
            return q_error_set(error, QUIRE_CONFLICT, "path '%s' is still being written", path);
        }
    }
    return QUIRE_OK;
}

quire_status q_artifact_add(quire_artifact *artifact, const char *path, q_item *item,
                            quire_error *error) {
    item->path = NULL;
    quire_status status = q_name_check_path(path, error);
    if (status == QUIRE_OK) {
        status = q_artifact_check_open(artifact, path, error);
    }
    if (status == QUIRE_OK) {
        status = q_strdup(path, &item->path, error);
    }
    if (status != QUIRE_OK) {
        q_item_free(item);
        return status;
    }
    return q_entries_add(&artifact->entries, item, error);
}

static quire_status check_arguments(const quire_artifact *artifact, const void *source,
                                    const char *what, const quire_add_options *options,
                                    quire_error *error) {
    quire_status status = q_require(artifact, "artifact", error);
    if (status == QUIRE_OK) {
        status = q_require(source, what, error);
    }
    return status == QUIRE_OK ? q_add_options_check(options, error) : status;
}

static quire_status see(const char *file, quire_seen *seen, quire_error *error) {
    struct stat now;
    if (stat(file, &now) != 0) {
        return errno == ENOENT || errno == ENOTDIR
                   ? q_error_set(error, QUIRE_INCOMPLETE, "%s does not exist", file)
                   : q_error_errno(error, errno, "%s cannot be examined", file);
    }
    *seen = q_look_seen(&now);
    return S_ISREG(now.st_mode)
               ? QUIRE_OK
               : q_error_set(error, QUIRE_ERROR, "%s is %s", file,
                             S_ISDIR(now.st_mode) ? "a folder" : "not a regular file");
}

/** Size, and what else is to be kept of a look. */
static quire_status take_seen(q_item *item, const quire_seen *seen, bool is_enough,
                              quire_error *error) {
    item->size = seen->size;
    if (!is_enough || seen->inode == 0) {
        return QUIRE_OK;
    }
    item->seen = malloc(sizeof *item->seen);
    if (!item->seen) {
        return q_error_memory(error);
    }
    *item->seen = *seen;
    return QUIRE_OK;
}

quire_status quire_artifact_add_file(quire_artifact *artifact, const char *file, const char *path,
                                     const quire_add_options *options, quire_error *error) {
    quire_status status = check_arguments(artifact, file, "file", options, error);
    if (status != QUIRE_OK) {
        return status;
    }
    static const quire_add_options defaults = {0};
    const quire_add_options *how = options ? options : &defaults;
    q_item item = {.kind = Q_ITEM_FILE, .is_promised = how->link};
    quire_seen seen = {0};
    if (how->seen) {
        seen = *how->seen;
    } else {
        status = see(file, &seen, error);
    }
    status = status ? status : q_strdup(file, &item.from.file, error);
    if (status == QUIRE_OK) {
        status = take_seen(&item, &seen, how->as_now || how->seen, error);
    }
    if (status != QUIRE_OK) {
        q_item_free(&item);
        return status;
    }
    const char *slash = strrchr(file, '/');
    const char *base = slash ? slash + 1 : file;
    return q_artifact_add(artifact, path ? path : base, &item, error);
}

quire_status q_artifact_folder(quire_artifact *artifact, const char *folder, const char *prefix,
                               const q_folder **made, quire_error *error) {
    size_t length = strlen(folder);
    q_folder *record = malloc(sizeof *record + length + 2);
    if (!record) {
        return q_error_memory(error);
    }
    record->skip = prefix && *prefix ? strlen(prefix) + 1 : 0;
    memcpy(record->name, folder, length + 1);
    if (length > 0 && folder[length - 1] != '/') {
        memcpy(record->name + length, "/", 2);
    }
    record->next = artifact->folders;
    artifact->folders = record;
    *made = record;
    return QUIRE_OK;
}

quire_status q_path_join(q_buffer *out, const char *prefix, const char *path, quire_error *error) {
    q_buffer_clear(out);
    if (!prefix || !*prefix) {
        return q_buffer_append_string(out, path, error);
    }
    return q_buffer_printf(out, error, "%s/%s", prefix, path);
}

typedef struct addition {
    quire_artifact *artifact;
    const q_folder *folder;
    const char *prefix;
    bool is_promised, as_now;
    q_buffer path;
} addition;

static quire_status add_found(void *context, const char *file, const char *path,
                              const struct stat *status, quire_error *error) {
    addition *add = context;
    (void)file;
    quire_status done = q_path_join(&add->path, add->prefix, path, error);
    if (done != QUIRE_OK) {
        return done;
    }
    q_item item = {
        .kind = Q_ITEM_BELOW, .from.folder = add->folder, .is_promised = add->is_promised};
    const quire_seen seen = q_look_seen(status);
    done = take_seen(&item, &seen, add->as_now, error);
    if (done != QUIRE_OK) {
        return done;
    }
    return q_artifact_add(add->artifact, add->path.data, &item, error);
}

quire_status quire_artifact_add_dir(quire_artifact *artifact, const char *folder,
                                    const char *prefix, const quire_add_options *options,
                                    quire_error *error) {
    quire_status status = check_arguments(artifact, folder, "folder", options, error);
    if (status == QUIRE_OK && prefix && *prefix) {
        status = q_name_check_path(prefix, error);
    }
    addition add = {.artifact = artifact,
                    .prefix = prefix,
                    .is_promised = options && options->link,
                    .as_now = options && options->as_now};
    if (status == QUIRE_OK) {
        status = q_artifact_folder(artifact, folder, prefix, &add.folder, error);
    }
    if (status != QUIRE_OK) {
        return status;
    }
    size_t before = artifact->entries.count;
    status = q_walk(folder, add_found, &add, error);
    if (status != QUIRE_OK) {
        q_entries_cut(&artifact->entries, before);
    }
    q_buffer_free(&add.path);
    return status;
}

quire_status quire_artifact_add_buffer(quire_artifact *artifact, const char *path, const void *data,
                                       size_t size, const quire_add_options *options,
                                       quire_error *error) {
    quire_status status = check_arguments(artifact, path, "path", options, error);
    if (status == QUIRE_OK && size > 0) {
        status = q_require(data, "data", error);
    }
    if (status != QUIRE_OK) {
        return status;
    }
    q_item item = {.kind = Q_ITEM_BORROWED, .size = size, .from.data = data};
    if (size > 0 && !(options && options->borrow)) {
        void *copy = malloc(size);
        if (!copy) {
            return q_error_memory(error);
        }
        memcpy(copy, data, size);
        item.kind = Q_ITEM_BUFFER;
        item.from.data = copy;
    }
    return q_artifact_add(artifact, path, &item, error);
}
