/** @file What the programs of this folder do when they cannot go on: say why, and exit with 125. */
#ifndef CRASH_COMMON_H
#define CRASH_COMMON_H

#include <stddef.h>
#include <stdint.h>

_Noreturn void crash_fail(const char *what, const char *which);
void *crash_alloc(size_t size);
void *crash_grow(void *old, size_t size);
char *crash_join(const char *folder, const char *name);

/** FNV-1a, to tell states and contents apart; begin with CRASH_HASH. */
#define CRASH_HASH UINT64_C(0xcbf29ce484222325)
uint64_t crash_hash(uint64_t hash, const void *data, size_t size);

#endif
