/** @file The conformance suite over directories of each durability, memory, and wrapped memory. */
#include <stdlib.h>

#include "objects/cmocka_all.h"
#include "objects/conformance.h"
#include "objects/fs/fs.h"
#include "objects/fs_folder.h"
#include "objects/memory/memory.h"
#include "support/faults.h"

typedef struct directory {
    quire_durability durability;
    char *path;
} directory;

static q_objects *again_directory(void *context) {
    const directory *this = context;
    q_objects *objects = NULL;
    return q_objects_fs_open(this->path, false, this->durability, &objects, NULL) == QUIRE_OK
               ? objects
               : NULL;
}

static q_objects *open_directory(void *context) {
    directory *this = context;
    this->path = fs_folder_make();
    return again_directory(context);
}

static void close_directory(void *context, q_objects *objects) {
    directory *this = context;
    q_objects_free(objects);
    fs_folder_remove(this->path);
    free(this->path);
}

static q_objects *open_memory(void *context) {
    q_objects *objects = NULL;
    (void)context;
    return q_objects_memory_new(&objects, NULL) == QUIRE_OK ? objects : NULL;
}

static q_objects *open_faults(void *context) {
    q_objects *inner = open_memory(context), *objects = NULL;
    return faults_new(inner, &objects, NULL) == QUIRE_OK ? objects : NULL;
}

static void close_plain(void *context, q_objects *objects) {
    (void)context;
    q_objects_free(objects);
}

int main(void) {
    directory full = {.durability = QUIRE_DURABILITY_FULL};
    directory batch = {.durability = QUIRE_DURABILITY_BATCH};
    directory none = {.durability = QUIRE_DURABILITY_NONE};
    const conformance_subject subjects[] = {
        {"directory, full", open_directory, again_directory, close_directory, &full},
        {"directory, batch", open_directory, again_directory, close_directory, &batch},
        {"directory, none", open_directory, again_directory, close_directory, &none},
        {"memory", open_memory, NULL, close_plain, NULL},
        {"memory behind faults", open_faults, NULL, close_plain, NULL},
    };
    int failed = 0;
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
        failed += objects_conformance(&subjects[i]);
    }
    return failed;
}
