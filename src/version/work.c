/** @file Going through a version's share, and telling how far it is. */
#include "version/work.h"

static void show(const q_work *work) {
    if (work->callback != NULL) {
        work->callback(work->context, &work->progress);
    }
}

/** Whether a file is to be divided; to be asked once for every entry, in their order. */
static bool divides(q_work *work, const q_entry *entry) {
    bool is_large = work->divide_above > 0 && entry->ref == NULL &&
                    entry->size > work->divide_above && work->divided_count < Q_WORK_DIVIDED_MAX;
    work->divided_count += is_large;
    return is_large;
}

static quire_status sum(void *context, const q_entry *entry, bool *stop, quire_error *error) {
    uint64_t *bytes = context;

    (void)stop;
    return entry->ref == NULL ? q_entry_sum(bytes, entry->size, error) : QUIRE_OK;
}

/** As where a folder is shared out to be stored: a part may have an eighth above the fair share. */
static quire_status find_limit(q_work *work, uint64_t whole, quire_error *error) {
    uint64_t bytes = whole;
    quire_status status = QUIRE_OK;

    if (work->path[0] != '\0') {
        bytes = 0;
        status = q_version_range(work->version, work->path, sum, &bytes, error);
    }
    uint64_t fair = bytes / (uint64_t)work->share.parts;
    fair += fair / 8;
    work->divide_above = fair > Q_DIGEST_BLOCK ? fair : Q_DIGEST_BLOCK;
    return status;
}

static quire_status count(void *context, const q_entry *entry, bool *stop, quire_error *error) {
    q_work *work = context;

    (void)stop;
    (void)error;
    if (!divides(work, entry) && q_share_take(&work->share, entry)) {
        work->progress.files_total++;
        work->progress.bytes_total += entry->ref == NULL ? entry->size : 0;
    }
    return QUIRE_OK;
}

quire_status q_work_begin(q_work *work, int64_t part, int64_t parts, quire_error *error) {
    work->progress.slowest_rank = -1;
    const quire_version_info *info = &work->version->info;
    bool whole = work->path[0] == '\0';
    quire_status status = q_share_init(&work->share, part, parts, whole ? info->entries : 0,
                                       whole ? info->bytes : 0, error);
    if (status == QUIRE_OK && work->divided != NULL && work->share.parts > 1 &&
        work->version->store->ops->copier_blocks != NULL) {
        status = find_limit(work, info->bytes, error);
    }
    if (status != QUIRE_OK || work->callback == NULL) {
        return status;
    }
    if (whole && work->share.parts == 1) {
        work->progress.files_total = info->entries;
        work->progress.bytes_total = info->bytes;
        return QUIRE_OK;
    }
    /* How much a part is worth is known only after its manifest was gone through; a second reading
     * of that is little beside the reading of the files, and only those who watch pay for it. */
    status = q_version_range(work->version, work->path, count, work, error);
    q_share_reset(&work->share);
    work->divided_count = 0;
    return status;
}

void q_work_free(q_work *work) {
    q_share_free(&work->share);
}

typedef struct pass {
    q_work *work;
    q_work_callback callback;
    void *context;
} pass;

static quire_status pass_entry(void *context, const q_entry *entry, bool *stop,
                               quire_error *error) {
    pass *p = context;

    (void)stop;
    p->work->any = true;
    if (divides(p->work, entry)) {
        const quire_entry told = q_version_entry(entry);
        quire_status status = p->work->divided(p->work->divided_context, &told);
        return status == QUIRE_OK ? status : q_version_stopped(p->work->version, status, error);
    }
    if (!q_share_take(&p->work->share, entry)) {
        return QUIRE_OK;
    }
    return p->callback(p->context, entry, error);
}

quire_status q_work_each(q_work *work, q_work_callback callback, void *context,
                         quire_error *error) {
    pass p = {.work = work, .callback = callback, .context = context};
    return q_version_range(work->version, work->path, pass_entry, &p, error);
}

void q_work_done(q_work *work) {
    work->progress.files_done++;
    show(work);
}

void q_work_advance(q_work *work, uint64_t bytes) {
    work->progress.bytes_done += bytes;
    show(work);
}
