/** @file Objects of manifests in memory, counted. */
#ifndef TESTS_MANIFEST_MEMORY_IO_H
#define TESTS_MANIFEST_MEMORY_IO_H

#include "manifest/chunk.h"

typedef struct memory_object {
    char name[Q_SHA256_HEX_SIZE];
    q_buffer bytes;
} memory_object;

typedef struct memory_io {
    q_manifest_io io;
    memory_object *objects;
    size_t count;
    size_t loads, saves;
    bool trusting;    /**< give bytes out without comparing them with their name */
    size_t fail_save; /**< the save that fails, from 1; 0: none */
} memory_io;

void memory_io_open(memory_io *memory);
void memory_io_close(memory_io *memory);
/** The bytes of an object; fails the test when there is none. */
q_buffer *memory_io_find(memory_io *memory, const char *name);

#endif
