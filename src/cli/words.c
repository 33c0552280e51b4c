/** @file Lists of words: they grow one at a time, in the order of the command line. */
#include "cli/words.h"

quire_status q_words_push(q_cli *cli, q_words *words, const char *word) {
    quire_status status = q_cli_grow(cli, &words->items, sizeof *words->items, words->count);
    if (status == QUIRE_OK) {
        words->items[words->count++] = word;
    }
    return status;
}

quire_status q_words_read_change(q_cli *cli, q_option_reader *args, const char **address,
                                 q_words *added, q_words *removed) {
    int id;
    const char *value;
    for (;;) {
        quire_status status = q_cli_next(cli, args, &id, &value);
        if (status != QUIRE_OK || id == Q_OPTION_END) {
            return status;
        }
        if (id == Q_OPTION_OPERAND && !*address) {
            *address = value;
            continue;
        }
        status = q_words_push(cli, id == Q_WORDS_REMOVE ? removed : added, value);
        if (status != QUIRE_OK) {
            return status;
        }
    }
}
