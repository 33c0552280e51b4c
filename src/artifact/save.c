/** @file A version in one call. */
#include <errno.h>
#include <sys/stat.h>

#include "artifact/artifact.h"

quire_status quire_save(quire_store *store, const char *name, const char *type, const char *path,
                        quire_version_id *version, quire_error *error) {
    quire_status status = q_require(path, "path", error);
    if (status != QUIRE_OK) {
        return status;
    }
    quire_artifact *artifact = NULL;
    status = quire_artifact_new(name, type, &artifact, error);
    struct stat now;
    if (status == QUIRE_OK && stat(path, &now) != 0) {
        status = errno == ENOENT || errno == ENOTDIR
                     ? q_error_set(error, QUIRE_INCOMPLETE, "%s does not exist", path)
                     : q_error_errno(error, errno, "%s cannot be examined", path);
    }
    if (status == QUIRE_OK) {
        status = S_ISDIR(now.st_mode) ? quire_artifact_add_dir(artifact, path, NULL, NULL, error)
                                      : quire_artifact_add_file(artifact, path, NULL, NULL, error);
    }
    if (status == QUIRE_OK) {
        status = quire_log_artifact(store, artifact, NULL, version, error);
    }
    quire_artifact_free(artifact);
    return status;
}
