/** @file Buckets on the gateway that tests/s3/gateway.sh has brought up. */
#ifndef TESTS_S3_BUCKET_H
#define TESTS_S3_BUCKET_H

#include <stddef.h>

#define BUCKET_URL_SIZE 128

/** Make a bucket of a new name. Returns 0 and its URL, s3://…; -1, and tells why on stderr. */
int bucket_make(char url[BUCKET_URL_SIZE]);

#endif
