/** @file A folder of a test's own, as its working directory, gone when the test is over. */
#ifndef TESTS_BASE_SCRATCH_H
#define TESTS_BASE_SCRATCH_H

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/unit.h"

static char scratch_folder[256];

static int scratch_drop(const char *path, const struct stat *info, int kind, struct FTW *level) {
    (void)info, (void)kind, (void)level;
    return remove(path);
}

static int scratch_make(void **state) {
    const char *base = getenv("TMPDIR");
    (void)state;
    snprintf(scratch_folder, sizeof scratch_folder, "%s/quire-XXXXXX", base ? base : "/tmp");
    return mkdtemp(scratch_folder) ? chdir(scratch_folder) : -1;
}

static int scratch_remove(void **state) {
    (void)state;
    return chdir("/") || nftw(scratch_folder, scratch_drop, 16, FTW_DEPTH | FTW_PHYS);
}

static void scratch_write(const char *file, const char *text) {
    FILE *out = fopen(file, "w");
    assert_non_null(out);
    assert_true(fputs(text, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

#endif
