/** @file A bucket as objects: opening and closing. See s3.h. */
#include "objects/s3/s3.h"

#include <stdlib.h>
#include <time.h>

#include "objects/s3/s3_upload.h"

/* More than this S3 does not copy at once. */
#define COPY_MAX ((uint64_t)5 << 30)
#define COPY_PART ((uint64_t)1 << 30)

int64_t q_s3_monotonic(void) {
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

quire_status q_s3_not_found(const q_s3 *s3, const char *key, quire_error *error) {
    return q_error_set(error, QUIRE_NOT_FOUND, "there is no %s in %s", key,
                       s3->client.config.shown);
}

quire_status q_s3_no_time(const q_s3 *s3, quire_error *error) {
    return q_error_set(error, QUIRE_ERROR, "the server of %s does not tell the time",
                       s3->client.config.shown);
}

quire_status q_s3_expect(q_s3 *s3, const q_s3_request *request, const char *what,
                         q_s3_answer *answer, quire_error *error) {
    quire_status status = q_s3_perform(&s3->client, request, what, answer, error);
    return status || q_s3_is_success(answer) ? status
                                             : q_s3_refused(&s3->client, answer, what, error);
}

static void s3_free(q_objects *objects) {
    q_s3 *s3 = (q_s3 *)objects;
    q_s3_guard_close(s3);
    q_s3_blocks_free(s3->blocks);
    q_s3_client_close(&s3->client);
    free(s3);
}

/** Whatever a server has answered to, is durable. */
static quire_status s3_sync(q_objects *objects, quire_error *error) {
    (void)objects;
    (void)error;
    return QUIRE_OK;
}

static quire_status s3_local_path(q_objects *objects, const char *key, char **path,
                                  quire_error *error) {
    (void)objects;
    (void)key;
    (void)error;
    *path = NULL;
    return QUIRE_OK;
}

static const q_objects_ops ops = {
    .free = s3_free,
    .put = q_s3_put,
    .get = q_s3_get,
    .stat = q_s3_stat,
    .list = q_s3_list,
    .refresh = q_s3_refresh,
    .remove = q_s3_remove,
    .sync = s3_sync,
    .now = q_s3_now,
    .sweep = q_s3_sweep,
    .local_path = s3_local_path,
    .writer_open = q_s3_writer_open,
    .writer_write = q_s3_writer_write,
    .writer_publish = q_s3_writer_publish,
    .writer_free = q_s3_writer_free,
    .shared_max = Q_S3_EVEN_MAX,
    .shared_open = q_s3_shared_open,
    .part_open = q_s3_part_open,
    .part_own = q_s3_part_own,
    .part_write = q_s3_part_write,
    .part_close = q_s3_part_close,
    .part_free = q_s3_part_free,
    .reader_open = q_s3_reader_open,
    .reader_read = q_s3_reader_read,
    .reader_free = q_s3_reader_free,
};

quire_status q_objects_s3_open(const char *url, bool create, q_objects **objects,
                               quire_error *error) {
    q_s3 *s3 = calloc(1, sizeof *s3);
    if (!s3) {
        return q_error_memory(error);
    }
    s3->base.ops = &ops;
    s3->copy_max = COPY_MAX;
    s3->copy_part = COPY_PART;
    quire_status status = q_s3_client_open(url, 0, &s3->client, error);
    if (status) {
        free(s3);
        return status;
    }
    q_s3_guard_open(s3);
    status = q_s3_blocks_new(&s3->client, &s3->blocks, error);
    if (!status && create) {
        status = q_s3_probe(s3, error);
    }
    if (status) {
        s3_free(&s3->base);
        return status;
    }
    *objects = &s3->base;
    return QUIRE_OK;
}
