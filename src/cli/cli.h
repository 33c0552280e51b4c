/**
 * @file
 * One run of a command: the common options, the words to the user, the way to the store. Commands
 * return a status and leave the reason in `cli->error`; nobody but main() exits.
 *
 * stdout carries data, stderr messages. Of many ranks, rank 0 speaks alone: the functions here and
 * in output.h do nothing on the others.
 */
#ifndef Q_CLI_CLI_H
#define Q_CLI_CLI_H

#include <quire/quire.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/progress.h"

typedef struct q_cli q_cli;

typedef struct q_command {
    const char *name;
    const char *group;
    const char *summary;
    const char *examples; /**< lines, each with its newline */
    const char *usage;    /**< what follows the command's name; lines */
    const char *text;     /**< what else there is to say; lines, or "" */
    const q_option *options;
    quire_status (*run)(q_cli *cli, q_option_reader *args);
} q_command;

struct q_cli {
    const char *program;
    const char *summary;
    const char *examples;
    const q_command *const *commands; /**< NULL ends them */
    const char *elsewhere;            /**< a line: where other commands are; NULL: nowhere */
    const q_command *command;         /**< the one that runs, once it is known */
    const char *store;                /**< --store, or NULL */
    quire_durability durability;
    bool no_cache; /**< read every file */
    bool json;
    bool quiet;
    bool verbose;
    bool no_progress;
    bool is_told;   /**< stdout says it all: report no error on stderr */
    bool is_agreed; /**< under MPI: all ranks have agreed to fail with `error` */
    int rank;
    int size; /**< of the communicator; 1 without MPI */
    q_output output;
    q_meter meter;
    quire_error error;
};

/** Options that every command takes. */
extern const q_option q_common_options[];

/**
 * Fill what is closed of descriptors 0, 1 and 2, before anything else opens a file: messages would
 * be written into it. What fills them cannot be read or written, so that output still fails.
 */
void q_cli_hold_descriptors(void);

/** Take the command line apart and run the command it names, or print the help it asks for. */
quire_status q_cli_run(q_cli *cli, char **argv);

/** Whether a command line asks for help; needs no rank, no store. */
bool q_cli_wants_help(char **argv);
/** Whether errors shall be JSON, those in the very syntax too. */
bool q_cli_wants_json(char **argv);

/** Flush stdout; a failed write turns success into QUIRE_ERROR. */
quire_status q_cli_flush(q_cli *cli, quire_status status);

/** Say what went wrong, in one line. */
void q_cli_report(q_cli *cli, quire_status status);

/** QUIRE_USAGE, with a pointer to the command's help. */
quire_status q_cli_usage(q_cli *cli, const char *format, ...) Q_PRINTF(2, 3);

/** Add to the error of a command what would help; returns `status`. */
quire_status q_cli_hint(q_cli *cli, quire_status status, const char *hint);

/** A message on stderr that is no failure; silent with --quiet and --json. */
void q_cli_note(q_cli *cli, const char *format, ...) Q_PRINTF(2, 3);

/** Start the progress meter, unless the user wants none; `verb` is kept. */
void q_cli_meter(q_cli *cli, const char *verb);

/** Open the store that --store or the environment names. */
quire_status q_cli_open(q_cli *cli, quire_store **store);
/** Open a store. @param url NULL: as q_cli_open() */
quire_status q_cli_open_url(q_cli *cli, const char *url, quire_store **store);

/** The next option of the command's own, or operand; common options were read by q_cli_run(). */
quire_status q_cli_next(q_cli *cli, q_option_reader *args, int *id, const char **value);

/** Take one operand, called `what` in messages; a second one is a usage error. */
quire_status q_cli_take(q_cli *cli, const char **operand, const char *value, const char *what);

/** Allocate or say that there is no memory. */
quire_status q_cli_grow(q_cli *cli, void *items, size_t item_size, size_t count);

#endif
