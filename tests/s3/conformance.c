/** @file The conformance suite of objects over buckets of a real gateway, each test in its own. */
#include "objects/conformance.h"

#include "objects/cmocka_all.h"
#include "objects/s3/s3.h"
#include "s3/bucket.h"

static q_objects *again(void *context) {
    q_objects *objects = NULL;
    return q_objects_s3_open(context, false, &objects, NULL) == QUIRE_OK ? objects : NULL;
}

static q_objects *make(void *context) {
    q_objects *objects = NULL;
    quire_error error = {0};
    if (bucket_make(context) != 0) {
        return NULL;
    }
    if (q_objects_s3_open(context, true, &objects, &error) != QUIRE_OK) {
        print_error("%s\n", error.message);
    }
    return objects;
}

static void end(void *context, q_objects *objects) {
    (void)context;
    q_objects_free(objects);
}

int main(void) {
    char url[BUCKET_URL_SIZE];
    const conformance_subject subject = {"radosgw", make, again, end, url};
    return objects_conformance(&subject);
}
