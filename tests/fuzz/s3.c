/**
 * @file
 * What an object storage answers, and the profiles of its users. Input: a byte (0: the XML of an
 * answer, 1: the lines of its head, else a profile), then the text.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "http/pool.h"
#include "objects/s3/s3_profile.h"
#include "objects/s3/s3_xml.h"

static quire_status take_element(void *context, const char *path, const char *text,
                                 quire_error *error) {
    size_t *depth = context;
    (void)error;
    FUZZ_CHECK(path[0] != '\0' && strlen(path) < 256);
    FUZZ_CHECK(strlen(text) <= (size_t)16 << 10);
    ++*depth;
    return QUIRE_OK;
}

static void parse_answer(const fuzz_input *input) {
    size_t elements = 0;
    quire_error error = {0};
    quire_status status =
        q_s3_xml_parse((const char *)input->data, input->size, take_element, &elements, &error);
    FUZZ_TOLD(status, &error);
    FUZZ_CHECK(status == QUIRE_OK || status == QUIRE_TEMPORARY);
    FUZZ_CHECK(status != QUIRE_OK || elements > 0);
}

static void parse_head(const fuzz_input *input) {
    static const char *const names[] = {"etag", "date", "content-length", "x-amz-bucket-region"};
    q_http_exchange exchange = {0};
    char value[24];
    fuzz_append(&exchange.head, input->data, input->size);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (q_http_header(&exchange, names[i], value, sizeof value)) {
            FUZZ_CHECK(memchr(value, '\0', sizeof value) != NULL);
            FUZZ_CHECK(value[0] != ' ' && !strchr(value, '\n'));
        }
    }
    q_http_exchange_free(&exchange);
}

static quire_status take_setting(void *context, const char *name, const char *value,
                                 quire_error *error) {
    (void)context;
    (void)error;
    FUZZ_CHECK(!strchr(name, '\n') && !strchr(value, '\n') && !strchr(name, '='));
    FUZZ_CHECK(value[0] != '\0' && !strchr(" \t\r", value[0]));
    FUZZ_CHECK(!strchr(" \t\r", value[strlen(value) - 1]));
    return QUIRE_OK;
}

static void parse_profile(const fuzz_input *input) {
    char *text = fuzz_text(input);
    quire_error error = {0};
    FUZZ_OK(q_s3_profile_each(text, "default", take_setting, NULL, &error), &error);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_input input = {data, size};
    switch (fuzz_byte(&input)) {
    case 0:
        parse_answer(&input);
        break;
    case 1:
        parse_head(&input);
        break;
    default:
        parse_profile(&input);
    }
    return 0;
}
