/**
 * @file
 * Stores of any kind: finds out by the URL who implements one, and hands calls on after checking
 * their arguments.
 */
#include "store/store.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/environment.h"
#include "base/uri.h"
#include "objects/fs/fs.h"
#include "objects/s3/s3.h"
#include "store/repository/repository.h"
#include "store/wandb/wandb.h"

#define LOG_LINE_SIZE 2048

void q_store_log(const quire_store *store, quire_log_level level, const char *format, ...) {
    if (store == NULL || store->options.log == NULL) {
        return;
    }
    char line[LOG_LINE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (length < 0) {
        return;
    }
    for (char *c = line; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f) {
            *c = '?';
        }
    }
    store->options.log(store->options.log_context, level, line);
}

static quire_status check_options(const quire_store_options *options, quire_error *error) {
    if (options->version != 0) {
        return q_error_set(error, QUIRE_USAGE, "store options of unknown layout %d",
                           options->version);
    }
    if (options->durability != QUIRE_DURABILITY_FULL &&
        options->durability != QUIRE_DURABILITY_BATCH &&
        options->durability != QUIRE_DURABILITY_NONE) {
        return q_error_set(error, QUIRE_USAGE, "unknown durability %d in the store options",
                           (int)options->durability);
    }
    if (options->cache != NULL && options->cache[0] == '\0') {
        return q_error_set(error, QUIRE_USAGE, "empty folder for the cache in the store options");
    }
    return QUIRE_OK;
}

/** How long the scheme of `scheme://…` is; 0 for a plain path. */
static size_t scheme_length(const char *url) {
    size_t length = 0;
    while (isalnum((unsigned char)url[length]) || (url[length] && strchr("+.-", url[length]))) {
        length++;
    }
    return isalpha((unsigned char)url[0]) && strncmp(url + length, "://", 3) == 0 ? length : 0;
}

static bool is_wandb(const char *url) {
    return scheme_length(url) > 0 && q_uri_has_scheme(url, "wandb");
}

/** The objects of a store; the URL tells of which kind. */
static quire_status open_objects(const char *url, bool create, quire_durability durability,
                                 q_objects **objects, quire_error *error) {
    size_t scheme = scheme_length(url);
    char *directory = NULL;
    quire_status status = QUIRE_OK;
    if (url[0] == '\0') {
        return q_error_set(error, QUIRE_USAGE, "empty store URL");
    }
    if (scheme > 0 && q_uri_has_scheme(url, "s3")) {
        return q_objects_s3_open(url, create, objects, error);
    }
    if (q_uri_has_scheme(url, "file")) {
        status = q_uri_refuse_secrets(url, error);
        status = status ? status : q_uri_to_file(url, &directory, error);
    } else if (scheme == 0) {
        status = q_strdup(url, &directory, error);
    } else { /* The scheme alone: people put passwords behind it. */
        status = q_error_set(error, QUIRE_USAGE,
                             "this build does not serve %.*s:// stores: give a directory, "
                             "file:///DIR, s3://BUCKET/PREFIX or wandb://ENTITY/PROJECT",
                             scheme < 32 ? (int)scheme : 32, url);
    }
    if (status == QUIRE_OK) {
        status = q_objects_fs_open(directory, create, durability, objects, error);
    }
    free(directory);
    return status;
}

quire_status quire_store_init(const char *url, const quire_store_options *options,
                              quire_error *error) {
    const quire_store_options defaults = {0};
    q_objects *objects = NULL;

    options = options != NULL ? options : &defaults;
    url = url != NULL ? url : q_environment_store();
    quire_status status = check_options(options, error);
    if (status == QUIRE_OK && is_wandb(url)) {
        return q_wandb_init(url, error);
    }
    if (status == QUIRE_OK) {
        status = open_objects(url, true, options->durability, &objects, error);
    }
    if (status == QUIRE_OK) {
        status = q_repository_init(objects, url, error);
    }
    q_objects_free(objects);
    return status;
}

quire_status quire_store_open(const char *url, const quire_store_options *options,
                              quire_store **store, quire_error *error) {
    const quire_store_options defaults = {0};
    q_objects *objects = NULL;

    if (store == NULL) {
        return q_error_set(error, QUIRE_USAGE, "no place for the store's handle");
    }
    *store = NULL;
    options = options != NULL ? options : &defaults;
    url = url != NULL ? url : q_environment_store();
    quire_status status = check_options(options, error);
    if (status == QUIRE_OK && is_wandb(url)) {
        return q_wandb_open(url, options, store, error);
    }
    if (status == QUIRE_OK) {
        status = open_objects(url, false, options->durability, &objects, error);
    }
    if (status == QUIRE_OK) {
        status = q_repository_open(objects, url, options, store, error);
        if (status != QUIRE_OK) {
            q_objects_free(objects);
        }
    }
    return status;
}

void quire_store_free(quire_store *store) {
    if (store != NULL) {
        store->ops->free(store);
    }
}

const char *quire_store_url(const quire_store *store) {
    return store != NULL ? store->url : NULL;
}

quire_status quire_store_collections(quire_store *store, quire_name_callback callback,
                                     void *context, quire_error *error) {
    if (store == NULL || callback == NULL) {
        return q_error_set(error, QUIRE_USAGE, "listing collections needs a store and a callback");
    }
    return store->ops->collections(store, callback, context, error);
}

quire_status quire_store_gc(quire_store *store, const quire_gc_options *options,
                            quire_gc_report *report, quire_error *error) {
    const quire_gc_options defaults = {0};
    quire_gc_report unwanted;

    if (store == NULL) {
        return q_error_set(error, QUIRE_USAGE, "gc needs a store");
    }
    options = options != NULL ? options : &defaults;
    if (options->version != 0) {
        return q_error_set(error, QUIRE_USAGE, "gc options of unknown layout %d", options->version);
    }
    if (options->grace < -1) {
        return q_error_set(error, QUIRE_USAGE, "negative grace period of gc");
    }
    report = report != NULL ? report : &unwanted;
    memset(report, 0, sizeof *report);
    return store->ops->gc(store, options, report, error);
}

quire_status quire_store_verify(quire_store *store, quire_fault_callback callback, void *context,
                                quire_error *error) {
    if (store == NULL) {
        return q_error_set(error, QUIRE_USAGE, "verification needs a store");
    }
    return store->ops->verify(store, callback, context, error);
}
