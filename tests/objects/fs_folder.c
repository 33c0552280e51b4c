/** @file Temporary folders for tests of the filesystem. */
#include "objects/fs_folder.h"

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "objects/cmocka_all.h"

char *fs_folder_join(const char *path, const char *name) {
    char *joined = NULL;
    assert_true(asprintf(&joined, "%s/%s", path, name) > 0);
    return joined;
}

char *fs_folder_make(void) {
    const char *parent = getenv("TMPDIR");
    char *path = fs_folder_join(parent == NULL ? "/tmp" : parent, "quire-objects-XXXXXX");
    assert_non_null(mkdtemp(path));
    return path;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place) {
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

void fs_folder_remove(const char *path) {
    (void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

size_t fs_folder_count(const char *path, const char *below) {
    char *folder = fs_folder_join(path, below);
    DIR *directory = opendir(folder);
    size_t count = 0;
    const struct dirent *entry;
    free(folder);
    if (directory == NULL) {
        return 0;
    }
    while ((entry = readdir(directory)) != NULL) {
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    }
    (void)closedir(directory);
    return count;
}

void fs_folder_write(const char *path, const char *name, const char *text) {
    char *file = fs_folder_join(path, name);
    FILE *stream = fopen(file, "we");
    assert_non_null(stream);
    assert_int_equal(fputs(text, stream) < 0, 0);
    assert_int_equal(fclose(stream), 0);
    free(file);
}

q_objects *fs_folder_open(const char *path, quire_durability durability) {
    q_objects *objects = NULL;
    quire_error error = {0};
    if (q_objects_fs_open(path, true, durability, &objects, &error) != QUIRE_OK) {
        fail_msg("%s", error.message);
    }
    return objects;
}
