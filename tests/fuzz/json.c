/**
 * @file
 * JSON: what q_json_scan() lets through, cJSON must take; what was parsed and printed must parse to
 * the same again. Input: a byte (how deep it may be), the text.
 */
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_equal.h"
#include "base/json_scan.h"
#include "fuzz.h"

static int depth_of(const cJSON *value) {
    int deepest = 0;
    for (const cJSON *child = value->child; child; child = child->next) {
        int depth = depth_of(child);
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest + ((cJSON_IsArray(value) || cJSON_IsObject(value)) ? 1 : 0);
}

/* Of two members with one name, every reader would take another. */
static void check_keys(const cJSON *value) {
    for (const cJSON *child = value->child; child; child = child->next) {
        for (const cJSON *other = child->next; cJSON_IsObject(value) && other;
             other = other->next) {
            FUZZ_CHECK(strcmp(child->string, other->string) != 0);
        }
        check_keys(child);
    }
}

static void check_print(const cJSON *value, int depth) {
    quire_error error = {0};
    q_buffer first = {0}, second = {0};
    cJSON *again = NULL;
    FUZZ_OK(q_json_print(&first, value, &error), &error);
    FUZZ_OK(q_json_parse(first.data, first.size, SIZE_MAX, depth, &again, &error), &error);
    FUZZ_OK(q_json_print(&second, again, &error), &error);
    FUZZ_CHECK(first.size == second.size && memcmp(first.data, second.data, first.size) == 0);
    FUZZ_CHECK(!memchr(first.data, '\n', first.size));
    bool equal = false;
    FUZZ_OK(q_json_equal(value, again, &equal, &error), &error);
    FUZZ_CHECK(equal);
    cJSON_Delete(again);
    q_buffer_free(&first);
    q_buffer_free(&second);
}

static void check_metadata(const fuzz_input *input) {
    quire_error error = {0};
    cJSON *value = NULL;
    char *text = fuzz_text(input);
    quire_status status = q_json_metadata(text, &value, &error);
    FUZZ_TOLD(status, &error);
    FUZZ_CHECK(status == QUIRE_OK || status == QUIRE_USAGE);
    FUZZ_CHECK((status == QUIRE_OK) == (value != NULL));
    if (!status) {
        FUZZ_CHECK(cJSON_IsObject(value) && cJSON_GetArraySize(value) <= Q_METADATA_KEYS);
        check_print(value, 64);
    }
    cJSON_Delete(value);
    free(text);
}

static void check_members(const cJSON *value) {
    static const char *const keys[] = {"quire", "format", "a", "", "size"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        quire_error error = {0};
        const char *text = NULL;
        uint64_t number = 0;
        quire_status status = q_json_uint(value, keys[i], &number, &error);
        FUZZ_TOLD(status, &error);
        FUZZ_CHECK(number <= (uint64_t)1 << 53 && (status == QUIRE_OK || number == 0));
        status = q_json_string(value, keys[i], &text, &error);
        FUZZ_TOLD(status, &error);
        FUZZ_CHECK((status == QUIRE_OK) == (text != NULL));
        status = q_json_string_or_null(value, keys[i], &text, &error);
        FUZZ_TOLD(status, &error);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const int depths[] = {0, 1, 2, 4, 8, 64, 72, 16};
    fuzz_input input = {data, size};
    int depth = depths[fuzz_byte(&input) % 8];
    quire_error error = {0}, scan_error = {0};
    cJSON *value = NULL;
    const char *text = (const char *)input.data;
    quire_status scanned = q_json_scan(text, input.size, depth, &scan_error);
    quire_status status = q_json_parse(text, input.size, input.size, depth, &value, &error);
    FUZZ_TOLD(scanned, &scan_error);
    FUZZ_TOLD(status, &error);
    FUZZ_CHECK(status == QUIRE_OK || status == QUIRE_INTEGRITY);
    FUZZ_CHECK(scanned == QUIRE_OK || status == QUIRE_INTEGRITY);
    FUZZ_CHECK((status == QUIRE_OK) == (value != NULL));
    if (!status) {
        FUZZ_CHECK(depth_of(value) <= depth);
        if (input.size < 2048) { /* quadratic */
            check_keys(value);
        }
        check_print(value, depth);
        check_members(value);
        cJSON_Delete(value);
        if (input.size > 0) {
            status = q_json_parse(text, input.size, input.size - 1, depth, &value, &error);
            FUZZ_CHECK(status == QUIRE_INTEGRITY && !value);
        }
    }
    check_metadata(&input);
    return 0;
}
