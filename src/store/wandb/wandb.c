/** @file The store: opening it, and what it does. See wandb.h. */
#include "store/wandb/wandb.h"

#include <stdlib.h>
#include <string.h>

#include "store/wandb/draft.h"
#include "store/wandb/finish.h"
#include "store/wandb/handle.h"
#include "store/wandb/lineage.h"
#include "store/wandb/link.h"
#include "store/wandb/load.h"
#include "store/wandb/merging.h"
#include "store/wandb/notes.h"
#include "store/wandb/read.h"
#include "store/wandb/stage.h"
#include "store/wandb/verify.h"
#include "store/wandb/writing.h"

static const char project_mutation[] =
    "mutation UpsertModel($input: UpsertModelInput!) { upsertModel(input: $input) {"
    " project { name } } }";

static void wandb_free(quire_store *store) {
    q_wandb *own = q_wandb_of(store);
    q_wandb_drafts_free(own);
    q_wandb_client_close(&own->client);
    free((void *)(uintptr_t)own->base.options.cache);
    free(own->base.url);
    free(own->run);
    free(own->own_run);
    free(own);
}

/* --- what W&B does itself, or does not tell --- */

static quire_status draft_list(quire_store *store, const char *name, quire_draft_callback callback,
                               void *context, quire_error *error) {
    (void)name;
    (void)callback;
    (void)context;
    return q_error_set(error, QUIRE_USAGE,
                       "%s: W&B does not tell of drafts, which it ends by itself", store->url);
}

static quire_status draft_drop(quire_store *store, const char *name, const char *distributed_id,
                               quire_error *error) {
    (void)name;
    (void)distributed_id;
    return q_error_set(error, QUIRE_USAGE, "%s: W&B ends drafts that nobody finishes by itself",
                       store->url);
}

static quire_status gc(quire_store *store, const quire_gc_options *options, quire_gc_report *report,
                       quire_error *error) {
    (void)options;
    (void)report;
    return q_error_set(error, QUIRE_USAGE, "%s: W&B collects its garbage by itself", store->url);
}

static const q_store_ops operations = {
    .free = wandb_free,
    .stage_open = q_wandb_stage_open,
    .stage_free = q_wandb_stage_free,
    .stream_open = q_wandb_stream_open,
    .stream_write = q_wandb_stream_write,
    .stream_close = q_wandb_stream_close,
    .stream_discard = q_wandb_stream_discard,
    .write_begin = q_wandb_write_begin,
    .write_entry = q_wandb_write_entry,
    .write_remove = q_wandb_write_remove,
    .write_commit = q_wandb_write_commit,
    .write_renew = q_wandb_write_renew,
    .write_free = q_wandb_write_free,
    .load_new = q_wandb_load_new,
    .load_free = q_wandb_load_free,
    .load_expect = q_wandb_load_expect,
    .load_read = q_wandb_load_read,
    .load_put = q_wandb_load_put,
    .prepare = q_wandb_prepare,
    .join = q_wandb_join,
    .finish = q_wandb_finish,
    .merge_open = q_wandb_merge_open,
    .merge_write = q_wandb_merge_write,
    .merge_sync = q_wandb_merge_sync,
    .merge_collect = q_wandb_merge_collect,
    .merge_free = q_wandb_merge_free,
    .draft_list = draft_list,
    .draft_drop = draft_drop,
    .collections = q_wandb_collections,
    .version_each = q_wandb_version_each,
    .version_open = q_wandb_version_open,
    .version_free = q_wandb_version_free,
    .version_scan = q_wandb_version_scan,
    .version_content = q_wandb_version_content,
    .copier_open = q_wandb_copier_open,
    .copier_free = q_wandb_copier_free,
    .copier_copy = q_wandb_copier_copy,
    .version_local_path = q_wandb_local_path,
    .version_diff = q_wandb_version_diff,
    .version_lineage = q_wandb_version_lineage,
    .alias_set = q_wandb_alias_set,
    .alias_remove = q_wandb_alias_remove,
    .annotate = q_wandb_annotate,
    .version_delete = q_wandb_version_delete,
    .version_link = q_wandb_version_link,
    .version_use = q_wandb_version_use,
    .gc = gc,
    .verify = q_wandb_verify,
};

quire_status q_wandb_open(const char *url, const quire_store_options *options, quire_store **store,
                          quire_error *error) {
    q_wandb *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->base.ops = &operations;
    made->base.digests = Q_DIGEST_MD5;
    made->base.stores_late = true;
    made->base.options = *options;
    made->base.options.cache = NULL; /* it keeps digests of another kind */
    quire_status status = q_wandb_client_open(url, &made->client, error);
    status = status ? status : q_strdup(made->client.config.shown, &made->base.url, error);
    if (status) {
        wandb_free(&made->base);
        return status;
    }
    *store = &made->base;
    return QUIRE_OK;
}

quire_status q_wandb_init(const char *url, quire_error *error) {
    const quire_store_options defaults = {0};
    quire_store *store = NULL;
    cJSON *data = NULL;
    quire_status status = q_wandb_open(url, &defaults, &store, error);
    if (status) {
        return status;
    }
    q_wandb *own = q_wandb_of(store);
    status = q_wandb_need_entity(own, error);
    if (!status) {
        q_variables variables = {.error = error};
        q_variables_object(&variables, NULL);
        q_variables_object(&variables, "input");
        q_variables_string(&variables, "name", own->client.config.project);
        q_variables_string(&variables, "entityName", own->client.config.entity);
        q_variables_end(&variables);
        q_variables_end(&variables);
        status =
            q_wandb_ask(&own->client, "UpsertModel", project_mutation, &variables, &data, error);
    }
    cJSON_Delete(data);
    wandb_free(store);
    return status;
}
