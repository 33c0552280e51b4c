/** @file The nearest of some words to a mistyped one. */
#ifndef Q_CLI_SUGGEST_H
#define Q_CLI_SUGGEST_H

#include <stddef.h>

/** Zero-initialise; `word` is the nearest so far that is near enough to be meant, or NULL. */
typedef struct q_suggestion {
    const char *word;
    size_t distance;
} q_suggestion;

/** Consider `candidate` for what was typed. Keeps a pointer to it. */
void q_suggest(q_suggestion *nearest, const char *typed, size_t size, const char *candidate);

#endif
