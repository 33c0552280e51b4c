/**
 * @file
 * Edit distance, as taught: the fewest insertions, deletions and replacements of one byte
 * (Levenshtein 1966), one row at a time. A word counts as meant when at most a third of it, and
 * never more than two bytes, is off.
 */
#include "cli/suggest.h"

#include <string.h>

#define LONGEST 32

static size_t distance(const char *a, size_t a_size, const char *b, size_t b_size) {
    size_t row[LONGEST + 1];
    for (size_t j = 0; j <= b_size; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a_size; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_size; j++) {
            size_t best = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            best = row[j] + 1 < best ? row[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            row[j] = best;
        }
    }
    return row[b_size];
}

void q_suggest(q_suggestion *nearest, const char *typed, size_t size, const char *candidate) {
    size_t candidate_size = strlen(candidate);
    if (size == 0 || size > LONGEST || candidate_size > LONGEST) {
        return;
    }
    size_t far = distance(typed, size, candidate, candidate_size);
    size_t allowed = candidate_size >= 6 ? 2 : 1;
    if (far <= allowed && (!nearest->word || far < nearest->distance)) {
        nearest->word = candidate;
        nearest->distance = far;
    }
}
