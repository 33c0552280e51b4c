/** @file See stored_set.h. */
#include "manifest/stored_set.h"

void stored_set_open(stored_set *stored) {
    char object[Q_SHA256_HEX_SIZE];
    memory_io_open(&stored->memory);
    entry_set_fill(&stored->set, 300);
    entry_set_write(&stored->set, &stored->memory.io, &small_limits, &stored->root, object);
}

void stored_set_close(stored_set *stored) {
    q_root_free(&stored->root);
    entry_set_free(&stored->set);
    memory_io_close(&stored->memory);
}
