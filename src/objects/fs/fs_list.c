/**
 * @file
 * Listing folders as they are read, with one open descriptor a level. A folder without an object
 * anywhere below is not shown: folders are an artefact of the filesystem, other objects have none.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "objects/fs/fs_internal.h"

#define KEY_MAX 1024

typedef struct listing {
    const q_fs *fs;
    bool deep;
    q_object_callback callback;
    void *context;
    char key[KEY_MAX + 2];
} listing;

/** What an entry of a folder is. */
typedef enum entry_kind {
    ENTRY_NOTHING,
    ENTRY_OBJECT,
    ENTRY_FOLDER,
    ENTRY_OTHER /**< a link, say, or nobody knows: what passed it over would take what is behind it
                     for absent, and gc would delete the contents */
} entry_kind;

/** Open a folder for reading it; NULL with errno set. */
static DIR *open_directory(int parent, const char *name) {
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    if (fd >= 0 && directory == NULL) {
        int number = errno;
        (void)close(fd);
        errno = number;
    }
    return directory;
}

static entry_kind kind_of(const DIR *directory, const struct dirent *entry) {
    struct stat status;
    if (!q_objects_is_component(entry->d_name)) {
        return ENTRY_NOTHING;
    }
    if (entry->d_type == DT_UNKNOWN) {
        if (fstatat(dirfd((DIR *)directory), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
            return errno == ENOENT ? ENTRY_NOTHING : ENTRY_OTHER;
        }
        return S_ISREG(status.st_mode)   ? ENTRY_OBJECT
               : S_ISDIR(status.st_mode) ? ENTRY_FOLDER
                                         : ENTRY_OTHER;
    }
    return entry->d_type == DT_REG   ? ENTRY_OBJECT
           : entry->d_type == DT_DIR ? ENTRY_FOLDER
                                     : ENTRY_OTHER;
}

/**
 * Whether an object (or what must not be passed over) lies below; an errno in `*number` when that
 * cannot be told. What is deeper than the `room` that a key has left is none.
 */
static bool has_object(int parent, const char *name, size_t room, int *number) {
    bool found = false;
    size_t size = strlen(name) + 1;
    if (size >= room) {
        return false;
    }
    DIR *directory = open_directory(parent, name);
    if (directory == NULL) {
        *number = errno == ENOENT || errno == ENOTDIR ? 0 : errno;
        return false;
    }
    while (!found && *number == 0) {
        errno = 0;
        const struct dirent *entry = readdir(directory);
        if (entry == NULL) {
            *number = errno;
            break;
        }
        entry_kind kind = kind_of(directory, entry);
        found = kind == ENTRY_OBJECT || kind == ENTRY_OTHER ||
                (kind == ENTRY_FOLDER &&
                 has_object(dirfd(directory), entry->d_name, room - size, number));
    }
    (void)closedir(directory);
    return found;
}

static quire_status list_error(const listing *list, int number, quire_error *error) {
    return q_error_errno(error, number, "cannot list %s in %s", list->key, list->fs->path);
}

/** A name alone needs no look at the object, which counts where each look goes to a server. */
static quire_status show_object(const listing *list, int folder, const char *name,
                                quire_error *error) {
    struct stat status;
    if (!list->deep) {
        q_object_info named = {.key = name};
        return list->callback(list->context, &named, error);
    }
    int number = q_fs_stat_at(folder, name, &status);
    if (number == ENOENT || number == ELOOP) {
        return QUIRE_OK; /* removed or exchanged meanwhile */
    }
    if (number != 0) {
        return list_error(list, number, error);
    }
    q_object_info info = {
        .key = list->key, .size = (uint64_t)status.st_size, .modified = q_fs_microseconds(&status)};
    return list->callback(list->context, &info, error);
}

static quire_status show_folder(listing *list, int parent, const char *name, size_t end,
                                quire_error *error) {
    int number = 0;
    if (!has_object(parent, name, KEY_MAX + 1 - end, &number)) {
        return number == 0 ? QUIRE_OK : list_error(list, number, error);
    }
    q_object_info info = {.key = list->key + end};
    return list->callback(list->context, &info, error);
}

/** List a folder; `end` bytes of `list->key` are its own key with a slash, or none. */
static quire_status list_folder(listing *list, int parent, const char *folder, size_t end,
                                quire_error *error) {
    quire_status status = QUIRE_OK;
    DIR *directory = open_directory(parent, folder);
    if (directory == NULL) {
        return errno == ENOENT || errno == ENOTDIR ? QUIRE_OK : list_error(list, errno, error);
    }
    while (status == QUIRE_OK) {
        errno = 0;
        const struct dirent *entry = readdir(directory);
        if (entry == NULL) {
            status = errno == 0 ? QUIRE_OK : list_error(list, errno, error);
            break;
        }
        size_t size = strlen(entry->d_name);
        entry_kind kind = kind_of(directory, entry);
        if (kind == ENTRY_NOTHING || end + size > KEY_MAX) {
            continue;
        }
        memcpy(list->key + end, entry->d_name, size + 1);
        if (kind == ENTRY_OTHER) {
            status = q_error_set(error, QUIRE_INTEGRITY, "%s in %s is neither a file nor a folder",
                                 list->key, list->fs->path);
        } else if (kind == ENTRY_OBJECT) {
            status = show_object(list, dirfd(directory), entry->d_name, error);
        } else {
            memcpy(list->key + end + size, "/", 2);
            status = list->deep
                         ? list_folder(list, dirfd(directory), entry->d_name, end + size + 1, error)
                         : show_folder(list, dirfd(directory), entry->d_name, end, error);
        }
        list->key[end] = '\0';
    }
    (void)closedir(directory);
    return status;
}

quire_status q_fs_list(q_objects *objects, const char *prefix, bool deep,
                       q_object_callback callback, void *context, quire_error *error) {
    listing list = {
        .fs = (const q_fs *)objects, .deep = deep, .callback = callback, .context = context};
    size_t size = strlen(prefix);
    int folder = -1;
    quire_error ignored;
    quire_status status =
        q_fs_open_folder(list.fs, prefix, size, false, &folder, error == NULL ? &ignored : error);
    if (status == QUIRE_NOT_FOUND) {
        return QUIRE_OK;
    }
    if (status == QUIRE_OK) {
        memcpy(list.key, prefix, size + 1);
        status = list_folder(&list, folder, ".", size, error);
        (void)close(folder);
    }
    return status;
}
