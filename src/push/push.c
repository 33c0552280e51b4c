/**
 * @file
 * The life of a push: what there is to do, and how it ends. The order in which things are done is
 * told in docs/protocols.md.
 */
#include "push/push.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/environment.h"

void q_push_advance(quire_push *push, uint64_t files, uint64_t bytes) {
    push->progress.files_done += files;
    push->progress.bytes_done += bytes;
    if (push->options.progress) {
        push->options.progress(push->options.progress_context, &push->progress);
    }
}

static quire_status check(quire_version *source, quire_store *target,
                          const quire_push_options *options, quire_push **push,
                          quire_error *error) {
    if (!push) {
        return q_error_set(error, QUIRE_USAGE, "no place for the push's handle");
    }
    *push = NULL;
    if (!source || !target) {
        return q_error_set(error, QUIRE_USAGE, "a push needs a version and a store to push it to");
    }
    if (options && options->version != 0) {
        return q_error_set(error, QUIRE_USAGE, "push options of unknown layout %d",
                           options->version);
    }
    const char *name = options && options->name ? options->name : source->info.name;
    if (strcmp(source->store->url, target->url) == 0 && strcmp(source->info.name, name) == 0) {
        return q_error_set(error, QUIRE_USAGE,
                           "%s:v%" PRId64 " is in %s: give another store or name",
                           source->info.name, source->info.number, target->url);
    }
    return QUIRE_OK;
}

/* What every process has of a push. */
static quire_status make(quire_version *source, quire_store *target,
                         const quire_push_options *options, quire_push **push, quire_error *error) {
    quire_status status = check(source, target, options, push, error);
    if (status != QUIRE_OK) {
        return status;
    }
    quire_push *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    const quire_version_info *info = &source->info;
    made->source = source;
    made->target = target;
    if (options) {
        made->options = *options;
    }
    made->name = made->options.name ? made->options.name : info->name;
    /* One implementation, one kind of digest. */
    made->is_comparable = source->store->ops == target->ops;
    (void)snprintf(made->origin_version, sizeof made->origin_version, "%s:v%" PRId64, info->name,
                   info->number);
    made->origin = (q_origin){source->store->url, made->origin_version, info->digest};
    made->progress = (quire_progress){
        .files_total = info->entries, .bytes_total = info->bytes, .slowest_rank = -1};
    status = q_push_gather_notes(made, error);
    if (status != QUIRE_OK) {
        quire_push_free(made);
        return status;
    }
    *push = made;
    return QUIRE_OK;
}

static void count_known(quire_push *push, uint64_t files, uint64_t bytes) {
    push->report.known_files += files;
    push->report.known_bytes += bytes;
    push->progress.files_done += files;
    push->progress.bytes_done += bytes;
}

static void fill_ticket(const quire_push *push, quire_push_ticket *ticket) {
    memset(ticket, 0, sizeof *ticket);
    memcpy(ticket->draft, push->draft, sizeof ticket->draft);
    ticket->parts = quire_push_parts(push);
    for (uint32_t i = 0; i < ticket->parts; i++) {
        ticket->there[i / 8] |= (unsigned char)(push->parts[i].is_done << i % 8);
    }
}

/* Where small content is found again by a draft alone, whatever may take long goes into one; and
 * where digests say nothing, so that it says what was pushed. */
static bool needs_draft(const quire_push *push) {
    return push->count > 1 || (push->target->ops->finds_by_draft && !push->is_comparable);
}

/* Who made the version may have died before it closed its draft: then that is finished once more.
 */
static quire_status find_leftover(quire_push *push, quire_error *error) {
    quire_status status = q_push_divide(push, false, error);
    status = status ? status : q_push_find_draft(push, false, error);
    for (uint32_t i = 0; i < push->count; i++) {
        if (!push->parts[i].is_done) {
            push->draft[0] = '\0';
        }
    }
    return status;
}

static quire_status find_work(quire_push *push, unsigned processes, quire_error *error) {
    quire_status status = q_push_find_version(push, error);
    if (status != QUIRE_OK) {
        return status;
    }
    if (push->found) {
        count_known(push, push->source->info.entries, push->source->info.bytes);
        return q_push_is_from_draft(push) ? find_leftover(push, error) : QUIRE_OK;
    }
    status = q_push_divide(push, processes <= 1 && !push->target->ops->finds_by_draft, error);
    if (status == QUIRE_OK && needs_draft(push)) {
        status = q_push_find_draft(push, true, error);
    }
    for (uint32_t i = 0; status == QUIRE_OK && i < push->count; i++) {
        if (push->parts[i].is_done) {
            count_known(push, push->parts[i].entries, push->parts[i].bytes);
        }
    }
    return status;
}

