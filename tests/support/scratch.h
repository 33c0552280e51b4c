/** @file A folder for one test, and looking at what is in it. */
#ifndef SCRATCH_H
#define SCRATCH_H

#include <stdbool.h>
#include <stddef.h>

/** Paths of files below the current scratch folder; each result is good until the fourth call after
 *  it. */
const char *scratch(const char *below);

/** cmocka fixtures: make a new scratch folder, remove it with all that it holds. */
int scratch_setup(void **state);
int scratch_teardown(void **state);

void scratch_write(const char *below, const char *text);
/** Whether the file holds this text and is a regular file. */
bool scratch_holds(const char *below, const char *text);
/** Whether nothing is there, not even a dangling link. */
bool scratch_absent(const char *below);
/** How many things (files, folders, links) lie below a folder. */
size_t scratch_count(const char *below);

#endif
