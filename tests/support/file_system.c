/** @file See file_system.h. The linker puts these functions before those they are called like;
 *  which of the two it is depends on the size of offsets. */
#include "support/file_system.h"

#include <string.h>
#include <sys/vfs.h>

/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
int __wrap_statfs(const char *file, struct statfs *system);
int __wrap_statfs64(const char *file, struct statfs *system);

static uint32_t told = FILE_SYSTEM_LOCAL;
static const char *lost;

void file_system_set(uint32_t kind) {
    told = kind;
}

void file_system_lose(const char *name) {
    lost = name;
}

int __wrap_statfs(const char *file, struct statfs *system) {
    memset(system, 0, sizeof *system);
    system->f_type = told;
    return file[0] == '\0' || (lost && strstr(file, lost)) ? -1 : 0;
}

int __wrap_statfs64(const char *file, struct statfs *system) {
    return __wrap_statfs(file, system);
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
