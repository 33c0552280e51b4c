/** @file A folder for one test. */
#include "support/scratch.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[256];
static size_t counted;

const char *scratch(const char *below) {
    static char paths[4][8192];
    static size_t next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s%s%s", folder, below[0] != '\0' ? "/" : "", below);
    return path;
}

int scratch_setup(void **state) {
    const char *base = getenv("TMPDIR");
    (void)state;
    snprintf(folder, sizeof folder, "%s/quire-scratch-XXXXXX", base != NULL ? base : "/tmp");
    return mkdtemp(folder) == NULL;
}

/** Removes what is in the folder `from`, or moves it to the folder `top` when it is a folder that
 * is not empty. Takes `from` over. */
static bool lift(int from, int top) {
    static unsigned long moved;
    DIR *stream = fdopendir(from);
    struct dirent *found;
    bool done = stream != NULL;
    char name[32];

    while (done && (found = readdir(stream)) != NULL) {
        if (strcmp(found->d_name, ".") == 0 || strcmp(found->d_name, "..") == 0) {
            continue;
        }
        if (unlinkat(from, found->d_name, 0) == 0 ||
            unlinkat(from, found->d_name, AT_REMOVEDIR) == 0) {
            continue;
        }
        snprintf(name, sizeof name, ".lifted-%lu", moved++);
        done = renameat(from, found->d_name, top, name) == 0;
    }
    if (stream != NULL) {
        closedir(stream);
    }
    return done;
}

/** Folder by folder, with no descriptor per level and no path: a test may build deeper than the
 *  one goes and longer than a system call takes. */
static bool empty_folder(const char *path) {
    int top = open(path, O_RDONLY | O_DIRECTORY);
    bool done = top >= 0, found_any = true;

    while (done && found_any) {
        DIR *stream = opendir(path);
        struct dirent *found;
        found_any = false;
        done = stream != NULL;
        while (done && (found = readdir(stream)) != NULL) {
            if (strcmp(found->d_name, ".") == 0 || strcmp(found->d_name, "..") == 0) {
                continue;
            }
            found_any = true;
            int inner = openat(top, found->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
            bool is_folder = inner >= 0;
            done = (!is_folder || lift(inner, top)) &&
                   unlinkat(top, found->d_name, is_folder ? AT_REMOVEDIR : 0) == 0;
        }
        if (stream != NULL) {
            closedir(stream);
        }
    }
    if (top >= 0) {
        close(top);
    }
    return done;
}

int scratch_teardown(void **state) {
    (void)state;
    return !empty_folder(folder) || rmdir(folder) != 0;
}

void scratch_write(const char *below, const char *text) {
    FILE *file = fopen(scratch(below), "w");
    if (file == NULL || fputs(text, file) == EOF || fclose(file) != 0) {
        perror(below);
        exit(1);
    }
}

bool scratch_holds(const char *below, const char *text) {
    struct stat status;
    char data[4096];

    if (lstat(scratch(below), &status) != 0 || !S_ISREG(status.st_mode)) {
        return false;
    }
    FILE *file = fopen(scratch(below), "r");
    if (file == NULL) {
        return false;
    }
    size_t size = fread(data, 1, sizeof data, file);
    fclose(file);
    return size == strlen(text) && memcmp(data, text, size) == 0;
}

bool scratch_absent(const char *below) {
    struct stat status;
    return lstat(scratch(below), &status) != 0;
}

static int count_one(const char *path, const struct stat *status, int kind, struct FTW *where) {
    (void)path;
    (void)status;
    (void)kind;
    counted += where->level > 0;
    return 0;
}

size_t scratch_count(const char *below) {
    counted = 0;
    return nftw(scratch(below), count_one, 16, FTW_PHYS) == 0 ? counted : (size_t)-1;
}
