/** @file A folder with enough in it that several threads log it. */
#ifndef TESTS_STORE_LOAD_KIT_H
#define TESTS_STORE_LOAD_KIT_H

#include "store/repository_kit.h"

#define MIB ((size_t)1 << 20)
#define SMALL 600
#define LARGE 5
#define BLOBS 3 /* some of the large ones are equal */
#define ENTRIES (SMALL + LARGE + 2)

/** Write the files `tree/000` …, small ones of all sizes of which some are equal, and the large
 *  `tree/050-large`, `tree/150-large`, … */
void load_write(kit *k);
/** Write a small one as it was. */
void load_write_small(kit *k, int i);
/** An artifact of them, a buffer and a reference. */
quire_artifact *load_tree(kit *k, const char *name);

#endif
