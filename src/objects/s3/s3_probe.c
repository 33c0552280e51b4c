/**
 * @file
 * Whether a storage can hold a store. Everything that quire promises rests on a put that replaces
 * nothing: one that ignores the condition would lose versions without a word. Some do, and some
 * answer as if they did not; so it is tried.
 */
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "objects/s3/s3_internal.h"

static quire_status put(q_s3 *s3, const char *key, const char *text, q_s3_answer *answer,
                        quire_error *error) {
    static const q_s3_pair absent = {"if-none-match", "*"};
    const q_s3_request request = {.method = "PUT",
                                  .key = key,
                                  .headers = &absent,
                                  .header_count = 1,
                                  .body = text,
                                  .size = strlen(text)};
    quire_status status = q_s3_perform(&s3->client, &request, "put a first object", answer, error);
    if (!status && !q_s3_is_success(answer) && answer->code != 412 && answer->code != 304) {
        status = q_s3_refused(&s3->client, answer, "put a first object", error);
    }
    return status;
}

quire_status q_s3_probe(q_s3 *s3, quire_error *error) {
    char id[33], key[48];
    q_s3_answer first = {0}, second = {0};
    const char *fault = NULL;
    quire_status status = q_random_hex(id, error);
    if (status) {
        return status;
    }
    snprintf(key, sizeof key, Q_S3_TMP "%s", id);
    status = put(s3, key, "first", &first, error);
    status = status ? status : put(s3, key, "second", &second, error);
    if (!status && !q_s3_is_success(&first) && first.attempts == 1) {
        fault = "refuses to put an object that is not there if it is not there";
    } else if (!status && q_s3_is_success(&second)) {
        fault = "replaces an object although it was told not to (If-None-Match)";
    } else if (!status && second.code != 412) {
        fault = "answers otherwise than it should to a put that must not replace an object";
    }
    if (fault) {
        status = q_error_set(error, QUIRE_ERROR, "%s cannot hold a store: the server of %s %s%s",
                             s3->client.config.shown, s3->client.config.host, fault,
                             q_s3_is_success(&second)
                                 ? ". Where versioning of the bucket is on, turn it off: some "
                                   "servers ignore the condition then"
                                 : "");
    }
    (void)q_s3_delete(s3, key, NULL); /* else it is swept some time */
    q_s3_answer_free(&first);
    q_s3_answer_free(&second);
    return status;
}
