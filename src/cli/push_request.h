/**
 * @file
 * What `push` and `pull` are asked: which version, from which store, to which. Both are one thing
 * said from its two ends: the other store is the one that --store or the environment names.
 */
#ifndef Q_CLI_PUSH_REQUEST_H
#define Q_CLI_PUSH_REQUEST_H

#include "cli/cli.h"
#include "cli/words.h"

enum {
    Q_PUSH_AS = 1,
    Q_PUSH_ALIAS,
    Q_PUSH_NO_ALIASES,
    Q_PUSH_DURABILITY,
    Q_PUSH_JOB
};

/* Rows for the commands' tables of options. */
/* clang-format off */
#define Q_PUSH_ROWS                                                                               \
    {Q_PUSH_AS, "as", 0, "NAME", "what it is called there; else as here"},                        \
    {Q_PUSH_ALIAS, "alias", 'a', "ALIAS", "set this, too; may be repeated"},                      \
    {Q_PUSH_NO_ALIASES, "no-aliases", 0, NULL, "leave the version's own aliases behind"},         \
    {Q_PUSH_DURABILITY, "durability", 0, "MODE", "full (default), batch or none: when to sync"},  \
    {Q_PUSH_JOB, "job", 0, "ID", "who makes it; else the batch job's id"}
/* clang-format on */

/** Zero-initialise; free with q_push_request_free(). Strings are those of the command line. */
typedef struct q_push_request {
    const char *from; /**< NULL: as --store says */
    const char *to;   /**< NULL: as --store says */
    const char *address;
    const char *name;
    const char *job;
    q_words aliases;
    bool skip_aliases;
} q_push_request;

/** Read the command line. @param is_pull whose operands are in another order */
quire_status q_push_request_read(q_cli *cli, q_option_reader *args, bool is_pull,
                                 q_push_request *request);
void q_push_request_free(q_push_request *request);

/** The options for the library; borrows from the request. */
quire_push_options q_push_request_options(q_cli *cli, const q_push_request *request);

/** Tell what was pushed where: NAME:vN or JSON on stdout, a sentence on stderr. */
void q_push_print(q_cli *cli, const char *url, const quire_version_id *version,
                  const quire_push_report *report);

#endif
