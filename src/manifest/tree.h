/**
 * @file
 * Whether paths form a tree: no path is a folder of another. A manifest that breaks this could not
 * be written to a disk.
 */
#ifndef Q_MANIFEST_TREE_H
#define Q_MANIFEST_TREE_H

#include "manifest/reader.h"

/** For paths in ascending order. Zero-initialise. */
typedef struct q_tree {
    q_buffer last;   /* the path before */
    size_t *lengths; /* of those prefixes of `last` that are paths themselves */
    size_t count, capacity;
} q_tree;

void q_tree_free(q_tree *tree);
/** Take the next path. QUIRE_CONFLICT when an earlier one is a folder of it; names both. */
quire_status q_tree_add(q_tree *tree, const char *path, quire_error *error);

/**
 * Look a path of a manifest up in it: none of its folders may be a path, nor may it be a folder.
 * @param previous the path probed before, whose folders need not be looked at again; NULL: none
 */
quire_status q_tree_probe(q_manifest_reader *reader, const char *path, const char *previous,
                          quire_error *error);

#endif
