/** @file Help, made from the table of commands and their options, so that it cannot lag behind. */
#ifndef Q_CLI_HELP_H
#define Q_CLI_HELP_H

#include "cli/cli.h"

/** Help on cli->command, or on the whole program when that is NULL, to stdout. */
void q_help_print(q_cli *cli);

#endif
