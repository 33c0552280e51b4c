/**
 * @file
 * What the target has of the source: a version with the same content, or the draft of a push that
 * did not come to its end. A draft is called after the source's digest and a random number: the
 * first makes it be found, the second lets a version be pushed again that was deleted, or whose
 * draft was dropped. Where drafts are not listed, the digest has to do, and the store goes on with
 * a draft of that name or begins another one.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/random.h"
#include "push/push.h"

#define STEM "push-"
#define STEM_SIZE 40
#define STEM_HEX 32

/* What drafts of this source are called, up to the random number. */
static quire_status name_stem(const quire_push *push, char stem[STEM_SIZE], quire_error *error) {
    char hex[Q_SHA256_HEX_SIZE];
    q_buffer text = {0};
    quire_status status =
        q_buffer_printf(&text, error, "quire-push-1\n%s\n", push->source->info.digest);
    if (status == QUIRE_OK && !push->source->store->ops->finds_by_draft) {
        status =
            q_buffer_printf(&text, error, "%s\n%s\n", push->origin.version, push->origin.store);
    }
    status = status ? status : q_sha256_hex(text.data, text.size, hex, error);
    if (status == QUIRE_OK) {
        (void)snprintf(stem, STEM_SIZE, STEM "%.*s", STEM_HEX, hex);
    }
    q_buffer_free(&text);
    return status;
}

/* --- versions --- */

static quire_status check_type(const quire_push *push, const quire_version_info *info,
                               quire_error *error) {
    const char *type = push->source->info.type;
    return strcmp(info->type, type) == 0
               ? QUIRE_OK
               : q_error_set(
                     error, QUIRE_CONFLICT, "%s has %s:v%" PRId64 " with type '%s', not '%s'",
                     quire_store_url(push->target), info->name, info->number, info->type, type);
}

static quire_status open_target(quire_push *push, const char *selector, quire_version **version,
                                quire_error *error) {
    q_address address = {0};
    (void)snprintf(address.name, sizeof address.name, "%s", push->name);
    (void)snprintf(address.selector, sizeof address.selector, "%s", selector);
    quire_status status = push->target->ops->version_open(push->target, &address, version, error);
    if (status == QUIRE_NOT_FOUND) {
        *version = NULL;
        status = QUIRE_OK;
    }
    return status;
}

static bool says(const cJSON *object, const char *member, const char *text) {
    const char *found = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, member));
    return found && strcmp(found, text) == 0;
}

typedef struct tracing {
    const quire_push *push;
    int64_t number; /* -1: none */
} tracing;

/* A version that was pushed says what it was: the newest one counts. The digest alone says too
 * little: W&B may give one to versions that differ, where they were made of parts. */
static quire_status trace(void *context, const quire_version_info *info) {
    tracing *self = context;
    const q_origin *origin = &self->push->origin;
    cJSON *maker = info->created_by ? cJSON_Parse(info->created_by) : NULL;
    const cJSON *told = cJSON_GetObjectItemCaseSensitive(maker, "origin");
    if (says(told, "digest", origin->digest) && says(told, "version", origin->version) &&
        says(told, "store", origin->store)) {
        self->number = info->number;
    }
    cJSON_Delete(maker);
    return QUIRE_OK;
}

static quire_status find_by_origin(quire_push *push, quire_error *error) {
    tracing traced = {.push = push, .number = -1};
    char selector[32];
    quire_status status =
        push->target->ops->version_each(push->target, push->name, trace, &traced, error);
    if (status == QUIRE_NOT_FOUND || (status == QUIRE_OK && traced.number < 0)) {
        return QUIRE_OK;
    }
    (void)snprintf(selector, sizeof selector, "v%" PRId64, traced.number);
    return status ? status : open_target(push, selector, &push->found, error);
}

/* Without drafts to be listed a draft has no random number: the newest version tells its name. */
static quire_status find_by_name(quire_push *push, quire_version **latest, quire_error *error) {
    char stem[STEM_SIZE];
    const char *made_by = *latest ? (*latest)->info.created_by : NULL;
    quire_status status = name_stem(push, stem, error);
    cJSON *maker = status == QUIRE_OK && made_by ? cJSON_Parse(made_by) : NULL;
    if (says(maker, "distributed_id", stem)) {
        push->found = *latest;
        *latest = NULL;
    }
    cJSON_Delete(maker);
    return status;
}

static quire_status see_difference(void *context, const quire_entry *before,
                                   const quire_entry *after) {
    bool *differs = context;
    (void)before;
    (void)after;
    *differs = true;
    return QUIRE_OK;
}

/* Two of W&B's with one digest may differ (see above): then it is not the one. */
static quire_status compare_found(quire_push *push, quire_error *error) {
    bool differs = false;
    if (!push->found || push->target->ops->finds_by_draft) {
        return QUIRE_OK;
    }
    quire_status status =
        push->target->ops->version_diff(push->source, push->found, see_difference, &differs, error);
    if (status == QUIRE_OK && differs) {
        quire_version_free(push->found);
        push->found = NULL;
    }
    return status;
}

