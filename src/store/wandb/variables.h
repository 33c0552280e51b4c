/**
 * @file
 * The variables of a GraphQL request, written straight into JSON. The first failure stays: whoever
 * fills them looks at `status` once, at the end.
 */
#ifndef Q_WANDB_VARIABLES_H
#define Q_WANDB_VARIABLES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

#define Q_WANDB_DEPTH 8

/** Zero-initialise with `error`; free with q_variables_free(). */
typedef struct q_variables {
    q_buffer text;
    quire_status status;
    quire_error *error;
    char closing[Q_WANDB_DEPTH]; /**< of the objects and lists that are open */
    bool is_filled[Q_WANDB_DEPTH];
    int depth;
} q_variables;

void q_variables_free(q_variables *variables);

/* `name` is NULL in a list, and of the outermost object. */
void q_variables_object(q_variables *variables, const char *name);
void q_variables_list(q_variables *variables, const char *name);
void q_variables_end(q_variables *variables);
/** NULL: null. */
void q_variables_string(q_variables *variables, const char *name, const char *value);
void q_variables_number(q_variables *variables, const char *name, int64_t value);
void q_variables_flag(q_variables *variables, const char *name, bool value);

#endif