quire_status quire_push_begin(quire_version *source, quire_store *target,
                              const quire_push_options *options, unsigned processes,
                              quire_push **push, quire_push_ticket *ticket, quire_error *error) {
    quire_push *made = NULL;
    if (push) {
        *push = NULL;
    }
    quire_status status = make(source, target, options, push ? &made : NULL, error);
    status = status ? status : find_work(made, processes, error);
    if (status != QUIRE_OK) {
        quire_push_free(made);
        return status;
    }
    if (ticket) {
        fill_ticket(made, ticket);
    }
    *push = made;
    return QUIRE_OK;
}

/* The ticket comes from another process, which may have seen another version. */
static quire_status take_ticket(quire_push *push, const quire_push_ticket *ticket,
                                quire_error *error) {
    if (ticket->parts == 0) {
        return QUIRE_OK;
    }
    bool is_text = memchr(ticket->draft, '\0', sizeof ticket->draft) != NULL;
    quire_status status = q_push_divide(push, ticket->parts == 1, error);
    if (status == QUIRE_OK && (!is_text || push->count != ticket->parts)) {
        status = q_error_set(error, QUIRE_USAGE, "the ticket is not of %s", push->origin.version);
    }
    if (status == QUIRE_OK && ticket->draft[0]) {
        status = q_name_check_id("the ticket's draft", ticket->draft, error);
    }
    if (status != QUIRE_OK) {
        return status;
    }
    memcpy(push->draft, ticket->draft, sizeof push->draft);
    for (uint32_t i = 0; i < push->count; i++) {
        push->parts[i].is_done = ticket->there[i / 8] >> i % 8 & 1;
    }
    return QUIRE_OK;
}

quire_status quire_push_join(quire_version *source, quire_store *target,
                             const quire_push_options *options, const quire_push_ticket *ticket,
                             quire_push **push, quire_error *error) {
    quire_push *made = NULL;
    if (push) {
        *push = NULL;
    }
    quire_status status = make(source, target, options, push ? &made : NULL, error);
    if (status == QUIRE_OK) {
        status = ticket ? take_ticket(made, ticket, error)
                        : q_error_set(error, QUIRE_USAGE, "joining a push needs its ticket");
    }
    if (status != QUIRE_OK) {
        quire_push_free(made);
        return status;
    }
    *push = made;
    return QUIRE_OK;
}

void quire_push_free(quire_push *push) {
    if (push) {
        q_push_free_parts(push);
        q_push_free_notes(push);
        quire_version_free(push->found);
        free(push);
    }
}

uint32_t quire_push_parts(const quire_push *push) {
    return push && !push->found ? push->count : 0;
}

int quire_push_is_missing(const quire_push *push, uint32_t part) {
    return part < quire_push_parts(push) && !push->parts[part].is_done;
}

quire_status quire_push_part(quire_push *push, uint32_t part, quire_error *error) {
    if (part >= quire_push_parts(push)) {
        return q_error_set(error, QUIRE_USAGE, "a push has no part %" PRIu32, part);
    }
    return push->parts[part].is_done ? QUIRE_OK : q_push_copy(push, part, error);
}

quire_status quire_push_share(quire_push *push, unsigned number, unsigned processes,
                              quire_error *error) {
    bool mine[QUIRE_PUSH_PARTS_MAX];
    unsigned missing = 0;
    quire_status status = QUIRE_OK;
    if (!push || number >= processes) {
        return q_error_set(error, QUIRE_USAGE, "there is no share %u of %u of a push", number,
                           processes);
    }
    push->progress.files_total = push->progress.files_done;
    push->progress.bytes_total = push->progress.bytes_done;
    uint32_t count = quire_push_parts(push);
    for (uint32_t i = 0; i < count; i++) {
        mine[i] = !push->parts[i].is_done && missing++ % processes == number;
        push->progress.files_total += mine[i] ? push->parts[i].entries : 0;
        push->progress.bytes_total += mine[i] ? push->parts[i].bytes : 0;
    }
    for (uint32_t i = 0; status == QUIRE_OK && i < count; i++) {
        status = mine[i] ? q_push_copy(push, i, error) : QUIRE_OK;
    }
    return status;
}

