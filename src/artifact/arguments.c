/** @file Arguments: see arguments.h. */
#include "artifact/arguments.h"

#include "base/error.h"

quire_status q_require(const void *argument, const char *what, quire_error *error) {
    return argument ? QUIRE_OK : q_error_set(error, QUIRE_USAGE, "no %s given", what);
}

quire_status q_add_options_check(const quire_add_options *options, quire_error *error) {
    return !options || options->version == 0
               ? QUIRE_OK
               : q_error_set(error, QUIRE_USAGE, "unknown version of quire_add_options: %d",
                             options->version);
}
