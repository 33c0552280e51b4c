/**
 * @file
 * The notes of an artifact: what is said of the version beside its content. Checked when they are
 * given, so that a mistake is known before hours of writing and not after.
 */
#include <stdlib.h>
#include <string.h>

#include "artifact/artifact.h"
#include "base/json.h"

static quire_status replace(const char **place, const char *text, quire_error *error) {
    char *copy = NULL;
    quire_status status = q_strdup(text, &copy, error);
    if (status == QUIRE_OK) {
        free((char *)(uintptr_t)*place);
        *place = copy;
    }
    return status;
}

quire_status quire_artifact_set_description(quire_artifact *artifact, const char *text,
                                            quire_error *error) {
    quire_status status = q_require(artifact, "artifact", error);
    if (status == QUIRE_OK) {
        status = q_require(text, "description", error);
    }
    if (status != QUIRE_OK) {
        return status;
    }
    size_t size = strlen(text);
    if (size > Q_DESCRIPTION_MAX) {
        return q_error_set(error, QUIRE_USAGE,
                           "description of artifact '%s' has %zu bytes where at most %zu may be",
                           artifact->name, size, Q_DESCRIPTION_MAX);
    }
    if (!q_name_is_utf8(text, size)) {
        return q_error_set(error, QUIRE_USAGE, "description of artifact '%s' is not UTF-8",
                           artifact->name);
    }
    return replace(&artifact->notes.description, text, error);
}

quire_status quire_artifact_set_metadata(quire_artifact *artifact, const char *json,
                                         quire_error *error) {
    quire_status status = q_require(artifact, "artifact", error);
    if (status == QUIRE_OK) {
        status = q_require(json, "metadata", error);
    }
    cJSON *value = NULL;
    if (status == QUIRE_OK) {
        status = q_json_metadata(json, &value, error);
    }
    if (status == QUIRE_OK) {
        status = replace(&artifact->notes.metadata, json, error);
    }
    cJSON_Delete(value);
    return status;
}

quire_status quire_artifact_set_ttl(quire_artifact *artifact, int64_t seconds, quire_error *error) {
    quire_status status = q_require(artifact, "artifact", error);
    if (status == QUIRE_OK && (seconds < 0 || seconds > Q_TTL_MAX)) {
        status = q_error_set(error, QUIRE_USAGE, "time to live %lld is not within 0 and %lld",
                             (long long)seconds, (long long)Q_TTL_MAX);
    }
    if (status == QUIRE_OK) {
        artifact->notes.ttl = seconds;
    }
    return status;
}

static quire_status append(char ***list, size_t *count, const char *what, const char *text,
                           quire_error *error) {
    for (size_t i = 0; i < *count; i++) {
        if (strcmp((*list)[i], text) == 0) {
            return QUIRE_OK;
        }
    }
    if (*count >= Q_NOTES_MAX) {
        return q_error_set(error, QUIRE_USAGE, "%s '%s' is one more than the %d that may be", what,
                           text, Q_NOTES_MAX);
    }
    char **grown = reallocarray(*list, *count + 1, sizeof *grown);
    if (!grown) {
        return q_error_memory(error);
    }
    *list = grown;
    quire_status status = q_strdup(text, &grown[*count], error);
    *count += status == QUIRE_OK;
    return status;
}

quire_status quire_artifact_add_alias(quire_artifact *artifact, const char *alias,
                                      quire_error *error) {
    quire_status status = q_require(artifact, "artifact", error);
    if (status == QUIRE_OK) {
        status = q_require(alias, "alias", error);
    }
    if (status == QUIRE_OK) {
        status = q_name_check_alias(alias, error);
    }
    return status == QUIRE_OK ? append(&artifact->notes.aliases, &artifact->notes.alias_count,
                                       "alias", alias, error)
                              : status;
}

quire_status quire_artifact_add_tag(quire_artifact *artifact, const char *tag, quire_error *error) {
    quire_status status = q_require(artifact, "artifact", error);
    if (status == QUIRE_OK) {
        status = q_require(tag, "tag", error);
    }
    if (status == QUIRE_OK) {
        status = q_name_check_tag(tag, error);
    }
    return status == QUIRE_OK
               ? append(&artifact->notes.tags, &artifact->notes.tag_count, "tag", tag, error)
               : status;
}

quire_status quire_artifact_add_input(quire_artifact *artifact, const char *address,
                                      quire_error *error) {
    quire_status status = q_require(artifact, "artifact", error);
    if (status == QUIRE_OK) {
        status = q_require(address, "address", error);
    }
    q_address parsed;
    if (status == QUIRE_OK) {
        status = q_name_parse_address(address, &parsed, error);
    }
    return status == QUIRE_OK ? append(&artifact->notes.inputs, &artifact->notes.input_count,
                                       "input", address, error)
                              : status;
}
