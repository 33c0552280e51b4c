/** @file What the tests of this folder include. */
#ifndef TESTS_WANDB_UNIT_H
#define TESTS_WANDB_UNIT_H

#include "base/unit.h"
#include "store/wandb/manifest.h"

/** A file of that content. */
void add_text(q_wandb_list *list, const char *path, const char *content, size_t size);
/** Parse a manifest in pieces of that many bytes. */
quire_status parse_text(q_wandb_list *list, const char *text, size_t size, size_t piece,
                        quire_error *error);

#endif
