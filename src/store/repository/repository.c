/** @file The repository: making, opening, and what all its parts use. See repository.h. */
#include "store/repository/repository.h"

#include <stdlib.h>
#include <string.h>

#include "base/environment.h"
#include "base/time.h"
#include "store/repository/alias_ops.h"
#include "store/repository/collection.h"
#include "store/repository/content.h"
#include "store/repository/delete.h"
#include "store/repository/draft_list.h"
#include "store/repository/finish.h"
#include "store/repository/gc.h"
#include "store/repository/handle.h"
#include "store/repository/lineage.h"
#include "store/repository/merging.h"
#include "store/repository/notes.h"
#include "store/repository/retrieve.h"
#include "store/repository/scan.h"
#include "store/repository/shared.h"
#include "store/repository/stage.h"
#include "store/repository/verify.h"
#include "store/repository/writing.h"
#include "store/repository/writing_load.h"

#define KIND "repository"

static void repository_free(quire_store *store) {
    q_repository *repository = q_repository_of(store);
    q_objects_free(repository->objects);
    free((void *)(uintptr_t)repository->base.options.cache);
    free(repository->base.url);
    free(repository);
}

typedef struct naming {
    quire_name_callback callback;
    void *context;
} naming;

static quire_status pass_name(void *context, const char *name, quire_error *error) {
    const naming *to = context;
    quire_status status = to->callback(to->context, name);
    return status ? q_error_set(error, status, "the listing was ended") : QUIRE_OK;
}

static quire_status collections(quire_store *store, quire_name_callback callback, void *context,
                                quire_error *error) {
    naming to = {callback, context};
    return q_collection_each(q_repository_of(store), pass_name, &to, error);
}

static const q_store_ops operations = {
    .finds_by_draft = true, /* the packs of a writing have its name */
    .reads_once = true,
    .free = repository_free,
    .stage_open = q_stage_open,
    .stage_free = q_stage_free,
    .stream_open = q_stage_stream_open,
    .stream_write = q_stage_stream_write,
    .stream_close = q_stage_stream_close,
    .stream_discard = q_stage_stream_discard,
    .stage_known = q_stage_known,
    .shared_begin = q_shared_begin,
    .shared_end = q_shared_end,
    .shared_free = q_shared_free,
    .part_open = q_shared_part_open,
    .part_write = q_shared_part_write,
    .part_close = q_shared_part_close,
    .part_free = q_shared_part_free,
    .write_begin = q_write_begin,
    .write_entry = q_write_entry,
    .write_remove = q_write_remove,
    .write_commit = q_write_commit,
    .write_renew = q_write_renew,
    .write_free = q_write_free,
    .load_new = q_write_load_new,
    .load_free = q_write_load_free,
    .load_expect = q_write_load_expect,
    .load_read = q_write_load_read,
    .load_put = q_write_load_put,
    .finish = q_finish,
    .merge_open = q_merging_open,
    .merge_write = q_merging_write,
    .merge_sync = q_merging_sync,
    .merge_collect = q_merging_collect,
    .merge_free = q_merging_free,
    .draft_list = q_draft_list,
    .draft_drop = q_draft_drop,
    .collections = collections,
    .version_each = q_version_handle_each,
    .version_open = q_version_handle_open,
    .version_free = q_version_handle_free,
    .version_scan = q_scan_entries,
    .version_content = q_content_of_version,
    .copier_open = q_content_copier_open,
    .copier_free = q_content_copier_free,
    .copier_copy = q_content_copier_copy,
    .copier_blocks = q_content_copier_blocks,
    .version_local_path = q_content_local_path,
    .version_diff = q_scan_diff,
    .version_lineage = q_lineage_each,
    .alias_set = q_alias_op_set,
    .alias_remove = q_alias_op_remove,
    .annotate = q_notes_annotate,
    .version_delete = q_delete_version,
    .version_use = q_lineage_use,
    .gc = q_gc,
    .verify = q_verify_repository,
};

/* --- manifests as objects --- */

static quire_status load(void *context, const char *object, uint64_t max_size, q_buffer *out,
                         quire_error *error) {
    q_repository *repository = context;
    q_key key;
    char hex[Q_SHA256_HEX_SIZE];
    size_t start = out->size;
    quire_status status = q_key_manifest(&key, object, error);
    if (!status) {
        status = q_retrieve(repository, key.text, max_size, out, error);
        if (status == QUIRE_NOT_FOUND) {
            status = q_error_set(error, QUIRE_INTEGRITY, "%s is missing in %s", key.text,
                                 repository->base.url);
        }
    }
    if (!status) {
        status = q_sha256_hex(out->data ? out->data + start : "", out->size - start, hex, error);
    }
    if (!status && strcmp(hex, object) != 0) {
        status = q_error_set(error, QUIRE_INTEGRITY, "%s is damaged", key.text);
    }
    return status;
}

