/**
 * @file
 * Takes a command line apart in two passes: the first reads the common options and finds syntax
 * errors and calls for help wherever they stand; the second is the command's own, in order.
 */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/environment.h"
#include "cli/help.h"
#include "cli/suggest.h"

enum {
    COMMON_STORE = 1000,
    COMMON_JSON,
    COMMON_QUIET,
    COMMON_VERBOSE,
    COMMON_METER,
    COMMON_HELP
};

const q_option q_common_options[] = {
    {COMMON_STORE, "store", 0, "URL",
     "the store; else $QUIRE_STORE, else .quire in\nthe working directory"},
    {COMMON_JSON, "json", 0, NULL, "write JSON, errors too (on stderr)"},
    {COMMON_QUIET, "quiet", 'q', NULL, "say nothing on stderr but errors"},
    {COMMON_VERBOSE, "verbose", 'v', NULL, "say more on stderr"},
    {COMMON_METER, "no-progress", 0, NULL, "show no progress"},
    {COMMON_HELP, "help", 'h', NULL, "show this help"},
    {0, NULL, 0, NULL, NULL},
};

static bool take_common(q_cli *cli, int id, const char *value) {
    switch (id) {
    case COMMON_STORE:
        cli->store = value;
        return true;
    case COMMON_JSON:
        cli->json = true;
        return true;
    case COMMON_QUIET:
        cli->quiet = true;
        return true;
    case COMMON_VERBOSE:
        cli->verbose = true;
        return true;
    case COMMON_METER:
        cli->no_progress = true;
        return true;
    default:
        return false;
    }
}

static quire_status find_command(q_cli *cli, const char *name) {
    q_suggestion nearest = {0};
    for (size_t i = 0; cli->commands[i]; i++) {
        const q_command *command = cli->commands[i];
        if (strcmp(command->name, name) == 0) {
            cli->command = command;
            return QUIRE_OK;
        }
        q_suggest(&nearest, name, strlen(name), command->name);
    }
    if (nearest.word) {
        return q_cli_usage(cli, "unknown command %.100s (did you mean %s?)", name, nearest.word);
    }
    return q_cli_usage(cli, "unknown command %.100s", name);
}

/* A syntax error gets the pointer to help that q_cli_usage() gives. */
static quire_status read_option(q_cli *cli, q_option_reader *args, int *id, const char **value) {
    quire_error error = {0};
    quire_status status = q_option_next(args, id, value, &error);
    return status == QUIRE_OK ? status : q_cli_usage(cli, "%s", error.message);
}

/* Reads what stands before the command's name, and the name; `help CMD` is `CMD --help`. */
static quire_status read_command(q_cli *cli, q_option_reader *args, bool *is_help) {
    int id;
    const char *value;
    do {
        quire_status status = read_option(cli, args, &id, &value);
        if (status != QUIRE_OK) {
            return status;
        }
        if (id == Q_OPTION_OPERAND && (*is_help || strcmp(value, "help") != 0)) {
            return find_command(cli, value);
        }
        *is_help = *is_help || id == Q_OPTION_OPERAND;
        if (id == COMMON_HELP) {
            *is_help = true;
            return QUIRE_OK;
        }
        take_common(cli, id, value);
    } while (id != Q_OPTION_END);
    return *is_help ? QUIRE_OK : q_cli_usage(cli, "a command is missing");
}

static quire_status scan(q_cli *cli, q_option_reader args, bool *is_help) {
    int id = Q_OPTION_OPERAND;
    const char *value;
    while (id != Q_OPTION_END && !*is_help) {
        quire_status status = read_option(cli, &args, &id, &value);
        if (status != QUIRE_OK) {
            return status;
        }
        *is_help = id == COMMON_HELP;
        take_common(cli, id, value);
    }
    return QUIRE_OK;
}

static bool has_word(char **argv, const char *word) {
    for (; *argv && strcmp(*argv, "--") != 0; argv++) {
        if (strcmp(*argv, word) == 0) {
            return true;
        }
    }
    return false;
}

void q_cli_hold_descriptors(void) {
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) {
            /* The lowest free number is this one. Not closed on exec: children inherit it. */
            (void)open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
        }
    }
}

bool q_cli_wants_help(char **argv) {
    return argv[0] && argv[1] &&
           (strcmp(argv[1], "help") == 0 || has_word(argv + 1, "--help") ||
            has_word(argv + 1, "-h"));
}

bool q_cli_wants_json(char **argv) {
    return argv[0] && has_word(argv + 1, "--json");
}

quire_status q_cli_run(q_cli *cli, char **argv) {
    if (!argv[0]) {
        return q_cli_usage(cli, "a command is missing");
    }
    q_option_reader args = {.argv = argv, .next = 1, .common = q_common_options};
    bool is_help = false;
    cli->json = q_cli_wants_json(argv);
    if (argv[1] && strcmp(argv[1], "--version") == 0) {
        q_out_text(&cli->output, "%s %s\n", cli->program, quire_version_string());
        return QUIRE_OK;
    }
    quire_status status = read_command(cli, &args, &is_help);
    if (status == QUIRE_OK && cli->command) {
        args.own = cli->command->options;
        status = scan(cli, args, &is_help);
    }
    if (status != QUIRE_OK) {
        return status;
    }
    if (is_help || !cli->command) {
        q_help_print(cli);
        return QUIRE_OK;
    }
    const char *wrong = q_environment_wrong_threads();
    if (wrong) {
        q_cli_note(cli, "warning: QUIRE_THREADS is '%.100s', not a number from 1 on: it is ignored",
                   wrong);
    }
    return cli->command->run(cli, &args);
}

