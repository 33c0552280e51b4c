/** @file Variables: see variables.h. */
#include "store/wandb/variables.h"

#include <inttypes.h>

#include "base/json.h"

void q_variables_free(q_variables *variables) {
    q_buffer_free(&variables->text);
}

static void put(q_variables *to, const char *text) {
    to->status = to->status ? to->status : q_buffer_append_string(&to->text, text, to->error);
}

static void quote(q_variables *to, const char *text) {
    to->status = to->status ? to->status : q_json_quote(&to->text, text, to->error);
}

static void begin(q_variables *to, const char *name) {
    if (to->depth > 0) {
        put(to, to->is_filled[to->depth - 1] ? "," : "");
        to->is_filled[to->depth - 1] = true;
    }
    if (name) {
        quote(to, name);
        put(to, ":");
    }
}

static void open_level(q_variables *to, const char *name, const char *opening, char closing) {
    begin(to, name);
    put(to, opening);
    if (to->depth == Q_WANDB_DEPTH) {
        to->status = q_error_set(to->error, QUIRE_ERROR, "variables that are nested too deep");
        return;
    }
    to->closing[to->depth] = closing;
    to->is_filled[to->depth++] = false;
}

void q_variables_object(q_variables *variables, const char *name) {
    open_level(variables, name, "{", '}');
}

void q_variables_list(q_variables *variables, const char *name) {
    open_level(variables, name, "[", ']');
}

void q_variables_end(q_variables *variables) {
    if (variables->depth > 0) {
        const char text[] = {variables->closing[--variables->depth], '\0'};
        put(variables, text);
    }
}

void q_variables_string(q_variables *variables, const char *name, const char *value) {
    begin(variables, name);
    if (value) {
        quote(variables, value);
    } else {
        put(variables, "null");
    }
}

void q_variables_number(q_variables *variables, const char *name, int64_t value) {
    begin(variables, name);
    if (!variables->status) {
        variables->status = q_buffer_printf(&variables->text, variables->error, "%" PRId64, value);
    }
}

void q_variables_flag(q_variables *variables, const char *name, bool value) {
    begin(variables, name);
    put(variables, value ? "true" : "false");
}
