/** @file Reads a command line against tables of options; suggests the nearest for a mistyped one.
 */
#include "cli/options.h"

#include <stddef.h>
#include <string.h>

#include "cli/suggest.h"

static const q_option *find_name(const q_option *table, const char *name, size_t size) {
    for (const q_option *option = table; option && option->id; option++) {
        if (strlen(option->name) == size && memcmp(option->name, name, size) == 0) {
            return option;
        }
    }
    return NULL;
}

static const q_option *find_letter(const q_option *table, char letter) {
    for (const q_option *option = table; option && option->id; option++) {
        if (option->letter && option->letter == letter) {
            return option;
        }
    }
    return NULL;
}

static quire_status unknown(const q_option_reader *reader, const char *name, size_t size,
                            quire_error *error) {
    q_suggestion nearest = {0};
    const q_option *tables[] = {reader->own, reader->common};
    for (size_t i = 0; i < 2; i++) {
        for (const q_option *option = tables[i]; option && option->id; option++) {
            q_suggest(&nearest, name, size, option->name);
        }
    }
    if (nearest.word) {
        return q_error_set(error, QUIRE_USAGE, "unknown option --%.*s (did you mean --%s?)",
                           (int)(size < 100 ? size : 100), name, nearest.word);
    }
    return q_error_set(error, QUIRE_USAGE, "unknown option --%.*s", (int)(size < 100 ? size : 100),
                       name);
}

static quire_status next_long(q_option_reader *reader, const char *text, int *id,
                              const char **value, quire_error *error) {
    const char *equals = strchr(text, '=');
    size_t size = equals ? (size_t)(equals - text) : strlen(text);
    const q_option *option = find_name(reader->own, text, size);
    if (!option) {
        option = find_name(reader->common, text, size);
    }
    if (!option) {
        return unknown(reader, text, size, error);
    }
    *id = option->id;
    *value = NULL;
    if (!option->value) {
        return equals ? q_error_set(error, QUIRE_USAGE, "option --%s takes no value", option->name)
                      : QUIRE_OK;
    }
    *value = equals ? equals + 1 : reader->argv[reader->next];
    if (!*value) {
        return q_error_set(error, QUIRE_USAGE, "option --%s needs a value: %s", option->name,
                           option->value);
    }
    reader->next += equals ? 0 : 1;
    return QUIRE_OK;
}

static quire_status next_letter(q_option_reader *reader, int *id, const char **value,
                                quire_error *error) {
    char letter = *reader->cluster++;
    const q_option *option = find_letter(reader->own, letter);
    if (!option) {
        option = find_letter(reader->common, letter);
    }
    if (!option) {
        return q_error_set(error, QUIRE_USAGE, "unknown option -%c", letter);
    }
    *id = option->id;
    *value = NULL;
    if (option->value) {
        *value = *reader->cluster ? reader->cluster : reader->argv[reader->next];
        if (!*value) {
            return q_error_set(error, QUIRE_USAGE, "option -%c needs a value: %s", letter,
                               option->value);
        }
        reader->next += *reader->cluster ? 0 : 1;
        reader->cluster = NULL;
    } else if (!*reader->cluster) {
        reader->cluster = NULL;
    }
    return QUIRE_OK;
}

quire_status q_option_next(q_option_reader *reader, int *id, const char **value,
                           quire_error *error) {
    if (reader->cluster) {
        return next_letter(reader, id, value, error);
    }
    const char *text = reader->argv[reader->next];
    if (text && !reader->operands_only && strcmp(text, "--") == 0) {
        reader->operands_only = true;
        text = reader->argv[++reader->next];
    }
    if (!text) {
        *id = Q_OPTION_END;
        *value = NULL;
        return QUIRE_OK;
    }
    reader->next++;
    if (reader->operands_only || text[0] != '-' || !text[1]) {
        *id = Q_OPTION_OPERAND;
        *value = text;
        return QUIRE_OK;
    }
    if (text[1] == '-') {
        return next_long(reader, text + 2, id, value, error);
    }
    reader->cluster = text + 1;
    return next_letter(reader, id, value, error);
}
