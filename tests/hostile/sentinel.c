/** @file See sentinel.h. The names are those that escapes would hit: beside and above the target.
 */
#include "hostile/sentinel.h"

#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"

static q_buffer text;
static size_t base_size;

static void must(int failed, const char *what) {
    if (failed) {
        perror(what);
        exit(99);
    }
}

static void make_file(const char *base, const char *name, mode_t mode) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", base, name);
    FILE *file = fopen(path, "w");
    must(!file || fprintf(file, "precious %s", name) < 0 || fclose(file) || chmod(path, mode),
         path);
}

void sentinel_make(const char *base) {
    static const char *const folders[] = {"out", "outside", "outside/b", "out2", ".quire"};
    static const char *const files[] = {
        "x", "y", "passwd", "outside/x", "outside/b/file", "outside/file", "out2/x", "outx", "-rf"};
    char path[4096];
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        snprintf(path, sizeof path, "%s/%s", base, folders[i]);
        must(mkdir(path, 0755), path);
    }
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        make_file(base, files[i], i % 2 ? 0644 : 0600);
    }
    snprintf(path, sizeof path, "%s/link", base);
    must(symlink("x", path), path);
}

static void print_content(const char *path) {
    char data[4096];
    FILE *file = fopen(path, "r");
    must(!file, path);
    for (size_t got; (got = fread(data, 1, sizeof data, file)) > 0;) {
        must(q_buffer_append(&text, data, got, NULL) != QUIRE_OK, path);
    }
    fclose(file);
}

static int print_one(const char *path, const struct stat *status, int kind, struct FTW *where) {
    (void)kind;
    (void)where;
    const char *name = path + base_size;
    if (strcmp(name, "/out") == 0 || strncmp(name, "/out/", 5) == 0) {
        return 0;
    }
    must(q_buffer_printf(&text, NULL, "%s %o %" PRId64 ".%09ld %" PRId64 " ", name,
                         (unsigned)status->st_mode, (int64_t)status->st_mtim.tv_sec,
                         status->st_mtim.tv_nsec, (int64_t)status->st_nlink) != QUIRE_OK,
         path);
    if (S_ISREG(status->st_mode)) {
        print_content(path);
    } else if (S_ISLNK(status->st_mode)) {
        char to[4096];
        ssize_t size = readlink(path, to, sizeof to);
        must(size < 0 || q_buffer_append(&text, to, (size_t)size, NULL) != QUIRE_OK, path);
    }
    must(q_buffer_append(&text, "\n", 1, NULL) != QUIRE_OK, path);
    return 0;
}

char *sentinel_print(const char *base) {
    text = (q_buffer){0};
    base_size = strlen(base);
    must(nftw(base, print_one, 16, FTW_PHYS), base);
    char *printed = text.data;
    text = (q_buffer){0};
    return printed;
}
