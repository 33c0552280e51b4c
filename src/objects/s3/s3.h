/**
 * @file
 * A bucket of an object storage, or what lies below a prefix of it, as objects. docs/s3.md tells
 * which requests each operation makes, and why that is enough.
 */
#ifndef Q_OBJECTS_S3_H
#define Q_OBJECTS_S3_H

#include "objects/objects.h"

/**
 * Open. Nothing is asked of the server, unless to `create`.
 * @param url s3://BUCKET[/PREFIX]; the endpoint and the credentials come from where the tools of
 * AWS find them (s3_config.h)
 * @param create find out whether this storage can hold a store at all: the bucket must be there,
 * and a put that must not replace anything must not
 * @return QUIRE_USAGE for a URL that is none, QUIRE_AUTH without credentials
 */
quire_status q_objects_s3_open(const char *url, bool create, q_objects **objects,
                               quire_error *error);

#endif
