/**
 * @file
 * Single objects. Everything that must be atomic is one PUT with `If-None-Match: *`. Its answer may
 * be lost, and it may meet what an earlier attempt has stored: so who is told that something is
 * there reads it, and has succeeded if it is the same.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "objects/s3/s3_internal.h"

/** "put KEY", as messages name a request. */
#define WHAT_SIZE (Q_S3_KEY_SIZE + 16)
static const char *what_of(char what[WHAT_SIZE], const char *verb, const char *key) {
    snprintf(what, WHAT_SIZE, "%s %s", verb, key);
    return what;
}

quire_status q_s3_head(q_s3 *s3, const char *key, bool *found, q_s3_answer *answer,
                       quire_error *error) {
    char what[WHAT_SIZE];
    const q_s3_request request = {.method = "HEAD", .key = key};
    quire_status status =
        q_s3_perform(&s3->client, &request, what_of(what, "look at", key), answer, error);
    *found = !status && q_s3_is_success(answer);
    if (!status && !*found && answer->code != 404) {
        status = q_s3_refused(&s3->client, answer, what, error);
    }
    if (!status && *found && (answer->modified < 0 || !answer->has_length)) {
        status = q_error_set(error, QUIRE_ERROR, "the server tells no %s of %s in %s",
                             answer->modified < 0 ? "time" : "size", key, s3->client.config.shown);
    }
    return status;
}

quire_status q_s3_delete(q_s3 *s3, const char *key, quire_error *error) {
    char what[WHAT_SIZE];
    q_s3_answer answer = {0};
    const q_s3_request request = {.method = "DELETE", .key = key};
    quire_status status =
        q_s3_perform(&s3->client, &request, what_of(what, "remove", key), &answer, error);
    if (!status && !q_s3_is_success(&answer) && answer.code != 404) {
        status = q_s3_refused(&s3->client, &answer, what, error);
    }
    q_s3_answer_free(&answer);
    return status;
}

quire_status q_s3_get_range(q_s3 *s3, const char *key, uint64_t offset, void *data, size_t size,
                            quire_error *error) {
    char what[WHAT_SIZE], range[64];
    q_s3_answer answer = {0};
    if (size == 0) {
        return QUIRE_OK;
    }
    snprintf(range, sizeof range, "bytes=%" PRIu64 "-%" PRIu64, offset, offset + size - 1);
    const q_s3_pair header = {"range", range};
    const q_s3_request request = {.method = "GET",
                                  .key = key,
                                  .headers = &header,
                                  .header_count = 1,
                                  .into = data,
                                  .room = size,
                                  .is_data = true};
    quire_status status = q_s3_expect(s3, &request, what_of(what, "read", key), &answer, error);
    if (!status && (answer.too_large || answer.received != size)) {
        status = q_error_set(error, QUIRE_INTEGRITY, "%s in %s has not the bytes it should have",
                             key, s3->client.config.shown);
    }
    q_s3_answer_free(&answer);
    return status;
}

/** Read a whole object into the answer; `*found` false: there is none. */
static quire_status get_whole(q_s3 *s3, const char *key, size_t room, bool *found,
                              q_s3_answer *answer, quire_error *error) {
    char what[WHAT_SIZE];
    const q_s3_request request = {.method = "GET", .key = key, .room = room, .is_data = true};
    quire_status status =
        q_s3_perform(&s3->client, &request, what_of(what, "read", key), answer, error);
    *found = !status && q_s3_is_success(answer);
    if (!status && !*found && strcmp(answer->why, "NoSuchKey") != 0) {
        status = q_s3_refused(&s3->client, answer, what, error);
    }
    return status;
}

/** See that what is stored is this; `*again`: nothing is any more. Content is renewed, a record is
 *  not: it is not removed by its age while anybody may rely on it. */
static quire_status meet(q_s3 *s3, const char *key, q_object_kind kind, const void *data,
                         size_t size, quire_status otherwise, bool *again, quire_error *error) {
    bool found = false, kept = true;
    q_s3_answer answer = {0};
    quire_status status = get_whole(s3, key, size + 1, &found, &answer, error);
    bool same = found && !answer.too_large && answer.received == size &&
                (size == 0 || memcmp(answer.body.data, data, size) == 0);
    if (!status && found && !same) {
        status = q_error_set(error, otherwise, "%s in %s is stored with other content", key,
                             s3->client.config.shown);
    }
    if (!status && found && kind != Q_OBJECT_RECORD) {
        quire_error gone = {0};
        status = q_s3_copy(s3, key, key, size, answer.parts, &gone);
        found = status != QUIRE_NOT_FOUND;
        status = status && found ? q_error_set(error, status, "%s", gone.message) : QUIRE_OK;
        status = status || !found ? status : q_s3_guard_after(s3, key, &kept, error);
    }
    *again = !status && (!found || !kept);
    q_s3_answer_free(&answer);
    return status;
}

