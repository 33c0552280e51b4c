/**
 * @file
 * Edit distance: the fewest insertions, deletions and replacements of one byte and swaps of two
 * neighbours that turn one word into the other (Damerau 1964, in its restricted form), kept as
 * three rows of the usual table. A word counts as meant when it is one such step away, a long one
 * two.
 */
#include "cli/suggest.h"

#include <string.h>

#define LONGEST 32

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

static size_t distance(const char *a, size_t a_size, const char *b, size_t b_size) {
    size_t rows[3][LONGEST + 1];
    for (size_t j = 0; j <= b_size; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= a_size; i++) {
        const size_t *before = rows[(i + 1) % 3];
        const size_t *above = rows[(i - 1) % 3];
        size_t *row = rows[i % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_size; j++) {
            row[j] = above[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = least(row[j], least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = least(row[j], before[j - 2] + 1);
            }
        }
    }
    return rows[a_size % 3][b_size];
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
