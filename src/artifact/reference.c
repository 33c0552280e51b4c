/**
 * @file
 * References: URIs whose content stays where it is. What can be known of it now (digest or ETag,
 * and size) is recorded, so that a reader can tell later whether it is still the same.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "artifact/artifact.h"
#include "artifact/content.h"
#include "artifact/walk.h"
#include "base/json.h"
#include "base/uri.h"
#include "http/http.h"

/** Enter one reference. @param path NULL: named by its URI */
static quire_status add_entry(quire_artifact *artifact, const char *path, const char *uri,
                              const q_entry *entry, quire_error *error) {
    char *name = NULL;
    q_item item = {.kind = Q_ITEM_REFERENCE, .size = entry->size};
    quire_status status = path ? QUIRE_OK : q_uri_base_name(uri, &name, error);
    q_entry checked = *entry;
    checked.path = path ? path : name;
    if (status == QUIRE_OK) {
        status = q_entry_check(&checked, error);
    }
    if (status == QUIRE_OK) {
        status = q_item_copy_entry(&checked, &item.from.entry, error);
    }
    if (status == QUIRE_OK) {
        status = q_artifact_add(artifact, checked.path, &item, error);
    }
    free(name);
    return status;
}

static quire_status add_as_given(quire_artifact *artifact, const char *uri, const char *path,
                                 quire_error *error) {
    q_entry entry = {.digest = uri, .size = QUIRE_SIZE_UNKNOWN, .ref = uri};
    return add_entry(artifact, path, uri, &entry, error);
}

static quire_status add_local_file(quire_artifact *artifact, const char *file, const char *uri,
                                   const char *path, quire_error *error) {
    char digest[Q_DIGEST_TEXT_SIZE];
    q_entry entry = {.digest = digest, .ref = uri};
    quire_status status = q_content_digest_file(file, digest, &entry.size, error);
    return status == QUIRE_OK ? add_entry(artifact, path, uri, &entry, error) : status;
}

typedef struct folder_addition {
    quire_artifact *artifact;
    const char *prefix;
    q_buffer path;
    q_buffer uri;
    size_t base; /**< bytes of the folder's own URI, its `/` included */
} folder_addition;

static quire_status add_found(void *context, const char *file, const char *path,
                              const struct stat *status, quire_error *error) {
    folder_addition *add = context;
    (void)status;
    add->uri.size = add->base;
    quire_status done = q_uri_append_path(&add->uri, path, error);
    if (done == QUIRE_OK) {
        done = q_path_join(&add->path, add->prefix, path, error);
    }
    return done == QUIRE_OK
               ? add_local_file(add->artifact, file, add->uri.data, add->path.data, error)
               : done;
}

static quire_status add_local_folder(quire_artifact *artifact, const char *folder, const char *uri,
                                     const char *prefix, quire_error *error) {
    size_t before = artifact->entries.count;
    char *name = NULL;
    folder_addition add = {.artifact = artifact};
    quire_status status = prefix ? QUIRE_OK : q_uri_base_name(uri, &name, error);
    add.prefix = prefix ? prefix : name;
    if (status == QUIRE_OK && *add.prefix) {
        status = q_name_check_path(add.prefix, error);
    }
    if (status == QUIRE_OK) {
        status = q_buffer_append_string(&add.uri, uri, error);
    }
    if (status == QUIRE_OK && add.uri.data[add.uri.size - 1] != '/') {
        status = q_buffer_append(&add.uri, "/", 1, error);
    }
    add.base = add.uri.size;
    if (status == QUIRE_OK) {
        status = q_walk(folder, add_found, &add, error);
    }
    if (status != QUIRE_OK) {
        q_entries_cut(&artifact->entries, before);
    }
    q_buffer_free(&add.path);
    q_buffer_free(&add.uri);
    free(name);
    return status;
}

static quire_status add_local(quire_artifact *artifact, const char *uri, const char *path,
                              quire_error *error) {
    char *file = NULL;
    struct stat now;
    quire_status status = q_uri_to_file(uri, &file, error);
    if (status == QUIRE_OK && stat(file, &now) != 0) {
        status = errno == ENOENT || errno == ENOTDIR
                     ? q_error_set(error, QUIRE_INCOMPLETE, "%s does not exist", file)
                     : q_error_errno(error, errno, "%s cannot be examined", file);
    }
    if (status == QUIRE_OK) {
        status = S_ISDIR(now.st_mode) ? add_local_folder(artifact, file, uri, path, error)
                                      : add_local_file(artifact, file, uri, path, error);
    }
    free(file);
    return status;
}

/** The digest of a server's ETag: what is within its quotes. */
static quire_status unquote(const char *etag, char **digest, quire_error *error) {
    size_t size = strlen(etag);
    bool quoted = size >= 2 && etag[0] == '"' && etag[size - 1] == '"';
    quire_status status = q_strdup(quoted ? etag + 1 : etag, digest, error);
    if (status == QUIRE_OK && quoted) {
        (*digest)[size - 2] = '\0';
    }
    return status;
}

/**
 * The URL after redirects is what W&B records. One with a query that the given one does not have is
 * most likely signed, which is a secret and ends soon: then the given one stays.
 */
static const char *lasting_url(const char *given, const char *reached) {
    return reached && (!q_uri_has_query(reached) || q_uri_has_query(given)) ? reached : given;
}

static quire_status add_remote(quire_artifact *artifact, const char *uri, const char *path,
                               quire_error *error) {
    q_http_info info = {0};
    q_buffer extra = {0};
    char *digest = NULL;
    quire_status status = q_http_probe(uri, &info, error);
    if (status != QUIRE_OK) {
        return status;
    }
    q_entry entry = {.size = info.size, .ref = lasting_url(uri, info.url)};
    entry.digest = entry.ref;
    if (info.etag && *info.etag) {
        status = unquote(info.etag, &digest, error);
        if (status == QUIRE_OK) {
            status = q_buffer_append_string(&extra, "{\"etag\":", error);
        }
        if (status == QUIRE_OK) {
            status = q_json_quote(&extra, info.etag, error);
        }
        if (status == QUIRE_OK) {
            status = q_buffer_append(&extra, "}", 1, error);
        }
        entry.extra = extra.data;
        if (digest && *digest) {
            entry.digest = digest;
        }
    }
    if (status == QUIRE_OK) {
        status = add_entry(artifact, path, uri, &entry, error);
    }
    free(digest);
    q_buffer_free(&extra);
    q_http_info_free(&info);
    return status;
}

quire_status quire_artifact_add_reference(quire_artifact *artifact, const char *uri,
                                          const char *path, const quire_add_options *options,
                                          quire_error *error) {
    quire_status status = q_require(artifact, "artifact", error);
    if (status == QUIRE_OK) {
        status = q_require(uri, "URI", error);
    }
    if (status == QUIRE_OK) {
        status = q_add_options_check(options, error);
    }
    if (status == QUIRE_OK) {
        status = q_uri_refuse_secrets(uri, error); /* first: no other message may show them */
    }
    if (status == QUIRE_OK) {
        status = q_name_check_uri(uri, error);
    }
    if (status != QUIRE_OK) {
        return status;
    }
    if (options && options->no_checksum) {
        return add_as_given(artifact, uri, path, error);
    }
    if (q_uri_has_scheme(uri, "file")) {
        return add_local(artifact, uri, path, error);
    }
    if (q_uri_has_scheme(uri, "http") || q_uri_has_scheme(uri, "https")) {
        return add_remote(artifact, uri, path, error);
    }
    return add_as_given(artifact, uri, path, error);
}
