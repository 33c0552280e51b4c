/**
 * @file
 * Where a bucket is and who asks: found as the tools of AWS find it, first the environment, then
 * the profile in the shared credentials file, then in the config file, then a default.
 *
 * Of a profile these are read: aws_access_key_id, aws_secret_access_key, aws_session_token, region,
 * endpoint_url, ca_bundle, max_attempts, and of its `s3 =` addressing_style and endpoint_url.
 */
#ifndef Q_S3_CONFIG_H
#define Q_S3_CONFIG_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/environment.h"

typedef struct q_s3_config {
    char *bucket, *prefix; /**< the prefix is empty or ends in a slash */
    char *shown;           /**< s3://BUCKET/PREFIX, as messages name it */
    char *origin;          /**< scheme, host and port of requests */
    char *host;            /**< the same without the scheme, as it is signed */
    char *base;            /**< what comes before a key in the path of a URL: ends in a slash */
    char *region;
    char *access_key, *secret_key, *session_token; /**< the token may be NULL */
    char *ca_bundle;                               /**< NULL: the system's */
    unsigned attempts;
} q_s3_config;

/** @param environment what is set; its files are read */
quire_status q_s3_config_find(const char *url, const q_environment_aws *environment,
                              q_s3_config *config, quire_error *error);
void q_s3_config_free(q_s3_config *config);

#endif
