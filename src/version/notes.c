/** @file Changing what may change about a version: aliases, tags, notes, its use, its existence. */
#include <quire/version.h>

#include <string.h>

#include "base/environment.h"
#include "base/json.h"
#include "version/range.h"

static quire_status parse(const quire_store *store, const char *address, q_address *parsed,
                          quire_error *error) {
    if (store == NULL || address == NULL) {
        return q_error_set(error, QUIRE_USAGE, "a store and the address of a version are needed");
    }
    return q_name_parse_address(address, parsed, error);
}

quire_status quire_alias_set(quire_store *store, const char *address, const char *alias,
                             quire_error *error) {
    q_address parsed;

    quire_status status = parse(store, address, &parsed, error);
    if (status == QUIRE_OK && alias == NULL) {
        status = q_error_set(error, QUIRE_USAGE, "no alias given for %s", address);
    }
    if (status == QUIRE_OK) {
        status = q_name_check_alias(alias, error);
    }
    return status == QUIRE_OK ? store->ops->alias_set(store, &parsed, alias, error) : status;
}

quire_status quire_alias_remove(quire_store *store, const char *address, quire_error *error) {
    q_address parsed;

    quire_status status = parse(store, address, &parsed, error);
    if (status == QUIRE_OK) {
        /* `latest`, numbers and digests are the store's own, and refused here. */
        status = q_name_check_alias(parsed.selector, error);
    }
    return status == QUIRE_OK ? store->ops->alias_remove(store, &parsed, error) : status;
}

static quire_status check_tags(const char *const *tags, size_t count, quire_error *error) {
    if (tags == NULL && count > 0) {
        return q_error_set(error, QUIRE_USAGE, "a number of tags without tags");
    }
    for (size_t i = 0; i < count; i++) {
        if (tags[i] == NULL) {
            return q_error_set(error, QUIRE_USAGE, "a tag that is NULL");
        }
        quire_status status = q_name_check_tag(tags[i], error);
        if (status != QUIRE_OK) {
            return status;
        }
    }
    return QUIRE_OK;
}

static quire_status check_change(const quire_notes_change *change, quire_error *error) {
    if (change == NULL) {
        return q_error_set(error, QUIRE_USAGE, "no change of notes given");
    }
    if (change->version != 0) {
        return q_error_set(error, QUIRE_USAGE, "change of notes of unknown layout %d",
                           change->version);
    }
    if (change->description != NULL) {
        size_t size = strlen(change->description);
        if (size > Q_DESCRIPTION_MAX || !q_name_is_utf8(change->description, size)) {
            return q_error_set(error, QUIRE_USAGE, "description of %zu bytes %s", size,
                               size > Q_DESCRIPTION_MAX ? "is too long" : "is not UTF-8");
        }
    }
    if (change->ttl != NULL && (*change->ttl < 0 || *change->ttl > Q_TTL_MAX)) {
        return q_error_set(error, QUIRE_USAGE,
                           "time to live %" PRId64 " is not within 0 and %" PRId64, *change->ttl,
                           Q_TTL_MAX);
    }
    if (change->metadata != NULL) {
        cJSON *value = NULL;
        quire_status status = q_json_metadata(change->metadata, &value, error);
        cJSON_Delete(value);
        if (status != QUIRE_OK) {
            return status;
        }
    }
    quire_status status = check_tags(change->add_tags, change->add_tag_count, error);
    return status == QUIRE_OK ? check_tags(change->remove_tags, change->remove_tag_count, error)
                              : status;
}

quire_status quire_version_annotate(quire_store *store, const char *address,
                                    const quire_notes_change *change, quire_error *error) {
    q_address parsed;

    quire_status status = parse(store, address, &parsed, error);
    if (status == QUIRE_OK) {
        status = check_change(change, error);
    }
    return status == QUIRE_OK ? store->ops->annotate(store, &parsed, change, error) : status;
}

quire_status quire_version_delete(quire_store *store, const char *address, int delete_aliases,
                                  quire_error *error) {
    q_address parsed;

    quire_status status = parse(store, address, &parsed, error);
    if (status != QUIRE_OK) {
        return status;
    }
    return store->ops->version_delete(store, &parsed, delete_aliases != 0, error);
}

quire_status quire_version_use(quire_store *store, const char *address, const char *job,
                               quire_error *error) {
    q_address parsed;

    quire_status status = parse(store, address, &parsed, error);
    if (status != QUIRE_OK) {
        return status;
    }
    job = job != NULL ? job : q_environment_job();
    if (job != NULL) {
        status = q_name_check_job(job, error);
    }
    return status == QUIRE_OK ? store->ops->version_use(store, &parsed, job, error) : status;
}

quire_status quire_version_link(quire_store *store, const char *address, const char *target,
                                const char *const *aliases, size_t alias_count, int64_t *number,
                                quire_error *error) {
    q_address parsed;
    int64_t made = -1;

    quire_status status = parse(store, address, &parsed, error);
    if (status == QUIRE_OK && (target == NULL || (aliases == NULL && alias_count > 0))) {
        status = q_error_set(error, QUIRE_USAGE,
                             "linking %s needs a target, and aliases where "
                             "their number is given",
                             address);
    }
    for (size_t i = 0; i < alias_count && status == QUIRE_OK; i++) {
        status = aliases[i] != NULL ? q_name_check_alias(aliases[i], error)
                                    : q_error_set(error, QUIRE_USAGE, "an alias that is NULL");
    }
    if (status == QUIRE_OK && store->ops->version_link == NULL) {
        status = q_error_set(error, QUIRE_USAGE, "%s: only a store of W&B has links", store->url);
    }
    if (status == QUIRE_OK) {
        status =
            store->ops->version_link(store, &parsed, target, aliases, alias_count, &made, error);
    }
    if (status == QUIRE_OK && number != NULL) {
        *number = made;
    }
    return status;
}
