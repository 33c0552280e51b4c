#include "mpi/faulty.h"

#include "base/uri.h"
#include "objects/fs/fs.h"
#include "objects/s3/s3.h"
#include "store/repository/repository.h"

quire_store *faulty_open(harness *h, q_objects **objects) {
    quire_error error = {0};
    q_objects *inner = NULL;
    quire_store *store = NULL;
    *objects = NULL;
    CHECK_OK(h,
             q_uri_has_scheme(h->url, "s3")
                 ? q_objects_s3_open(h->url, false, &inner, &error)
                 : q_objects_fs_open(h->url, false, QUIRE_DURABILITY_NONE, &inner, &error),
             &error);
    CHECK_OK(h, faults_new(inner, objects, &error), &error);
    CHECK_OK(h, q_repository_open(*objects, h->url, NULL, &store, &error), &error);
    faults_set(*objects, 0, FAULT_NONE, QUIRE_OK, false);
    return store;
}
