/** @file The operands of the smaller commands, and what they name. */
#ifndef Q_CLI_OPERANDS_H
#define Q_CLI_OPERANDS_H

#include "cli/cli.h"

/**
 * Read exactly `count` operands; `names` say what they are in messages. For commands without
 * options of their own.
 */
quire_status q_operands_read(q_cli *cli, q_option_reader *args, const char *const *names,
                             size_t count, const char **operands);

/**
 * The next option of a command that has one operand, which is called `what` in messages. The
 * operand is put into `operand` where it comes; at the end it must be there.
 * @param id the option's, or Q_OPTION_END
 */
quire_status q_operands_next(q_cli *cli, q_option_reader *args, const char *what,
                             const char **operand, int *id, const char **value);

/** Open the store, and a version in it; on failure neither is left open. */
quire_status q_operands_open(q_cli *cli, const char *address, quire_store **store,
                             quire_version **version);

/** Room for NAME:vN. */
#define Q_OPERANDS_SPELLED 192

/** NAME:vN of a version: what an alias stands for is told, not the alias. */
void q_operands_spell(const quire_version *version, char spelled[Q_OPERANDS_SPELLED]);

/** What to read of a version that was found by `address`: the version it was, by number, also if an
 *  alias moves meanwhile; a digest as it was given, since what is read by it is checked against it.
 */
const char *q_operands_exact(const char *address, const char *spelled);

/** Usage error unless `address` has a `:VERSION`; for commands that change or delete. */
quire_status q_operands_need_version(q_cli *cli, const char *address);

#endif
