/**
 * @file
 * What a pushed version is called and says. The source's words were checked by a store that may
 * have other rules (W&B's are looser), so that all of them are checked here as a caller's would be.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "push/push.h"

static bool is_of_store(const char *alias) {
    return strcmp(alias, "latest") == 0 || q_name_version_number(alias) >= 0;
}

static bool has_alias(const q_notes *notes, const char *alias) {
    for (size_t i = 0; i < notes->alias_count; i++) {
        if (notes->aliases[i] && strcmp(notes->aliases[i], alias) == 0) {
            return true;
        }
    }
    return false;
}

/* They are lent by who lent the version or the options. */
static char *lend(const char *string) {
    return (char *)(uintptr_t)string;
}

static void add_alias(q_notes *notes, const char *alias) {
    if (!has_alias(notes, alias)) {
        notes->aliases[notes->alias_count++] = lend(alias);
    }
}

static quire_status gather_aliases(quire_push *push, quire_error *error) {
    const quire_version_info *info = &push->source->info;
    const quire_push_options *options = &push->options;
    q_notes *notes = &push->notes;
    size_t own = options->skip_aliases ? 0 : info->alias_count;
    notes->aliases = calloc(own + options->alias_count + 1, sizeof *notes->aliases);
    if (!notes->aliases) {
        return q_error_memory(error);
    }
    for (size_t i = 0; i < options->alias_count; i++) {
        const char *alias = options->aliases ? options->aliases[i] : NULL;
        quire_status status = alias ? q_name_check_alias(alias, error)
                                    : q_error_set(error, QUIRE_USAGE, "an alias that is NULL");
        if (status != QUIRE_OK) {
            return status;
        }
        add_alias(notes, alias);
    }
    for (size_t i = 0; i < own; i++) {
        if (is_of_store(info->aliases[i])) {
            continue;
        }
        if (q_name_check_alias(info->aliases[i], NULL) == QUIRE_OK) {
            add_alias(notes, info->aliases[i]);
        } else {
            q_store_log(push->target, QUIRE_LOG_WARNING, "alias '%s' is left behind: no such here",
                        info->aliases[i]);
        }
    }
    return QUIRE_OK;
}

static quire_status gather_tags(quire_push *push, quire_error *error) {
    const quire_version_info *info = &push->source->info;
    q_notes *notes = &push->notes;
    notes->tags = calloc(info->tag_count + 1, sizeof *notes->tags);
    quire_status status = notes->tags ? QUIRE_OK : q_error_memory(error);
    for (size_t i = 0; status == QUIRE_OK && i < info->tag_count; i++) {
        status = q_name_check_tag(info->tags[i], error);
        if (status == QUIRE_OK) {
            notes->tags[notes->tag_count++] = lend(info->tags[i]);
        }
    }
    return status;
}

static quire_status gather_texts(quire_push *push, quire_error *error) {
    const quire_version_info *info = &push->source->info;
    q_notes *notes = &push->notes;
    size_t size = info->description ? strlen(info->description) : 0;
    if (size > Q_DESCRIPTION_MAX) {
        return q_error_set(error, QUIRE_USAGE, "the description of %s:v%lld has %zu bytes",
                           info->name, (long long)info->number, size);
    }
    notes->description = size > 0 ? info->description : NULL;
    notes->ttl = info->ttl > 0 && info->ttl <= Q_TTL_MAX ? info->ttl : -1;
    cJSON *value = NULL;
    quire_status status =
        info->metadata ? q_json_metadata(info->metadata, &value, error) : QUIRE_OK;
    if (status == QUIRE_OK && value && value->child) {
        notes->metadata = info->metadata;
    }
    cJSON_Delete(value);
    return status;
}

quire_status q_push_gather_notes(quire_push *push, quire_error *error) {
    quire_status status = q_name_check_artifact(push->name, error);
    status = status ? status : q_name_check_type(push->source->info.type, push->name, error);
    if (status == QUIRE_OK && push->options.job) {
        status = q_name_check_job(push->options.job, error);
    }
    status = status ? status : gather_aliases(push, error);
    status = status ? status : gather_tags(push, error);
    return status ? status : gather_texts(push, error);
}

void q_push_free_notes(quire_push *push) {
    free(push->notes.aliases);
    free(push->notes.tags);
}
