/**
 * @file
 * One state after a power cut: the base with some of the steps of a model, as a folder. Files are
 * hard links to a pool, so that a state costs its names only.
 */
#ifndef CRASH_STATE_H
#define CRASH_STATE_H

#include "crash/model.h"

/** What the disk has of a step. */
typedef enum state_choice {
    STATE_ABSENT,
    STATE_WHOLE,
    STATE_ZERO, /**< of data: the size, but not the bytes */
    STATE_HALF  /**< of data: the size, and the first half of the bytes */
} state_choice;

typedef struct state_content state_content;

typedef struct state {
    const model *model;
    const char *base;
    const char *pool;
    model_tree tree;
    uint64_t *content; /**< of each inode that came with the trace */
    state_content *known;
    size_t known_count;
} state;

void state_init(state *this, const model *of, const char *base, const char *pool);
void state_free(state *this);
/** Make the state that has of each of the first `count` steps what `choices` says. Returns a hash
 * by which states that differ at most in what tmp/ holds are equal: nobody reads that. */
uint64_t state_choose(state *this, const unsigned char *choices, size_t count);
/** Write it to `folder`, which is emptied before. */
void state_write(const state *this, const char *folder);

#endif