static quire_status find_version(quire_push *push, quire_version **latest, quire_error *error) {
    /* Hear of another type before the work is done; the commit decides. */
    quire_status status = open_target(push, "latest", latest, error);
    if (status == QUIRE_OK && *latest) {
        status = check_type(push, &(*latest)->info, error);
    }
    if (status == QUIRE_OK && push->is_comparable) {
        status = open_target(push, push->source->info.digest, &push->found, error);
        status = status ? status : compare_found(push, error);
    } else if (status == QUIRE_OK && push->target->ops->finds_by_draft) {
        status = find_by_origin(push, error);
    } else if (status == QUIRE_OK) {
        status = find_by_name(push, latest, error);
    }
    return status == QUIRE_OK && push->found ? check_type(push, &push->found->info, error) : status;
}

quire_status q_push_find_version(quire_push *push, quire_error *error) {
    quire_version *latest = NULL;
    quire_status status = find_version(push, &latest, error);
    quire_version_free(latest);
    return status;
}

/* --- drafts --- */

bool q_push_is_from_draft(const quire_push *push) {
    const char *made_by = push->found->info.created_by;
    cJSON *maker = made_by ? cJSON_Parse(made_by) : NULL;
    const char *id =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(maker, "distributed_id"));
    bool is_pushed =
        push->target->ops->finds_by_draft && id && strncmp(id, STEM, strlen(STEM)) == 0;
    cJSON_Delete(maker);
    return is_pushed;
}

typedef struct searching {
    quire_push *push;
    char stem[STEM_SIZE]; /* push-… */
    bool there[QUIRE_PUSH_PARTS_MAX];
} searching;

/* The number of the part that a writer is called by; QUIRE_PUSH_PARTS_MAX: none. */
static uint32_t part_of(const char *writer) {
    char *end;
    unsigned long number =
        writer[0] >= '0' && writer[0] <= '9' ? strtoul(writer, &end, 10) : QUIRE_PUSH_PARTS_MAX;
    char plain[24];
    (void)snprintf(plain, sizeof plain, "%lu", number);
    return number < QUIRE_PUSH_PARTS_MAX && strcmp(plain, writer) == 0 ? (uint32_t)number
                                                                       : QUIRE_PUSH_PARTS_MAX;
}

/* What differs in what can be seen here is pushed again; the finish compares the rest. */
static uint32_t mark_parts(const searching *self, const quire_draft *draft,
                           bool there[QUIRE_PUSH_PARTS_MAX]) {
    const quire_push *push = self->push;
    uint32_t found = 0;
    for (size_t i = 0; i < draft->writer_count; i++) {
        const quire_draft_writer *writer = &draft->writers[i];
        uint32_t number = part_of(writer->name);
        if (number < push->count && writer->entries == push->parts[number].entries &&
            writer->bytes == push->parts[number].bytes && !there[number]) {
            there[number] = true;
            found++;
        }
    }
    return found;
}

/* Of several, which can be when two pushes began at once, all processes take the same. */
static quire_status see_draft(void *context, const quire_draft *draft) {
    searching *self = context;
    quire_push *push = self->push;
    bool there[QUIRE_PUSH_PARTS_MAX] = {0};
    if (strncmp(draft->distributed_id, self->stem, strlen(self->stem)) != 0 ||
        strlen(draft->distributed_id) >= sizeof push->draft ||
        strcmp(draft->type, push->source->info.type) != 0 ||
        (push->draft[0] && strcmp(draft->distributed_id, push->draft) > 0)) {
        return QUIRE_OK;
    }
    if (mark_parts(self, draft, there) < push->count && draft->sealed) {
        return QUIRE_OK; /* nothing more can come to it */
    }
    (void)snprintf(push->draft, sizeof push->draft, "%s", draft->distributed_id);
    memcpy(self->there, there, sizeof there);
    return QUIRE_OK;
}

static quire_status name_draft(quire_push *push, const char *stem, quire_error *error) {
    char random[33];
    if (!push->target->ops->finds_by_draft) {
        (void)snprintf(push->draft, sizeof push->draft, "%s", stem);
        return QUIRE_OK;
    }
    quire_status status = q_random_hex(random, error);
    if (status == QUIRE_OK) {
        (void)snprintf(push->draft, sizeof push->draft, "%s-%.8s", stem, random);
    }
    return status;
}

quire_status q_push_find_draft(quire_push *push, bool is_new, quire_error *error) {
    searching self = {.push = push};
    quire_status status = name_stem(push, self.stem, error);
    if (status == QUIRE_OK && push->target->ops->finds_by_draft) {
        status = push->target->ops->draft_list(push->target, push->name, see_draft, &self, error);
        status = status == QUIRE_NOT_FOUND ? QUIRE_OK : status; /* no such collection yet */
    }
    if (status == QUIRE_OK && !push->draft[0] && is_new) {
        status = name_draft(push, self.stem, error);
    }
    for (uint32_t i = 0; i < push->count; i++) {
        push->parts[i].is_done = self.there[i];
    }
    return status;
}