void quire_push_get_report(const quire_push *push, quire_push_report *report) {
    if (push && report) {
        *report = push->report;
    }
}

/* --- the end --- */

static bool has_alias(const quire_version_info *info, const char *alias) {
    for (size_t i = 0; i < info->alias_count; i++) {
        if (strcmp(info->aliases[i], alias) == 0) {
            return true;
        }
    }
    return false;
}

/* The version is there: nothing is written but what aliases have to be moved. */
static quire_status end_found(const quire_push *push, quire_version_id *version,
                              quire_error *error) {
    const quire_version_info *info = &push->found->info;
    q_address address = {0};
    quire_status status = QUIRE_OK;
    (void)snprintf(address.name, sizeof address.name, "%s", info->name);
    (void)snprintf(address.selector, sizeof address.selector, "v%" PRId64, info->number);
    for (size_t i = 0; status == QUIRE_OK && i < push->notes.alias_count; i++) {
        const char *alias = push->notes.aliases[i];
        if (!has_alias(info, alias)) {
            status = push->target->ops->alias_set(push->target, &address, alias, error);
        }
    }
    if (status == QUIRE_OK) {
        (void)snprintf(version->name, sizeof version->name, "%s", info->name);
        (void)snprintf(version->digest, sizeof version->digest, "%s", info->digest);
        version->number = info->number;
    }
    return status;
}

static quire_status end_draft(const quire_push *push, quire_version_id *version,
                              quire_error *error) {
    quire_receipt *receipts = NULL;
    bool is_listed = push->target->ops->finds_by_draft; /* else nobody knows who has upserted */
    if (push->is_comparable && is_listed) {
        receipts = calloc(push->count, sizeof *receipts);
        if (!receipts) {
            return q_error_memory(error);
        }
    }
    for (uint32_t i = 0; receipts && i < push->count; i++) {
        receipts[i].entries = push->parts[i].entries;
        receipts[i].bytes = push->parts[i].bytes;
        memcpy(receipts[i].digest, push->parts[i].digest, sizeof push->parts[i].digest);
    }
    const char *job = push->options.job ? push->options.job : q_environment_job();
    const q_finish_spec spec = {.name = push->name,
                                .type = push->source->info.type,
                                .notes = &push->notes,
                                .distributed_id = push->draft,
                                .expect = is_listed ? push->count : 0,
                                .receipts = receipts,
                                .job = job,
                                .origin = &push->origin};
    quire_status status = push->target->ops->finish(push->target, &spec, version, error);
    free(receipts);
    return status;
}

quire_status quire_push_finish(quire_push *push, quire_version_id *version, quire_error *error) {
    quire_version_id made = {0};
    quire_status status = QUIRE_OK;
    if (!push) {
        return q_error_set(error, QUIRE_USAGE, "no push to be finished");
    }
    if (push->found && !push->draft[0]) {
        status = end_found(push, &made, error);
    } else if (push->draft[0]) {
        status = end_draft(push, &made, error);
    } else if (push->logged.digest[0]) {
        made = push->logged;
    } else {
        status = q_error_set(error, QUIRE_INCOMPLETE,
                             "%s is not pushed: its part was not done here", push->origin.version);
    }
    if (status == QUIRE_OK && version) {
        *version = made;
    }
    return status;
}

quire_status quire_push_version(quire_version *source, quire_store *target,
                                const quire_push_options *options, quire_push_report *report,
                                quire_version_id *version, quire_error *error) {
    quire_push *push = NULL;
    if (report) {
        memset(report, 0, sizeof *report);
    }
    quire_status status = quire_push_begin(source, target, options, 1, &push, NULL, error);
    if (status == QUIRE_OK) {
        status = quire_push_share(push, 0, 1, error);
    }
    if (status == QUIRE_OK) {
        status = quire_push_finish(push, version, error);
    }
    if (status == QUIRE_OK) {
        q_push_advance(push, 0, 0);
    }
    quire_push_get_report(push, report);
    quire_push_free(push);
    return status;
}
