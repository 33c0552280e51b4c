/**
 * @file
 * Names that a filesystem takes for one: `File` and `file`, or two Unicode forms of one letter.
 *
 * A version may hold both. Where they are one, writing the second would replace the first, and a
 * download would end well with a file less than it says. Whether a folder is such a place is found
 * out by trying, since no call tells it for every filesystem.
 */
#ifndef Q_VERSION_SPELLING_H
#define Q_VERSION_SPELLING_H

#include <stdbool.h>

/** Whether a folder takes different names for one; true also when that cannot be found out. */
bool q_spelling_folds(int folder);

/**
 * Whether each component of a path that is there stands in its folder in just this spelling. What
 * cannot be listed counts as such.
 */
bool q_spelling_is_exact(int root, const char *path);

#endif
