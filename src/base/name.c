/**
 * @file
 * What may be called how. The rules are W&B's, so that a version can be pushed there; where theirs
 * are looser than a directory store or a terminal can bear (control characters, `.` and `..`), they
 * are narrowed.
 */
#include "base/name.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/utf8.h"

#define JOB_MAX 1024
#define COMPONENT_LIMIT 200
#define SHOWN_MAX 800

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/** W&B's `[-\w]`. */
static bool is_word(char c) {
    return is_letter(c) || is_digit(c) || c == '_' || c == '-';
}

static bool has_prefix(const char *text, const char *prefix) {
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool is_dots(const char *text, size_t size) {
    return (size == 1 && text[0] == '.') || (size == 2 && text[0] == '.' && text[1] == '.');
}

bool q_name_is_utf8(const char *text, size_t size) {
    for (size_t i = q_utf8_plain(text, size); i < size;) {
        size_t length = q_utf8_length(text + i, size - i, NULL);
        if (length == 0) {
            return false;
        }
        i += length;
    }
    return true;
}

/** What is wrong with any text that quire stores and shows, or NULL. */
static const char *text_fault(const char *text, size_t limit) {
    size_t size = strnlen(text, limit + 1);
    if (size == 0) {
        return "is empty";
    }
    if (size > limit) {
        return "is too long";
    }
    for (size_t i = q_utf8_plain(text, size); i < size;) {
        uint32_t code = 0;
        size_t length = q_utf8_length(text + i, size - i, &code);
        if (length == 0) {
            return "is not UTF-8";
        }
        if (q_utf8_is_control(code)) {
            return "has a control character";
        }
        i += length;
    }
    return NULL;
}

/** Shows the offender, but so much of it only that the words about it have room. */
static quire_status report(const char *what, const char *text, const char *fault,
                           quire_error *error) {
    if (!fault) {
        return QUIRE_OK;
    }
    size_t shown = strnlen(text, SHOWN_MAX + 1);
    const char *dots = shown > SHOWN_MAX ? "..." : "";
    if (shown > SHOWN_MAX) {
        do {
            shown--;
        } while (shown > 0 && ((unsigned char)text[shown] & 0xC0) == 0x80);
    }
    return q_error_set(error, QUIRE_USAGE, "%s '%.*s%s' %s", what, (int)shown, text, dots, fault);
}

quire_status q_name_check_artifact(const char *name, quire_error *error) {
    const char *fault = text_fault(name, Q_NAME_MAX);
    for (size_t i = 0; !fault && name[i]; i++) {
        if (!is_word(name[i]) && name[i] != '.') {
            fault = "may have only letters, digits, '_', '.' and '-'";
        }
    }
    if (!fault && is_dots(name, strlen(name))) {
        fault = "is a folder's own name";
    }
    return report("artifact name", name, fault, error);
}

static const char *type_fault(const char *type, const char *name) {
    const char *fault = text_fault(type, Q_NAME_MAX);
    if (fault) {
        return fault;
    }
    size_t size = strlen(type);
    for (size_t i = 0; i < size; i++) {
        bool inner = i > 0 && (type[i] == '.' || (type[i] == ' ' && i + 1 < size));
        if (!is_word(type[i]) && !inner) {
            return "may have only letters, digits, '_' and '-', and after the first of them blanks "
                   "and '.'";
        }
    }
    if (strcmp(type, "job") == 0 || has_prefix(type, "wandb-")) {
        return "is reserved";
    }
    if (name && ((strcmp(type, "run_table") == 0 && has_prefix(name, "run-")) ||
                 (strcmp(type, "code") == 0 && has_prefix(name, "source-")))) {
        return "is reserved together with a name of that beginning";
    }
    return NULL;
}

quire_status q_name_check_type(const char *type, const char *name, quire_error *error) {
    return report("artifact type", type, type_fault(type, name), error);
}

static const char *selector_fault(const char *selector) {
    const char *fault = text_fault(selector, Q_NAME_MAX);
    if (!fault && strpbrk(selector, "/:")) {
        fault = "may not have '/' or ':'";
    }
    if (!fault && is_dots(selector, strlen(selector))) {
        fault = "is a folder's own name";
    }
    return fault;
}

/** `v` and digits, also where no version can have that number. */
static bool is_version(const char *text) {
    return text[0] == 'v' && text[1] && strspn(text + 1, "0123456789") == strlen(text + 1);
}

quire_status q_name_check_alias(const char *alias, quire_error *error) {
    const char *fault = selector_fault(alias);
    if (!fault && strcmp(alias, "latest") == 0) {
        fault = "is moved by the store alone";
    } else if (!fault && is_version(alias)) {
        fault = "would be taken for a version's number";
    } else if (!fault && q_is_sha256_hex(alias)) {
        fault = "would be taken for a digest";
    }
    return report("alias", alias, fault, error);
}

quire_status q_name_check_tag(const char *tag, quire_error *error) {
    const char *fault = text_fault(tag, Q_NAME_MAX);
    size_t size = fault ? 0 : strlen(tag);
    for (size_t i = 0; i < size; i++) {
        if (!is_word(tag[i]) && (tag[i] != ' ' || i == 0 || i + 1 == size)) {
            fault = "may have only letters, digits, '_', '-' and inner blanks";
        }
    }
    return report("tag", tag, fault, error);
}

quire_status q_name_check_id(const char *what, const char *id, quire_error *error) {
    return report(what, id, text_fault(id, Q_NAME_MAX), error);
}

quire_status q_name_check_job(const char *job, quire_error *error) {
    return report("job", job, text_fault(job, JOB_MAX), error);
}

static const char *path_fault(const char *path) {
    const char *fault = text_fault(path, Q_PATH_MAX);
    if (fault) {
        return fault;
    }
    if (path[0] == '/') {
        return "is absolute";
    }
    if (is_letter(path[0]) && path[1] == ':') {
        return "begins with a drive letter";
    }
    if (strchr(path, '\\')) {
        return "has a backslash";
    }
    for (const char *component = path;;) {
        size_t size = strcspn(component, "/");
        if (size == 0) {
            return "has an empty component";
        }
        if (is_dots(component, size)) {
            return "has a component '.' or '..'";
        }
        if (size > Q_COMPONENT_MAX) {
            return "has a component that is too long";
        }
        if (!component[size]) {
            return NULL;
        }
        component += size + 1;
    }
}

quire_status q_name_check_path(const char *path, quire_error *error) {
    return report("path", path, path_fault(path), error);
}

static const char *uri_fault(const char *uri) {
    const char *fault = text_fault(uri, Q_URI_MAX);
    if (fault) {
        return fault;
    }
    size_t scheme = 0;
    while (is_letter(uri[scheme]) ||
           (scheme > 0 && (is_digit(uri[scheme]) || (uri[scheme] && strchr("+-.", uri[scheme]))))) {
        scheme++;
    }
    if (scheme == 0 || uri[scheme] != ':') {
        return "has no scheme";
    }
    if (!uri[scheme + 1]) {
        return "has nothing after its scheme";
    }
    return strchr(uri, ' ') ? "has a blank" : NULL;
}

quire_status q_name_check_uri(const char *uri, quire_error *error) {
    return report("URI", uri, uri_fault(uri), error);
}

quire_status q_name_parse_address(const char *address, q_address *parsed, quire_error *error) {
    size_t size = strcspn(address, ":");
    const char *selector = address[size] ? address + size + 1 : "latest";
    *parsed = (q_address){0};
    if (size > Q_NAME_MAX) {
        return report("artifact name in", address, "is too long", error);
    }
    memcpy(parsed->name, address, size);
    quire_status status = q_name_check_artifact(parsed->name, error);
    if (status == QUIRE_OK) {
        status = report("version selector", selector, selector_fault(selector), error);
    }
    if (status == QUIRE_OK) {
        memcpy(parsed->selector, selector, strlen(selector) + 1);
    }
    return status;
}

int64_t q_name_version_number(const char *selector) {
    if (!is_version(selector) || (selector[1] == '0' && selector[2])) {
        return -1; /* v01 would be a second name of v1 */
    }
    int64_t number = 0;
    for (const char *digit = selector + 1; *digit; digit++) {
        if (number > (INT64_MAX - (*digit - '0')) / 10) {
            return -1;
        }
        number = number * 10 + (*digit - '0');
    }
    return number;
}

quire_status q_name_to_component(const char *id, char **component, quire_error *error) {
    q_buffer out = {0};
    quire_status status = QUIRE_OK;
    *component = NULL;
    for (size_t i = 0; id[i] && out.size <= COMPONENT_LIMIT && status == QUIRE_OK; i++) {
        if (is_word(id[i]) || (id[i] == '.' && i > 0)) { /* what keys may hold */
            status = q_buffer_append(&out, id + i, 1, error);
        } else {
            status = q_buffer_printf(&out, error, "%%%02X", (unsigned char)id[i]);
        }
    }
    if (status == QUIRE_OK && (out.size == 0 || out.size > COMPONENT_LIMIT)) {
        char hex[Q_SHA256_HEX_SIZE];
        status = q_sha256_hex(id, strlen(id), hex, error);
        q_buffer_clear(&out);
        if (status == QUIRE_OK) { /* `%h` is no percent-encoding, so nothing else looks like it */
            status = q_buffer_printf(&out, error, "%%h%s", hex);
        }
    }
    if (status != QUIRE_OK) {
        q_buffer_free(&out);
    }
    *component = out.data;
    return status;
}
