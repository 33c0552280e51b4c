/**
 * @file
 * The options and operands of a command line, one at a time and in their order. Not getopt_long():
 * that takes any unambiguous abbreviation, which breaks scripts when an option is added, and keeps
 * its place in globals.
 *
 * `--name VALUE`, `--name=VALUE`, `-n VALUE`, `-nVALUE`, `-ab`; `--` ends the options.
 */
#ifndef Q_CLI_OPTIONS_H
#define Q_CLI_OPTIONS_H

#include <stdbool.h>

#include "base/error.h"

typedef struct q_option {
    int id;            /**< from 1; ends a table with 0 */
    const char *name;  /**< without the dashes */
    char letter;       /**< its short form, or 0 */
    const char *value; /**< what help calls its value; NULL: a switch */
    const char *help;  /**< newlines begin another line of the same column */
} q_option;

enum {
    Q_OPTION_END = 0,
    Q_OPTION_OPERAND = -1
};

typedef struct q_option_reader {
    char **argv; /**< NULL-terminated, as main() has it */
    int next;    /**< the argument to read next */
    const q_option *own;
    const q_option *common;
    const char *cluster; /**< what is left of `-abc`, or NULL */
    bool operands_only;
} q_option_reader;

/**
 * The next option or operand.
 * @param id the option's, or Q_OPTION_OPERAND, or Q_OPTION_END
 * @param value of the option (NULL for a switch), or the operand
 * @return QUIRE_USAGE for an unknown option, a missing value, a value for a switch
 */
quire_status q_option_next(q_option_reader *reader, int *id, const char **value,
                           quire_error *error);

#endif
