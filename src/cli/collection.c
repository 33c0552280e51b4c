/** @file Looks the type of a collection up, so that it need not be given again. */
#include "cli/collection.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

/* A callback ends a listing early by any status but QUIRE_OK; `found` tells why. */
typedef struct search {
    char *type;
    quire_error error;
} search;

static quire_status take_type(search *found, const char *type) {
    quire_status status = q_strdup(type, &found->type, &found->error);
    return status == QUIRE_OK ? QUIRE_ERROR : status;
}

static quire_status from_version(void *context, const quire_version_info *info) {
    return take_type(context, info->type);
}

static quire_status from_draft(void *context, const quire_draft *draft) {
    return take_type(context, draft->type);
}

quire_status q_collection_type(q_cli *cli, quire_store *store, const char *name, char **type) {
    search found = {0};
    quire_error error = {0};
    quire_status status = quire_draft_list(store, name, from_draft, &found, &error);
    if (!found.type && (status == QUIRE_OK || status == QUIRE_NOT_FOUND)) {
        status = quire_version_each(store, name, from_version, &found, &error);
    }
    if (found.type) {
        *type = found.type;
        return QUIRE_OK;
    }
    if (status != QUIRE_OK && status != QUIRE_NOT_FOUND) {
        cli->error = error;
        return status;
    }
    return q_error_set(&cli->error, QUIRE_NOT_FOUND,
                       "'%s' has no version and no open draft; whether a draft was dropped is told "
                       "with --type",
                       name);
}
