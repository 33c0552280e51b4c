/** @file The shared files of AWS's tools: see s3_profile.h. */
#include "objects/s3/s3_profile.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define BLANKS " \t\r"
#define NAME_SIZE 128

/** Without blanks at both ends; cuts the text. */
static char *trim(char *text) {
    text += strspn(text, BLANKS);
    size_t size = strlen(text);
    while (size > 0 && strchr(BLANKS, text[size - 1])) {
        size--;
    }
    text[size] = '\0';
    return text;
}

/** `[default]`, `[profile NAME]`. */
static bool is_section(char *line, const char *section) {
    char *end = strchr(line, ']');
    if (!end) {
        return false;
    }
    *end = '\0';
    char *name = trim(line + 1);
    if (strncmp(name, "profile", 7) == 0 && (name[7] == ' ' || name[7] == '\t')) {
        name = trim(name + 7);
    }
    return strcmp(name, section) == 0;
}

/** A comment begins a line, or follows a blank. */
static void cut_comment(char *value) {
    for (char *c = value; *c; c++) {
        if ((*c == '#' || *c == ';') && (c == value || c[-1] == ' ' || c[-1] == '\t')) {
            *c = '\0';
            return;
        }
    }
}

quire_status q_s3_profile_each(char *text, const char *section, q_s3_profile_setting setting,
                               void *context, quire_error *error) {
    bool inside = false;
    char outer[NAME_SIZE] = "", full[2 * NAME_SIZE];
    quire_status status = QUIRE_OK;
    for (char *line = text, *next; line && !status; line = next) {
        next = strchr(line, '\n');
        if (next) {
            *next++ = '\0';
        }
        bool indented = *line == ' ' || *line == '\t';
        char *start = trim(line);
        if (*start == '\0' || *start == '#' || *start == ';') {
            continue;
        }
        if (*start == '[') {
            inside = is_section(start, section);
            outer[0] = '\0';
            continue;
        }
        char *equals = strchr(start, '=');
        if (!inside || !equals) {
            continue;
        }
        *equals = '\0';
        cut_comment(equals + 1);
        const char *name = trim(start), *value = trim(equals + 1);
        if (indented && outer[0]) {
            snprintf(full, sizeof full, "%s.%.*s", outer, NAME_SIZE - 1, name);
            name = full;
        } else {
            snprintf(outer, sizeof outer, "%s", *value ? "" : name);
        }
        if (*value) {
            status = setting(context, name, value, error);
        }
    }
    return status;
}
