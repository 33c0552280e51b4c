/** @file Memory, messages and hashes: see common.h. */
#include "crash/common.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void crash_fail(const char *what, const char *which) {
    fprintf(stderr, "crash_lost: %s: %s (%s)\n", what, which, strerror(errno));
    exit(125);
}

void *crash_grow(void *old, size_t size) {
    void *grown = realloc(old, size == 0 ? 1 : size);
    if (grown == NULL) {
        crash_fail("out of memory", "");
    }
    return grown;
}

void *crash_alloc(size_t size) {
    return memset(crash_grow(NULL, size), 0, size);
}

char *crash_join(const char *folder, const char *name) {
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = crash_alloc(size);
    snprintf(path, size, "%s%s%s", folder, folder[0] && name[0] ? "/" : "", name);
    return path;
}

uint64_t crash_hash(uint64_t hash, const void *data, size_t size) {
    const unsigned char *bytes = data;
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
    }
    return hash;
}
