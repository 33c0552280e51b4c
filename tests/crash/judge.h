/**
 * @file
 * Whether a store after a power cut is as it was promised: sound; each version that is there is one
 * that was made, and whole; nothing of before is lost that stays; what was reported is there.
 */
#ifndef CRASH_JUDGE_H
#define CRASH_JUDGE_H

#include "crash/content.h"

typedef struct judge {
    content *references; /**< [0]: before; [n]: when n commands had reported; the last: after all */
    size_t reference_count;
    const char *need;  /**< of what was reported only names that begin with this; NULL: all */
    const char *again; /**< a program that gives the commands again to the store in QUIRE_STORE */
} judge;

/** From `work`/base, ref.1 … ref.N, after and again. */
void judge_init(judge *this, const char *work, size_t reports);
void judge_free(judge *this);
/** Look at a store when `reports` commands had reported; false with `why` filled when it is bad. */
bool judge_store(const judge *this, const char *store, size_t reports, char why[4096]);
/** Give the commands again, and look whether all is as if there had been no power cut. */
bool judge_again(const judge *this, const char *store, char why[4096]);

#endif
