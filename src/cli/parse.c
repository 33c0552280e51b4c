/** @file Strict parsers: all of the text must make sense, or it is a usage error that shows it. */
#include "cli/parse.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/io.h"

#define COUNT_MAX ((int64_t)1 << 53)
#define TEXT_MAX ((size_t)1 << 20)

/* Digits from `*text` on, which moves behind them. */
static bool read_number(const char **text, int64_t *number) {
    if (!isdigit((unsigned char)**text)) {
        return false;
    }
    int64_t value = 0;
    for (; isdigit((unsigned char)**text); (*text)++) {
        value = value * 10 + (**text - '0');
        if (value > COUNT_MAX) {
            return false;
        }
    }
    *number = value;
    return true;
}

quire_status q_parse_count(q_cli *cli, const char *what, const char *text, int64_t *number) {
    const char *end = text;
    if (!read_number(&end, number) || *end) {
        return q_cli_usage(cli, "%s: %.100s is no whole number", what, text);
    }
    return QUIRE_OK;
}

quire_status q_parse_duration(q_cli *cli, const char *what, const char *text, int64_t *seconds) {
    static const struct {
        char letter;
        int64_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
    const char *end = text;
    int64_t value = 0;
    bool is_fine = read_number(&end, &value);
    int64_t unit = is_fine && !*end ? 1 : 0;
    for (size_t i = 0; is_fine && i < sizeof units / sizeof units[0]; i++) {
        if (end[0] == units[i].letter && !end[1]) {
            unit = units[i].seconds;
        }
    }
    if (unit == 0 || value > COUNT_MAX / unit) {
        return q_cli_usage(cli, "%s: %.100s is no span of time like 3600, 90s, 30m, 12h, 7d, 2w",
                           what, text);
    }
    *seconds = value * unit;
    return QUIRE_OK;
}

quire_status q_parse_part(q_cli *cli, const char *text, int64_t *part, int64_t *parts) {
    const char *end = text;
    if (!read_number(&end, part) || *end++ != '/' || !read_number(&end, parts) || *end ||
        *part >= *parts) {
        return q_cli_usage(cli, "--part: %.100s is not K/N with K from 0 to N-1", text);
    }
    return QUIRE_OK;
}

quire_status q_parse_range(q_cli *cli, const char *text, uint64_t *offset, uint64_t *length) {
    const char *end = text;
    int64_t first = 0;
    int64_t size = -1;
    if (!read_number(&end, &first) || *end++ != ':' ||
        (*end && (!read_number(&end, &size) || *end))) {
        return q_cli_usage(cli, "--range: %.100s is not OFFSET:LENGTH or OFFSET:", text);
    }
    *offset = (uint64_t)first;
    *length = size < 0 ? UINT64_MAX : (uint64_t)size;
    return QUIRE_OK;
}

quire_status q_parse_durability(q_cli *cli, const char *text, quire_durability *durability) {
    static const char *const names[] = {"full", "batch", "none"};
    static const quire_durability values[] = {QUIRE_DURABILITY_FULL, QUIRE_DURABILITY_BATCH,
                                              QUIRE_DURABILITY_NONE};
    for (size_t i = 0; i < 3; i++) {
        if (strcmp(text, names[i]) == 0) {
            *durability = values[i];
            return QUIRE_OK;
        }
    }
    return q_cli_usage(cli, "--durability: %.100s is not full, batch or none", text);
}

static quire_status read_file(q_cli *cli, const char *what, const char *file, char **content) {
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        int number = errno;
        if (number == ENOENT) {
            return q_cli_usage(cli, "%s: there is no file %.500s", what, file);
        }
        return q_error_errno(&cli->error, number, "%s: %s", what, file);
    }
    quire_status status = QUIRE_OK;
    size_t got = 0;
    char *text = malloc(TEXT_MAX + 2);
    if (!text) {
        status = q_error_memory(&cli->error);
    }
    if (status == QUIRE_OK) {
        status = q_io_read(fd, text, TEXT_MAX + 1, &got, file, &cli->error);
    }
    if (status == QUIRE_OK && got > TEXT_MAX) {
        status = q_error_set(&cli->error, QUIRE_USAGE, "%s: longer than 1 MiB", file);
    }
    if (status == QUIRE_OK && memchr(text, 0, got)) {
        status = q_error_set(&cli->error, QUIRE_USAGE, "%s: holds a NUL character", file);
    }
    close(fd);
    if (status != QUIRE_OK) {
        free(text);
        return status;
    }
    text[got] = '\0';
    *content = text;
    return QUIRE_OK;
}

quire_status q_parse_text(q_cli *cli, const char *what, const char *text, char **content) {
    return text[0] == '@' ? read_file(cli, what, text + 1, content)
                          : q_strdup(text, content, &cli->error);
}

quire_status q_parse_place(q_cli *cli, const char *text, char **address, const char **path) {
    const char *slash = strchr(text, '/');
    if (!slash || slash == text || !slash[1]) {
        return q_cli_usage(cli, "%.200s is not NAME:VERSION/PATH", text);
    }
    *path = slash + 1;
    return q_asprintf(address, &cli->error, "%.*s", (int)(slash - text), text);
}