/** One attempt; `*again`: a removal has come in between. */
static quire_status store_once(q_s3 *s3, const char *key, q_object_kind kind, const void *data,
                               size_t size, quire_status otherwise, bool *created, bool *again,
                               quire_error *error) {
    static const q_s3_pair absent = {"if-none-match", "*"};
    char what[WHAT_SIZE];
    q_s3_answer answer = {0};
    bool kept = true;
    const q_s3_request request = {.method = "PUT",
                                  .key = key,
                                  .headers = &absent,
                                  .header_count = 1,
                                  .body = data,
                                  .size = size};
    quire_status status = kind == Q_OBJECT_CONTENT ? q_s3_guard_before(s3, error) : QUIRE_OK;
    status = status
                 ? status
                 : q_s3_perform(&s3->client, &request, what_of(what, "put", key), &answer, error);
    *created = !status && q_s3_is_success(&answer);
    bool exists = !status && answer.code == 412;
    if (!status && !*created && !exists) {
        status = q_s3_refused(&s3->client, &answer, what, error);
    }
    q_s3_answer_free(&answer);
    if (!status && *created && kind == Q_OBJECT_CONTENT) {
        status = q_s3_guard_after(s3, key, &kept, error);
        *again = !status && !kept;
    } else if (!status && exists) {
        status = meet(s3, key, kind, data, size, otherwise, again, error);
    }
    return status;
}

quire_status q_s3_store(q_s3 *s3, const char *key, q_object_kind kind, const void *data,
                        size_t size, quire_status otherwise, bool *created, quire_error *error) {
    bool again = true;
    quire_status status = QUIRE_OK;
    for (int i = 0; i < Q_S3_ATTEMPTS && again && !status; i++) {
        again = false;
        status = store_once(s3, key, kind, data, size, otherwise, created, &again, error);
    }
    *created = *created && !status && !again;
    return status || !again ? status
                            : q_error_set(error, QUIRE_TEMPORARY,
                                          "cannot put %s in %s: it is removed again and again", key,
                                          s3->client.config.shown);
}

quire_status q_s3_put(q_objects *objects, const char *key, q_object_kind kind, const void *data,
                      size_t size, bool *created, quire_error *error) {
    return q_s3_store((q_s3 *)objects, key, kind, data, size, QUIRE_CONFLICT, created, error);
}

quire_status q_s3_get(q_objects *objects, const char *key, uint64_t max_size, q_buffer *out,
                      quire_error *error) {
    q_s3 *s3 = (q_s3 *)objects;
    bool found = false;
    q_s3_answer answer = {0};
    size_t room = max_size < SIZE_MAX / 2 ? (size_t)max_size : SIZE_MAX / 2;
    /* Of nothing there must be room for a byte, to see that there is one. */
    quire_status status = get_whole(s3, key, room > 0 ? room : 1, &found, &answer, error);
    if (!status && !found) {
        status = q_s3_not_found(s3, key, error);
    } else if (!status && (answer.too_large || answer.received > max_size)) {
        status = q_error_set(error, QUIRE_INTEGRITY,
                             "%s in %s is larger than the %" PRIu64 " bytes it may have", key,
                             s3->client.config.shown, max_size);
    }
    if (!status) {
        status = q_buffer_append(out, answer.body.data, answer.received, error);
    }
    q_s3_answer_free(&answer);
    return status;
}

quire_status q_s3_stat(q_objects *objects, const char *key, q_object_info *info,
                       quire_error *error) {
    q_s3 *s3 = (q_s3 *)objects;
    bool found = false;
    q_s3_answer answer = {0};
    quire_status status = q_s3_head(s3, key, &found, &answer, error);
    if (!status && !found) {
        status = q_s3_not_found(s3, key, error);
    }
    if (!status) {
        info->size = answer.length;
        info->modified = q_s3_microseconds(answer.modified);
    }
    q_s3_answer_free(&answer);
    return status;
}

/** Every answer tells the time, also that there is no such object. */
quire_status q_s3_now(q_objects *objects, int64_t *microseconds, quire_error *error) {
    q_s3 *s3 = (q_s3 *)objects;
    q_s3_answer answer = {0};
    const q_s3_request request = {.method = "HEAD", .key = "quire.json"};
    quire_status status = q_s3_perform(&s3->client, &request, "ask for the time", &answer, error);
    if (!status && !q_s3_is_success(&answer) && answer.code != 404) {
        status = q_s3_refused(&s3->client, &answer, "ask for the time", error);
    }
    if (!status && answer.date < 0) {
        status = q_s3_no_time(s3, error);
    }
    *microseconds = status ? 0 : q_s3_microseconds(answer.date);
    q_s3_answer_free(&answer);
    return status;
}
