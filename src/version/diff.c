/** @file Comparing two versions, and what a version was made from. */
#include <quire/version.h>

#include <string.h>

#include "version/range.h"

quire_status quire_version_diff(quire_version *before, quire_version *after,
                                quire_diff_callback callback, void *context, quire_error *error) {
    if (before == NULL || after == NULL || callback == NULL) {
        return q_error_set(error, QUIRE_USAGE, "comparing needs two versions and a callback");
    }
    /* Two handles on one store are fine; two stores are not: the manifests of the second version
     * would be looked for in the first one's. */
    if (before->store->ops != after->store->ops ||
        strcmp(before->store->url, after->store->url) != 0) {
        return q_error_set(error, QUIRE_USAGE,
                           "%s:v%" PRId64 " and %s:v%" PRId64 " lie in two stores, %s and %s",
                           Q_VERSION_ARGUMENTS(before), Q_VERSION_ARGUMENTS(after),
                           before->store->url, after->store->url);
    }
    return before->store->ops->version_diff(before, after, callback, context, error);
}

quire_status quire_version_lineage(quire_version *version, quire_lineage_callback callback,
                                   void *context, quire_error *error) {
    if (version == NULL || callback == NULL) {
        return q_error_set(error, QUIRE_USAGE, "lineage needs a version and a callback");
    }
    return version->store->ops->version_lineage(version, callback, context, error);
}
