/** @file What `get` of `quire` and of `quire-mpi` are both asked: of what, and where to. */
#ifndef Q_CLI_GET_REQUEST_H
#define Q_CLI_GET_REQUEST_H

#include "cli/cli.h"

enum {
    Q_GET_OUTPUT = 1,
    Q_GET_PATH,
    Q_GET_SKIP_REFERENCES,
    Q_GET_OWN /**< the first id that is the command's own */
};

/* Rows for the commands' tables of options. */
/* clang-format off */
#define Q_GET_ROWS                                                                                \
    {Q_GET_OUTPUT, "output", 'o', "DIR", "the folder to write to; made if need be"},              \
    {Q_GET_PATH, "path", 0, "PATH", "only this file, or all below this folder"},                  \
    {Q_GET_SKIP_REFERENCES, "skip-references", 0, NULL, "leave references where they are"}
/* clang-format on */

/** Zero-initialise. Strings are those of the command line. */
typedef struct q_get_request {
    const char *address;
    const char *folder;
    const char *path; /**< or NULL: all */
    bool skip_references;
} q_get_request;

/**
 * Read on to the command's next own option, or to the end, where address and folder must be there.
 * @param id the option's, or Q_OPTION_END
 */
quire_status q_get_next(q_cli *cli, q_option_reader *args, q_get_request *request, int *id,
                        const char **value);

#endif
