/**
 * @file
 * Values and options of a command line. Input: a byte (which), the text up to the first NUL; for
 * options the arguments, each ended by LF.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "cli/human.h"
#include "cli/parse.h"
#include "cli/suggest.h"
#include "fuzz.h"

/* The real one points to the help of the command that runs; no command runs here. */
quire_status q_cli_usage(q_cli *cli, const char *format, ...) {
    char text[QUIRE_MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    q_message_format(text, format, arguments);
    va_end(arguments);
    return q_error_set(&cli->error, QUIRE_USAGE, "%s", text);
}

static bool judge(quire_status status, const q_cli *cli) {
    FUZZ_TOLD(status, &cli->error);
    FUZZ_CHECK(status == QUIRE_OK || status == QUIRE_USAGE);
    return status == QUIRE_OK;
}

static void check_numbers(const char *text) {
    q_cli cli = {0};
    int64_t number = -1, parts = -1;
    uint64_t offset = 0, length = 0;
    char human[Q_HUMAN_SIZE], again[32];
    if (judge(q_parse_count(&cli, "--n", text, &number), &cli)) {
        FUZZ_CHECK(number >= 0 && number <= (int64_t)1 << 53);
        snprintf(again, sizeof again, "%lld", (long long)number);
        FUZZ_CHECK(strcmp(again, text + strspn(text, "0")) == 0 || number == 0);
        q_human_bytes((uint64_t)number, human);
        FUZZ_CHECK(strlen(human) < sizeof human);
    }
    if (judge(q_parse_duration(&cli, "--ttl", text, &number), &cli)) {
        FUZZ_CHECK(number >= 0 && number <= (int64_t)1 << 53);
        q_human_seconds(number, human);
        FUZZ_CHECK(strlen(human) < sizeof human);
    }
    if (judge(q_parse_part(&cli, text, &number, &parts), &cli)) {
        FUZZ_CHECK(number >= 0 && number < parts && parts <= (int64_t)1 << 53);
    }
    if (judge(q_parse_range(&cli, text, &offset, &length), &cli)) {
        FUZZ_CHECK(offset <= (uint64_t)1 << 53);
        FUZZ_CHECK(length <= (uint64_t)1 << 53 || length == UINT64_MAX);
    }
}

static void check_texts(const char *text) {
    q_cli cli = {0};
    quire_durability durability;
    char *copy = NULL;
    const char *path = NULL;
    (void)judge(q_parse_durability(&cli, text, &durability), &cli);
    if (judge(q_parse_place(&cli, text, &copy, &path), &cli)) {
        FUZZ_CHECK(*copy && *path && !strchr(copy, '/'));
        FUZZ_CHECK(strlen(copy) + 1 + strlen(path) == strlen(text));
    }
    free(copy);
    copy = NULL;
    if (text[0] != '@' && judge(q_parse_text(&cli, "--metadata", text, &copy), &cli)) {
        FUZZ_CHECK(strcmp(copy, text) == 0);
    }
    free(copy);
}

#define ARGUMENTS 32

static void check_options(const char *text) {
    static const q_option own[] = {{1, "alias", 'a', "NAME", ""},
                                   {2, "metadata", 'm', "JSON", ""},
                                   {3, "recursive", 'r', NULL, ""},
                                   {0, NULL, 0, NULL, NULL}};
    static const q_option common[] = {
        {9, "store", 0, "URL", ""}, {10, "quiet", 'q', NULL, ""}, {0, NULL, 0, NULL, NULL}};
    char *copy = strdup(text), *left = copy;
    char program[] = "quire";
    char *argv[ARGUMENTS + 1] = {program};
    int count = 1;
    while (count < ARGUMENTS && left && *left) {
        argv[count++] = strsep(&left, "\n");
    }
    q_option_reader reader = {.argv = argv, .next = 1, .own = own, .common = common};
    quire_error error = {0};
    quire_status status = QUIRE_OK;
    for (size_t steps = 0, ended = 0; !status && !ended; steps++) {
        int id = 0;
        const char *value = NULL;
        status = q_option_next(&reader, &id, &value, &error);
        FUZZ_TOLD(status, &error);
        FUZZ_CHECK(status == QUIRE_OK || status == QUIRE_USAGE);
        FUZZ_CHECK(reader.next <= count && steps <= strlen(text) + 1);
        ended = !status && id == Q_OPTION_END;
        FUZZ_CHECK(status || ended || id == 3 || id == 10 || value);
    }
    free(copy);
}

static void check_suggestion(const char *text) {
    static const char *const words[] = {"log", "upsert", "finish", "show", "get", "verify"};
    q_suggestion nearest = {0};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        q_suggest(&nearest, text, strlen(text), words[i]);
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        FUZZ_CHECK(strcmp(text, words[i]) != 0 || nearest.word == words[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static void (*const checks[])(const char *) = {check_numbers, check_texts, check_options,
                                                   check_suggestion};
    fuzz_input input = {data, size};
    uint8_t choice = fuzz_byte(&input);
    char *text = fuzz_text(&input);
    checks[choice % (sizeof checks / sizeof *checks)](text);
    free(text);
    return 0;
}
