/** @file Lists of words from the command line. */
#ifndef Q_CLI_WORDS_H
#define Q_CLI_WORDS_H

#include "cli/cli.h"

/** Zero-initialise. The words are borrowed, `items` is freed by the owner. */
typedef struct q_words {
    const char **items;
    size_t count;
} q_words;

quire_status q_words_push(q_cli *cli, q_words *words, const char *word);

/** The id of the option that takes a word away, where there is one. */
enum {
    Q_WORDS_REMOVE = 1
};

/**
 * Read what `alias` and `tag` change: the first operand is the address, further ones are added, the
 * values of Q_WORDS_REMOVE removed. Any of them may be missing.
 */
quire_status q_words_read_change(q_cli *cli, q_option_reader *args, const char **address,
                                 q_words *added, q_words *removed);

#endif
