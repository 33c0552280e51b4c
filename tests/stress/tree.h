/**
 * @file
 * Trees of files that tell what they are: the file "seed" of a version names a seed, from which
 * every path and byte of that version follows. So a reader sees any mixture of two versions.
 */
#ifndef TESTS_STRESS_TREE_H
#define TESTS_STRESS_TREE_H

#include <quire/quire.h>
#include <stdbool.h>

#define TREE_FILES 48
#define TREE_WRITERS 3

typedef struct tree_file {
    char path[32];
    unsigned content; /* which of the contents that all trees share */
} tree_file;

typedef struct tree {
    uint64_t seed;
    bool joint; /* made by TREE_WRITERS writers */
    size_t count;
    tree_file files[TREE_FILES];
} tree;

uint64_t tree_mix(uint64_t value);
/** The whole tree, or (writer >= 0) the part of one writer of a joint one. */
void tree_make(tree *made, uint64_t seed, bool joint, int writer);
/** Add all files to an artifact. */
quire_status tree_add(const tree *from, quire_artifact *artifact, quire_error *error);
/** Add and remove what makes `after` out of `before`. */
quire_status tree_patch(const tree *before, const tree *after, quire_artifact *artifact,
                        quire_error *error);
/** Learn which tree a version is. */
quire_status tree_of(quire_version *version, tree *found, quire_error *error);
/** Read every byte of a version and compare. QUIRE_CONFLICT: it is not the tree it says. */
quire_status tree_check(quire_version *version, tree *found, quire_error *error);

#endif
