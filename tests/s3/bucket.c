/** @file Buckets for tests: see bucket.h. */
#include "s3/bucket.h"

#include <stdio.h>

#include "base/random.h"
#include "objects/s3/s3_request.h"

int bucket_make(char url[BUCKET_URL_SIZE]) {
    char id[33];
    quire_error error = {0};
    q_s3_client client = {0};
    q_s3_answer answer = {0};
    const q_s3_request request = {.method = "PUT"};
    quire_status status = q_random_hex(id, &error);
    snprintf(url, BUCKET_URL_SIZE, "s3://quire-%s", id);
    status = status ? status : q_s3_client_open(url, 0, &client, &error);
    status = status ? status : q_s3_perform(&client, &request, "make a bucket", &answer, &error);
    if (!status && !q_s3_is_success(&answer)) {
        status = q_s3_refused(&client, &answer, "make a bucket", &error);
    }
    if (status) {
        fprintf(stderr, "%s\n", error.message);
    }
    q_s3_answer_free(&answer);
    q_s3_client_close(&client);
    return status ? -1 : 0;
}
