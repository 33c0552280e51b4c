/** @file A set of entries and the manifest that was made of it, in memory. */
#ifndef TESTS_MANIFEST_STORED_SET_H
#define TESTS_MANIFEST_STORED_SET_H

#include "manifest/entry_set.h"
#include "manifest/memory_io.h"

typedef struct stored_set {
    memory_io memory;
    entry_set set;
    q_root root;
} stored_set;

/** Make one of 300 files in many chunks. */
void stored_set_open(stored_set *stored);
void stored_set_close(stored_set *stored);

#endif