quire_status q_cli_next(q_cli *cli, q_option_reader *args, int *id, const char **value) {
    quire_status status;
    do {
        status = read_option(cli, args, id, value);
    } while (status == QUIRE_OK && take_common(cli, *id, *value));
    return status;
}

quire_status q_cli_take(q_cli *cli, const char **operand, const char *value, const char *what) {
    if (*operand) {
        return q_cli_usage(cli, "%.200s is one operand too many: there is a %s already", value,
                           what);
    }
    *operand = value;
    return QUIRE_OK;
}

quire_status q_cli_grow(q_cli *cli, void *items, size_t item_size, size_t count) {
    /* Grown by doubling at each power of two. */
    if (count != 0 && (count & (count - 1)) != 0) {
        return QUIRE_OK;
    }
    void *old;
    memcpy(&old, items, sizeof old);
    void *grown = reallocarray(old, count ? count * 2 : 1, item_size);
    if (!grown) {
        return q_error_memory(&cli->error);
    }
    memcpy(items, &grown, sizeof grown);
    // cppcheck-suppress memleak ; `items` has it now
    return QUIRE_OK;
}

quire_status q_cli_usage(q_cli *cli, const char *format, ...) {
    char message[QUIRE_MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return q_error_set(&cli->error, QUIRE_USAGE, "%.900s; see '%s %s%s--help'", message,
                       cli->program, cli->command ? cli->command->name : "",
                       cli->command ? " " : "");
}

quire_status q_cli_hint(q_cli *cli, quire_status status, const char *hint) {
    quire_error error = cli->error;
    q_error_set(&cli->error, status, "%.900s; %s", error.message, hint);
    cli->error.rank = error.rank;
    return status;
}

void q_cli_note(q_cli *cli, const char *format, ...) {
    if (cli->quiet || cli->json || cli->rank != 0) {
        return;
    }
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int size = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (size < 0) {
        return;
    }
    q_meter_clear(&cli->meter);
    /* Whole, since the tasks of a job share stderr. */
    fprintf(stderr, "%s: %s\n", cli->program, text);
    free(text);
}

static void log_line(void *context, quire_log_level level, const char *line) {
    q_cli *cli = context;
    if (cli->verbose || level == QUIRE_LOG_WARNING) {
        q_cli_note(cli, "%s%s", level == QUIRE_LOG_WARNING ? "warning: " : "", line);
    }
}

void q_cli_meter(q_cli *cli, const char *verb) {
    q_meter_start(&cli->meter, cli->program, verb, cli->quiet || cli->no_progress);
}

quire_status q_cli_open(q_cli *cli, quire_store **store) {
    return q_cli_open_url(cli, cli->store, store);
}

quire_status q_cli_open_url(q_cli *cli, const char *url, quire_store **store) {
    q_buffer cache = {0};
    quire_store_options options = {
        .durability = cli->durability, .log = log_line, .log_context = cli};
    quire_status status = cli->no_cache ? QUIRE_OK : q_environment_cache(&cache, &cli->error);
    if (status == QUIRE_OK) {
        options.cache = cache.size > 0 ? cache.data : NULL;
        status = quire_store_open(url, &options, store, &cli->error);
    }
    q_buffer_free(&cache);
    if (status == QUIRE_NOT_FOUND && !url && !q_environment_has_store()) {
        return q_error_set(&cli->error, status,
                           "no store: --store and QUIRE_STORE are not given, and there is no "
                           "%s here; 'quire init' makes one",
                           q_environment_store());
    }
    return status == QUIRE_NOT_FOUND ? q_cli_hint(cli, status, "'quire init' makes a store")
                                     : status;
}

quire_status q_cli_flush(q_cli *cli, quire_status status) {
    quire_error error = {0};
    /* On a terminal the data would land behind the meter. */
    q_meter_clear(&cli->meter);
    quire_status flushed = q_out_flush(&cli->output, &error);
    if (flushed != QUIRE_OK) {
        cli->error = error;
        return flushed;
    }
    return status;
}

void q_cli_report(q_cli *cli, quire_status status) {
    q_meter_clear(&cli->meter);
    /* A reader that went away (`quire ls … | head`) needs no telling. */
    if (status == QUIRE_OK || cli->rank != 0 || cli->is_told || cli->output.failure == EPIPE) {
        return;
    }
    const char *message = cli->error.message[0] ? cli->error.message : quire_status_name(status);
    if (cli->json) {
        char quoted[QUIRE_MESSAGE_SIZE * 6 + 16];
        char rank[16] = "null";
        q_out_quote(quoted, sizeof quoted, message);
        if (cli->error.rank >= 0) {
            snprintf(rank, sizeof rank, "%d", (int)cli->error.rank);
        }
        fprintf(stderr, "{\"error\":{\"status\":\"%s\",\"code\":%d,\"message\":%s,\"rank\":%s}}\n",
                quire_status_name(status), (int)status, quoted, rank);
    } else if (cli->size > 1 && cli->error.rank >= 0) {
        fprintf(stderr, "%s: rank %d: %s\n", cli->program, (int)cli->error.rank, message);
    } else {
        fprintf(stderr, "%s: %s\n", cli->program, message);
    }
}
