/**
 * @file
 * A store that only writes down what is asked of it, so that the artifact layer is tested without a
 * repository. Each call is one line of `calls`; contents of at most 100 bytes are shown in full.
 */
#ifndef TESTS_ARTIFACT_FAKE_STORE_H
#define TESTS_ARTIFACT_FAKE_STORE_H

#include "base/buffer.h"
#include "store/store.h"

typedef struct fake {
    quire_store store; /* first: the head of every implementation */
    q_buffer calls;
    q_buffer stream;  /**< what the stream that was closed last had been given */
    const char *fail; /**< the call of this name fails; NULL: none */
    int stages, streams, writings, loads; /**< handles not yet freed */
    int renewals;
} fake;

void fake_begin(fake *f);
/** Frees, and fails the test when a handle was left behind. */
void fake_end(fake *f);
/** The calls since the last time, good until the next call. */
const char *fake_calls(fake *f);

#endif
