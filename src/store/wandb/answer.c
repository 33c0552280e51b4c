/** @file Answers: see answer.h. */
#include "store/wandb/answer.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define ANSWER_MAX ((size_t)64 << 20)
#define ANSWER_DEPTH 24

static void add_words(q_wandb_words *words, const char *text, size_t size) {
    for (size_t i = 0; i < size && words->size + 1 < sizeof words->text; i++) {
        unsigned char c = (unsigned char)text[i];
        words->text[words->size++] = c < 0x20 || c == 0x7f ? ' ' : text[i];
    }
    words->text[words->size] = '\0';
}

static void add_message(q_wandb_words *words, const cJSON *fault) {
    const char *message = cJSON_GetStringValue(fault);
    message = message ? message
                      : cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(fault, "message"));
    message = message ? message : "an error without words";
    if (words->size > 0) {
        add_words(words, "; ", 2);
    }
    add_words(words, message, strlen(message));
}

static void collect(const cJSON *answer, q_wandb_words *words) {
    const cJSON *errors = cJSON_GetObjectItemCaseSensitive(answer, "errors");
    const cJSON *single = cJSON_GetObjectItemCaseSensitive(answer, "error");
    const cJSON *fault;
    if (cJSON_IsArray(errors)) {
        cJSON_ArrayForEach(fault, errors) {
            add_message(words, fault);
        }
    } else if (errors && !cJSON_IsNull(errors)) {
        add_message(words, errors);
    }
    if (single && !cJSON_IsNull(single)) {
        add_message(words, single);
    }
}

/** The beginning of what is no JSON, for who has to find out what answered. */
static void quote_start(const char *text, size_t size, q_wandb_words *words) {
    size_t shown = size < 120 ? size : 120;
    static const char none[] = "an empty answer", other[] = "no JSON: ";
    add_words(words, size ? other : none, size ? sizeof other - 1 : sizeof none - 1);
    add_words(words, text, shown);
}

quire_status q_wandb_answer_parse(const char *text, size_t size, cJSON **data, q_wandb_words *words,
                                  quire_error *error) {
    cJSON *answer = NULL;
    quire_error why = {0};
    *data = NULL;
    *words = (q_wandb_words){{0}, 0};
    quire_status status =
        q_json_parse(size ? text : "", size, ANSWER_MAX, ANSWER_DEPTH, &answer, &why);
    if (status == QUIRE_INTEGRITY) {
        quote_start(text, size, words);
        return QUIRE_OK;
    }
    if (status) {
        return q_error_set(error, status, "%s", why.message);
    }
    collect(answer, words);
    if (words->size == 0) {
        *data = cJSON_DetachItemFromObjectCaseSensitive(answer, "data");
        if (!cJSON_IsObject(*data)) {
            static const char none[] = "an answer without data";
            cJSON_Delete(*data);
            *data = NULL;
            add_words(words, none, sizeof none - 1);
        }
    }
    cJSON_Delete(answer);
    return QUIRE_OK;
}

static bool says(const char *words, const char *part) {
    size_t size = strlen(part);
    for (; *words; words++) {
        if (strncasecmp(words, part, size) == 0) {
            return true;
        }
    }
    return false;
}

bool q_wandb_answer_may_change(long code) {
    return code == 408 || code == 425 || code == 429 || (code >= 500 && code != 501);
}

quire_status q_wandb_answer_status(long code, const char *words) {
    if (q_wandb_answer_may_change(code)) {
        return QUIRE_TEMPORARY;
    }
    switch (code) {
    case 401:
    case 403:
        return QUIRE_AUTH;
    case 404:
    case 410:
        return QUIRE_NOT_FOUND;
    case 409:
        return QUIRE_CONFLICT;
    default:
        break;
    }
    if (says(words, "permission") || says(words, "unauthori") || says(words, "not authorized") ||
        says(words, "logged in") || says(words, "authenticat")) {
        return QUIRE_AUTH;
    }
    if (says(words, "not found") || says(words, "could not find")) {
        return QUIRE_NOT_FOUND;
    }
    return QUIRE_ERROR;
}

const cJSON *q_wandb_get(const cJSON *from, const char *path) {
    char name[64];
    while (from && *path) {
        size_t size = strcspn(path, ".");
        snprintf(name, sizeof name, "%.*s", (int)size, path);
        from = cJSON_GetObjectItemCaseSensitive(from, name);
        path += size + (path[size] == '.');
    }
    return from && cJSON_IsNull(from) ? NULL : from;
}

const char *q_wandb_text(const cJSON *from, const char *path) {
    return cJSON_GetStringValue(q_wandb_get(from, path));
}

int64_t q_wandb_number(const cJSON *from, const char *path, int64_t otherwise) {
    const cJSON *number = q_wandb_get(from, path);
    const double most = 9007199254740992.0; /* 2^53 */
    return cJSON_IsNumber(number) && number->valuedouble >= -most && number->valuedouble <= most
               ? (int64_t)number->valuedouble
               : otherwise;
}

quire_status q_wandb_need(const cJSON *from, const char *path, const char **text,
                          quire_error *error) {
    *text = q_wandb_text(from, path);
    return *text ? QUIRE_OK
                 : q_error_set(error, QUIRE_INTEGRITY, "the answer of W&B has no '%s'", path);
}