static quire_status save(void *context, const char *object, const void *data, size_t size,
                         quire_error *error) {
    q_repository *repository = context;
    q_key key;
    quire_status status = q_key_manifest(&key, object, error);
    return status ? status : q_repository_save(repository, key.text, data, size, error);
}

quire_status q_repository_save(q_repository *repository, const char *key, const void *data,
                               size_t size, quire_error *error) {
    q_object_writer *writer = NULL;
    quire_status status =
        q_object_writer_open_whole(repository->objects, key, data, size, &writer, error);
    if (!status && writer) {
        status = q_object_writer_publish(writer, key, NULL, error);
    }
    q_object_writer_free(writer);
    return status;
}

quire_status q_repository_load_root(q_repository *repository, const char *object, q_root *root,
                                    quire_error *error) {
    q_buffer text = {0};
    quire_status status = load(repository, object, Q_ROOT_OBJECT_MAX, &text, error);
    if (!status) {
        status = q_root_parse(text.data ? text.data : "", text.size, root, error);
        if (status) {
            q_error_prefix(error, Q_KEY_MANIFESTS "%s", object);
        }
    }
    q_buffer_free(&text);
    return status;
}

static bool add_origin(cJSON *made, const q_origin *origin) {
    if (!origin) {
        return true;
    }
    cJSON *from = cJSON_AddObjectToObject(made, "origin");
    return from && q_record_add_string(from, "store", origin->store) &&
           q_record_add_string(from, "version", origin->version) &&
           q_record_add_string(from, "digest", origin->digest);
}

cJSON *q_repository_created_by(const char *job, const q_origin *origin, quire_error *error) {
    q_buffer user = {0}, host = {0};
    cJSON *made = cJSON_CreateObject();
    quire_status status = made ? QUIRE_OK : q_error_memory(error);
    status = status ? status : q_environment_user(&user, error);
    status = status ? status : q_environment_host(&host, error);
    if (!status && (!q_record_add_string(made, "user", user.data) ||
                    !q_record_add_string(made, "host", host.data) ||
                    !q_record_add_string(made, "job", job) || !add_origin(made, origin))) {
        status = q_error_memory(error);
    }
    q_buffer_free(&user);
    q_buffer_free(&host);
    if (status) {
        cJSON_Delete(made);
        return NULL;
    }
    return made;
}

/* --- making and opening --- */

static quire_status check(q_objects *objects, const char *url, quire_error *error) {
    cJSON *record = NULL;
    quire_status status = q_record_get(objects, Q_KEY_REPOSITORY, KIND, &record, error);
    cJSON_Delete(record);
    /* What is wrong with a record does not tell the store; what is with its object does. */
    if (status && status != QUIRE_NOT_FOUND && error && !strstr(error->message, url)) {
        q_error_prefix(error, "%s", url);
    }
    return status;
}

static quire_status refuse(void *context, const q_object_info *info, quire_error *error) {
    return q_error_set(error, QUIRE_CONFLICT, "%s is no store and holds other things, such as '%s'",
                       (const char *)context, info->key);
}

quire_status q_repository_init(q_objects *objects, const char *url, quire_error *error) {
    char now[Q_TIME_SIZE];
    quire_status status = check(objects, url, error);
    if (status != QUIRE_NOT_FOUND) {
        return status;
    }
    status = q_objects_list(objects, "", false, refuse, (void *)url, error);
    if (status) {
        return check(objects, url, NULL) == QUIRE_OK ? QUIRE_OK : status;
    }
    q_time_now(now);
    cJSON *record = q_record_new(KIND);
    if (!record || !q_record_add_string(record, "created_at", now)) {
        status = q_error_memory(error);
    } else {
        status = q_record_put(objects, Q_KEY_REPOSITORY, Q_OBJECT_RECORD, record, NULL, error);
        if (status == QUIRE_CONFLICT) { /* made by another at the same time */
            status = check(objects, url, error);
        }
    }
    cJSON_Delete(record);
    return status;
}

quire_status q_repository_open(q_objects *objects, const char *url,
                               const quire_store_options *options, quire_store **store,
                               quire_error *error) {
    quire_status status = check(objects, url, error);
    if (status == QUIRE_NOT_FOUND) {
        return q_error_set(error, status, "no store at %s", url);
    }
    if (status) {
        return status;
    }
    q_repository *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    char *cache = NULL;
    status = q_strdup(url, &made->base.url, error);
    status = status ? status : q_strdup(options ? options->cache : NULL, &cache, error);
    if (status) {
        free(made->base.url);
        free(made);
        return status;
    }
    made->base.ops = &operations;
    if (options) {
        made->base.options = *options;
        made->base.options.cache = cache;
    }
    made->objects = objects;
    made->io.context = made;
    made->io.load = load;
    made->io.save = save;
    *store = &made->base;
    return QUIRE_OK;
}
