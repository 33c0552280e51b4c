/** @file Lays help out in 80 columns, examples first. */
#include "cli/help.h"

#include <stdio.h>
#include <string.h>

/* Where the words on an option begin. */
#define COLUMN 26

static void print_lines(q_output *out, const char *lines, const char *indent) {
    while (*lines) {
        size_t size = strcspn(lines, "\n");
        q_out_text(out, "%s%.*s\n", size > 0 ? indent : "", (int)size, lines);
        lines += size + (lines[size] == '\n');
    }
}

static void print_option(q_output *out, const q_option *option) {
    char left[80];
    char letter[8] = "    ";
    if (option->letter) {
        snprintf(letter, sizeof letter, "-%c, ", option->letter);
    }
    int used = snprintf(left, sizeof left, "  %s--%s%s%s", letter, option->name,
                        option->value ? " " : "", option->value ? option->value : "");
    const char *help = option->help;
    size_t size = strcspn(help, "\n");
    if (used > COLUMN - 2) {
        q_out_text(out, "%s\n%*s%.*s\n", left, COLUMN, "", (int)size, help);
    } else {
        q_out_text(out, "%-*s%.*s\n", COLUMN, left, (int)size, help);
    }
    for (help += size; *help; help += size) {
        help++;
        size = strcspn(help, "\n");
        q_out_text(out, "%*s%.*s\n", COLUMN, "", (int)size, help);
    }
}

static void print_options(q_output *out, const char *title, const q_option *options) {
    if (!options || !options->id) {
        return;
    }
    q_out_text(out, "\n%s:\n", title);
    for (; options->id; options++) {
        print_option(out, options);
    }
}

static void print_command(q_cli *cli) {
    const q_command *command = cli->command;
    q_output *out = &cli->output;
    q_out_text(out, "%s %s - %s\n\nExamples:\n", cli->program, command->name, command->summary);
    print_lines(out, command->examples, "  ");
    q_out_text(out, "\nUsage:\n");
    const char *line = command->usage;
    while (*line) {
        size_t size = strcspn(line, "\n");
        if (*line == ' ') {
            q_out_text(out, "  %.*s\n", (int)size, line);
        } else {
            q_out_text(out, "  %s %s %.*s\n", cli->program, command->name, (int)size, line);
        }
        line += size + (line[size] == '\n');
    }
    if (*command->text) {
        q_out_text(out, "\n");
        print_lines(out, command->text, "");
    }
    print_options(out, "Options", command->options);
    print_options(out, "Common options", q_common_options);
}

static void print_program(q_cli *cli) {
    q_output *out = &cli->output;
    q_out_text(out, "%s - %s\n\nExamples:\n", cli->program, cli->summary);
    print_lines(out, cli->examples, "  ");
    q_out_text(out, "\nUsage:\n  %s COMMAND [OPTION]... [OPERAND]...\n", cli->program);
    const char *group = "";
    for (size_t i = 0; cli->commands[i]; i++) {
        const q_command *command = cli->commands[i];
        if (strcmp(command->group, group) != 0) {
            group = command->group;
            q_out_text(out, "\n%s:\n", group);
        }
        q_out_text(out, "  %-10s%s\n", command->name, command->summary);
    }
    if (cli->elsewhere) {
        q_out_text(out, "\n%s\n", cli->elsewhere);
    }
    print_options(out, "Common options", q_common_options);
    q_out_text(out,
               "\nEnvironment:\n"
               "  QUIRE_STORE      the store, where --store is not given\n"
               "  QUIRE_CACHE      a folder to remember in what logged files look like, or off;\n"
               "                   else $XDG_CACHE_HOME/quire, else ~/.cache/quire\n"
               "  QUIRE_THREADS    how many threads read and write files\n"
               "  WANDB_RUN_GROUP  the draft's id, where --distributed-id is not given\n");
    q_out_text(out,
               "\nExit codes:\n"
               "  0 done            4 conflict         75 temporary, try again\n"
               "  1 error           5 not found\n"
               "  2 usage           6 integrity\n"
               "  3 incomplete      7 authentication\n"
               "\nSee '%s COMMAND --help' for one command.\n",
               cli->program);
}

void q_help_print(q_cli *cli) {
    if (cli->command) {
        print_command(cli);
    } else {
        print_program(cli);
    }
}
