/** @file What must not change: a tree of files around a target, and a way to see that none did. */
#ifndef HOSTILE_SENTINEL_H
#define HOSTILE_SENTINEL_H

/** Make the tree below a folder that is there: `outside/`, and an empty `out/`. */
void sentinel_make(const char *base);
/**
 * A text that changes with every change to anything below `base` but in `base/out`: names, kinds,
 * modes, times of change, sizes, contents, where links lead. Freed by the caller.
 */
char *sentinel_print(const char *base);

#endif
