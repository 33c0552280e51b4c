/**
 * @file
 * What a filesystem holds in memory and what of it is on the disk, by the least that POSIX
 * promises:
 *
 * - fsync of a file makes its data durable, not its name;
 * - fsync of a folder makes the names in it durable, not its own name, nor what they name;
 * - syncfs makes everything durable that was done before;
 * - whatever else was done may be on the disk or not, each step apart from all others: a rename is
 * a name that appears and one that goes, a name may be there without data or with some of it.
 *
 * A trace becomes a list of such steps, each with the event that did it and the event that made it
 * durable. A state is the base with some of the steps.
 */
#ifndef CRASH_MODEL_H
#define CRASH_MODEL_H

#include <stdbool.h>

#include "crash/trace.h"

#define MODEL_NEVER SIZE_MAX
#define MODEL_NONE SIZE_MAX

typedef enum model_kind {
    MODEL_ENTRY,
    MODEL_DATA,
    MODEL_SIZE
} model_kind;

typedef struct model_step {
    model_kind kind;
    size_t at;      /**< the event that did it */
    size_t durable; /**< the event after which it lasts, or MODEL_NEVER */
    size_t inode;   /**< of the file, or that the name names; MODEL_NONE: the name goes */
    size_t folder;  /**< of an entry */
    const char *name;
    int64_t offset; /**< of data; the size that a file is cut to */
    const char *data;
    size_t size;
} model_step;

typedef struct model_inode {
    bool folder;
    char *base; /**< its path in the base; NULL: it came with the trace */
} model_inode;

typedef struct model_name {
    size_t folder;
    const char *name;
    size_t inode;
} model_name;

/** Names in folders; inode 0 is the root. */
typedef struct model_tree {
    model_name *names;
    size_t count;
    size_t capacity;
} model_tree;

typedef struct model {
    model_inode *inodes;
    size_t inode_count;
    model_tree base;
    model_step *steps;
    size_t step_count;
    char **strings; /**< what the names are kept in */
    size_t string_count;
} model;

/** From a folder with the base and what was done to it. */
void model_make(model *to, const char *base, const crash_trace *trace);
void model_free(model *this);
void model_tree_copy(model_tree *to, const model_tree *from);
/** Do a step about a name. */
void model_tree_apply(model_tree *tree, const model_step *step);

#endif
