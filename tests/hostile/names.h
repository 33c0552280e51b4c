/** @file Names that an enemy would choose, and what quire does with each. */
#ifndef HOSTILE_NAMES_H
#define HOSTILE_NAMES_H

#include <stdbool.h>
#include <stddef.h>

typedef struct hostile_name {
    const char *text;
    size_t size;     /**< more than strlen() where it holds NUL */
    bool is_allowed; /**< odd, but a name below the target as any other */
} hostile_name;

extern const hostile_name hostile_names[];
extern const size_t hostile_name_count;

#endif
