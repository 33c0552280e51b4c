/**
 * @file
 * Stands in for libFuzzer where that is not linked: runs a target over files and folders of files,
 * and says how many there were. An empty corpus fails, as it would prove nothing.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"

static int run_file(const char *path) {
    FILE *file = fopen(path, "rb");
    struct stat status;
    if (!file || fstat(fileno(file), &status)) {
        perror(path);
        return 1;
    }
    size_t size = (size_t)status.st_size;
    /* Exactly as large as the input, so that a sanitizer sees the first byte read behind it. */
    uint8_t *data = malloc(size ? size : 1);
    int failed = !data || fread(data, 1, size, file) != size;
    fclose(file);
    if (failed) {
        fprintf(stderr, "%s: cannot be read\n", path);
    } else {
        fprintf(stderr, "%s\n", path); /* the last line before a crash names the culprit */
        LLVMFuzzerTestOneInput(data, size);
    }
    free(data);
    return failed;
}

static int run_folder(const char *path, size_t *count) {
    struct dirent **names = NULL;
    int failed = 0;
    int found = scandir(path, &names, NULL, alphasort);
    if (found < 0) {
        perror(path);
        return 1;
    }
    for (int i = 0; i < found; i++) {
        char file[4096];
        if (names[i]->d_name[0] != '.') {
            snprintf(file, sizeof file, "%s/%s", path, names[i]->d_name);
            failed |= run_file(file);
            ++*count;
        }
        free(names[i]);
    }
    free(names);
    return failed;
}

int main(int argc, char **argv) {
    size_t count = 0;
    int failed = 0;
    for (int i = 1; i < argc; i++) {
        struct stat status;
        if (stat(argv[i], &status) == 0 && S_ISDIR(status.st_mode)) {
            failed |= run_folder(argv[i], &count);
        } else {
            failed |= run_file(argv[i]);
            count++;
        }
    }
    printf("%zu inputs\n", count);
    return failed || count == 0;
}
