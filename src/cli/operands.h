/** @file The command line of the smaller commands: some operands, no options of their own. */
#ifndef Q_CLI_OPERANDS_H
#define Q_CLI_OPERANDS_H

#include "cli/cli.h"

/**
 * Read exactly `count` operands; `names` say what they are in messages. For commands without
 * options of their own.
 */
quire_status q_operands_read(q_cli *cli, q_option_reader *args, const char *const *names,
                             size_t count, const char **operands);

/** Open the store, and a version in it; on failure neither is left open. */
quire_status q_operands_open(q_cli *cli, const char *address, quire_store **store,
                             quire_version **version);

/** Usage error unless `address` has a `:VERSION`; for commands that change or delete. */
quire_status q_operands_need_version(q_cli *cli, const char *address);

#endif
