/**
 * @file
 * Everything that is called something: names, types, aliases, tags, paths, URIs, addresses, keys,
 * times. Input: a byte (which), the text up to the first NUL.
 */
#include "base/name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/digest.h"
#include "base/time.h"
#include "base/uri.h"
#include "base/utf8.h"
#include "fuzz.h"
#include "objects/objects.h"
#include "store/repository/key.h"

/* What is true of everything that may be stored and shown. */
static void check_text(const char *text, size_t limit) {
    size_t size = strlen(text);
    FUZZ_CHECK(size > 0 && size <= limit && q_name_is_utf8(text, size));
    for (size_t i = 0; i < size;) {
        uint32_t code = 0;
        size_t length = q_utf8_length(text + i, size - i, &code);
        FUZZ_CHECK(length > 0 && !q_utf8_is_control(code));
        i += length;
    }
}

static bool judge(quire_status status, const quire_error *error) {
    FUZZ_TOLD(status, error);
    FUZZ_CHECK(status == QUIRE_OK || status == QUIRE_USAGE);
    return status == QUIRE_OK;
}

static void check_path(const char *text) {
    quire_error error = {0};
    if (!judge(q_name_check_path(text, &error), &error)) {
        return;
    }
    check_text(text, Q_PATH_MAX);
    FUZZ_CHECK(text[0] != '/' && !strchr(text, '\\') && !strstr(text, "//"));
    FUZZ_CHECK(text[strlen(text) - 1] != '/');
    for (const char *at = text; at; at = strchr(at, '/')) {
        at += *at == '/';
        size_t size = strcspn(at, "/");
        FUZZ_CHECK(size > 0 && size <= Q_COMPONENT_MAX);
        FUZZ_CHECK(!(size == 1 && at[0] == '.') && !(size == 2 && strncmp(at, "..", 2) == 0));
    }
}

/* A component is a key, tells different names apart, and stays one in all the keys made of it. */
static void check_component(const char *text) {
    quire_error error = {0};
    char *component = NULL;
    q_key key;
    FUZZ_OK(q_name_to_component(text, &component, &error), &error);
    FUZZ_CHECK(strlen(component) > 0 && strlen(component) <= 200);
    snprintf(key.text, sizeof key.text, "drafts/%s", component);
    FUZZ_OK(q_objects_check_key(key.text, &error), &error);
    FUZZ_CHECK(component[0] != '.' && !strchr(component, '/'));
    if (judge(q_name_check_id("writer", text, &error), &error)) {
        FUZZ_OK(q_key_draft(&key, "name", text, "roster", &error), &error);
        FUZZ_OK(q_objects_check_key(key.text, &error), &error);
        check_text(text, Q_NAME_MAX);
    }
    if (judge(q_name_check_alias(text, &error), &error)) {
        FUZZ_OK(q_key_alias(&key, "name", text, &error), &error);
        FUZZ_OK(q_objects_check_key(key.text, &error), &error);
        check_text(text, Q_NAME_MAX);
        FUZZ_CHECK(q_name_version_number(text) < 0 && !q_is_sha256_hex(text));
    }
    if (judge(q_name_check_artifact(text, &error), &error)) {
        FUZZ_OK(q_key_collection(&key, text, "collection.json", &error), &error);
        FUZZ_OK(q_objects_check_key(key.text, &error), &error);
        check_text(text, Q_NAME_MAX);
    }
    free(component);
}

static void check_address(const char *text) {
    quire_error error = {0};
    q_address address;
    q_key key;
    if (!judge(q_name_parse_address(text, &address, &error), &error)) {
        return;
    }
    FUZZ_OK(q_name_check_artifact(address.name, &error), &error);
    check_text(address.selector, Q_NAME_MAX);
    FUZZ_CHECK(strncmp(text, address.name, strlen(address.name)) == 0);
    int64_t number = q_name_version_number(address.selector);
    FUZZ_CHECK(number >= -1);
    if (number >= 0) {
        char again[32];
        snprintf(again, sizeof again, "v%lld", (long long)number);
        FUZZ_CHECK(strcmp(again, address.selector) == 0);
        FUZZ_OK(q_key_numbered(&key, address.name, "versions", number, &error), &error);
        FUZZ_OK(q_objects_check_key(key.text, &error), &error);
    }
}

static void check_uri(const char *text) {
    quire_error error = {0};
    char *name = NULL, *file = NULL;
    q_buffer uri = {0};
    bool good = judge(q_name_check_uri(text, &error), &error);
    judge(q_uri_refuse_secrets(text, &error), &error);
    (void)q_uri_has_query(text);
    if (good) {
        check_text(text, Q_URI_MAX);
    }
    if (judge(q_uri_base_name(text, &name, &error), &error)) {
        FUZZ_CHECK(*name);
    }
    if (judge(q_uri_to_file(text, &file, &error), &error)) { /* there and back again */
        char *again = NULL;
        FUZZ_CHECK(file[0] == '/');
        fuzz_append(&uri, "file://", 7);
        FUZZ_OK(q_uri_append_path(&uri, file, &error), &error);
        FUZZ_OK(q_uri_to_file(uri.data, &again, &error), &error);
        FUZZ_CHECK(strcmp(file, again) == 0);
        free(again);
    }
    free(name);
    free(file);
    q_buffer_free(&uri);
}

static void check_time(const char *text) {
    quire_error error = {0};
    int64_t microseconds = -1;
    char again[64];
    quire_status status = q_time_parse(text, &microseconds, &error);
    FUZZ_TOLD(status, &error);
    FUZZ_CHECK(status == QUIRE_OK || status == QUIRE_INTEGRITY);
    if (!status) {
        time_t seconds = (time_t)(microseconds / 1000000);
        struct tm parts;
        FUZZ_CHECK(microseconds >= 0 && gmtime_r(&seconds, &parts));
        size_t size = strftime(again, sizeof again, "%Y-%m-%dT%H:%M:%S", &parts);
        snprintf(again + size, sizeof again - size, ".%06dZ", (int)(microseconds % 1000000));
        FUZZ_CHECK(strcmp(again, text) == 0);
    }
}

static void check_key(const char *text) {
    quire_error error = {0};
    int64_t number = q_key_number(text);
    char again[32];
    if (number >= 0) {
        snprintf(again, sizeof again, "%010lld", (long long)number);
        FUZZ_CHECK(number <= Q_KEY_NUMBER_MAX && strcmp(again, text) == 0);
    }
    if (judge(q_objects_check_key(text, &error), &error)) {
        FUZZ_CHECK(text[0] != '/' && text[0] != '.' && !strstr(text, "/.") && !strstr(text, "//"));
    }
    if (q_is_digest(text)) {
        q_key key;
        FUZZ_OK(q_key_blob(&key, text, &error), &error);
        FUZZ_OK(q_objects_check_key(key.text, &error), &error);
        FUZZ_OK(q_key_blocks(&key, text, &error), &error);
        FUZZ_OK(q_objects_check_key(key.text, &error), &error);
    }
}

static void check_words(const char *text) {
    quire_error error = {0};
    if (judge(q_name_check_type(text, "run-x", &error), &error)) {
        check_text(text, Q_NAME_MAX);
    }
    if (judge(q_name_check_tag(text, &error), &error)) {
        check_text(text, Q_NAME_MAX);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static void (*const checks[])(const char *) = {
        check_path, check_component, check_address, check_uri, check_time, check_key, check_words};
    fuzz_input input = {data, size};
    uint8_t choice = fuzz_byte(&input);
    char *text = fuzz_text(&input);
    checks[choice % (sizeof checks / sizeof *checks)](text);
    free(text);
    return 0;
}
