/** @file Objects that are named by their own bytes, planted with all that leads to them. */
#ifndef TESTS_FUZZ_PLANT_H
#define TESTS_FUZZ_PLANT_H

#include "fuzz_store.h"

/** Make the input's lines (chunks separated by empty lines) the manifest of v0. */
void fuzz_plant_manifest(q_objects *objects, const fuzz_input *input);
/** Make the input the root of v0, whatever it is. */
void fuzz_plant_root(q_objects *objects, const fuzz_input *input);
/** Make the input's lines the shard of writer 0 of draft `open`. */
void fuzz_plant_shard(q_objects *objects, const fuzz_input *input);

#endif
