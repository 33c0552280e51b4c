/** @file User, project, run and features: see store.h. Each is asked for once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/name.h"
#include "base/random.h"
#include "store/wandb/store.h"

#define RUN_DIGITS 16
#define SPREAD 5 /* milliseconds a writer */
#define SPREAD_MOST 10000

static const char viewer_query[] = "query Viewer { viewer { entity username } }";

static const char features_query[] =
    "query ServerFeatures { serverInfo { features { name isEnabled } } }";

static const char run_mutation[] =
    "mutation UpsertBucket($input: UpsertBucketInput!) { upsertBucket(input: $input) {"
    " bucket { name project { name entity { name } } } } }";

quire_status q_wandb_need_entity(q_wandb *store, quire_error *error) {
    q_wandb_config *config = &store->client.config;
    cJSON *data = NULL;
    const char *entity = NULL;
    if (config->entity) {
        return QUIRE_OK;
    }
    quire_status status = q_wandb_ask(&store->client, "Viewer", viewer_query, NULL, &data, error);
    if (!status && !q_wandb_get(data, "viewer")) {
        status = q_error_set(error, QUIRE_AUTH, "W&B knows nobody by this API key");
    }
    status = status ? status : q_wandb_need(data, "viewer.entity", &entity, error);
    status = status ? status : q_name_check_id("the user's entity", entity, error);
    status = status ? status : q_strdup(entity, &config->entity, error);
    cJSON_Delete(data);
    return status;
}

quire_status q_wandb_need_features(q_wandb *store, quire_error *error) {
    cJSON *data = NULL;
    const cJSON *feature;
    if (store->has_features) {
        return QUIRE_OK;
    }
    quire_status status =
        q_wandb_ask(&store->client, "ServerFeatures", features_query, NULL, &data, error);
    if (status == QUIRE_ERROR) { /* a server that does not know the question has none of them */
        store->has_features = true;
        return QUIRE_OK;
    }
    cJSON_ArrayForEach(feature, q_wandb_get(data, "serverInfo.features")) {
        const char *name = q_wandb_text(feature, "name");
        bool is_on = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(feature, "isEnabled"));
        if (!name || !is_on) {
            continue;
        }
        if (strcmp(name, "USE_ARTIFACT_WITH_ENTITY_AND_PROJECT_INFORMATION") == 0) {
            store->features |= Q_WANDB_USE_WITH_PROJECT;
        } else if (strcmp(name, "ARTIFACT_V2_DOWNLOAD_HANDLER_SUPPORTS_ARTIFACT_ID") == 0) {
            store->features |= Q_WANDB_HANDLER_WITH_ARTIFACT;
        }
    }
    store->has_features = !status;
    cJSON_Delete(data);
    return status;
}

/* --- the run --- */

/** Eight letters and digits, as W&B's own clients draw them. */
static quire_status draw_run(char **run, quire_error *error) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    unsigned char raw[8];
    char text[9];
    quire_status status = q_random_bytes(raw, sizeof raw, error);
    for (size_t i = 0; i < 8; i++) {
        text[i] = plain[raw[i] % (sizeof plain - 1)];
    }
    text[8] = '\0';
    return status ? status : q_strdup(text, run, error);
}

/** The same for all that write the draft, and for who repeats it. */
static quire_status name_run(const q_wandb_draft_key *draft, char **run, quire_error *error) {
    char hex[Q_SHA256_HEX_SIZE];
    q_buffer text = {0};
    quire_status status =
        q_buffer_printf(&text, error, "%s\n%s", draft->name, draft->distributed_id);
    status = status ? status : q_sha256_hex(text.data, text.size, hex, error);
    q_buffer_free(&text);
    return status ? status
                  : q_asprintf(run, error, "%.*s%s", RUN_DIGITS, hex,
                               draft->finishes ? "-finish" : "");
}

static quire_status choose_run(q_wandb *store, const q_wandb_draft_key *draft, char **run,
                               quire_error *error) {
    const q_wandb_config *config = &store->client.config;
    if (config->run_id) {
        return q_strdup(config->run_id, run, error);
    }
    if (draft) {
        return name_run(draft, run, error);
    }
    quire_status status = store->own_run ? QUIRE_OK : draw_run(&store->own_run, error);
    return status ? status : q_strdup(store->own_run, run, error);
}

static void fill_run(const q_wandb_config *config, const char *run, const char *group,
                     const char *host, q_variables *variables) {
    q_variables_object(variables, NULL);
    q_variables_object(variables, "input");
    q_variables_string(variables, "name", run);
    q_variables_string(variables, "modelName", config->project);
    q_variables_string(variables, "entityName", config->entity);
    if (group) {
        q_variables_string(variables, "groupName", group);
    }
    if (config->job_type) {
        q_variables_string(variables, "jobType", config->job_type);
    }
    if (config->run_name) {
        q_variables_string(variables, "displayName", config->run_name);
    }
    q_variables_string(variables, "host", host);
    q_variables_end(variables);
    q_variables_end(variables);
}

/** The names that the server has for them are the right ones. */
static quire_status take_place(q_wandb *store, const cJSON *data, quire_error *error) {
    q_wandb_config *config = &store->client.config;
    const char *bucket = "upsertBucket.bucket.project.name";
    const char *project = q_wandb_text(data, bucket);
    const char *entity = q_wandb_text(data, "upsertBucket.bucket.project.entity.name");
    const struct {
        const char *found;
        char **kept;
    } names[] = {{project, &config->project}, {entity, &config->entity}};
    for (size_t i = 0; i < 2; i++) {
        char *copy = NULL;
        if (names[i].found && strcmp(names[i].found, *names[i].kept) != 0) {
            quire_status status = q_name_check_id("the server's name", names[i].found, error);
            status = status ? status : q_strdup(names[i].found, &copy, error);
            if (status) {
                return status;
            }
            free(*names[i].kept);
            *names[i].kept = copy;
        }
    }
    return QUIRE_OK;
}

/** Two who make one run at once may be in each other's way: the one request whose 409 passes. */
static quire_status upsert_run(q_wandb *store, const char *run, const char *group, cJSON **data,
                               quire_error *error) {
    q_buffer host = {0};
    quire_status status = q_environment_host(&host, error);
    for (unsigned attempt = 1; !status; attempt++) {
        q_variables variables = {.error = error};
        fill_run(&store->client.config, run, group, host.data, &variables);
        status = q_wandb_ask(&store->client, "UpsertBucket", run_mutation, &variables, data, error);
        if (status != QUIRE_CONFLICT || attempt >= store->client.config.attempts) {
            break;
        }
        q_wandb_pause(&store->client, attempt, NULL);
        status = QUIRE_OK;
    }
    q_buffer_free(&host);
    return status;
}

quire_status q_wandb_need_run(q_wandb *store, const q_wandb_draft_key *draft, quire_error *error) {
    char *run = NULL;
    cJSON *data = NULL;
    quire_status status = q_wandb_need_entity(store, error);
    status = status ? status : choose_run(store, draft, &run, error);
    if (status || (store->run && strcmp(store->run, run) == 0)) {
        free(run);
        return status;
    }
    const char *group = store->client.config.run_group;
    group = group || !draft ? group : draft->distributed_id;
    status = upsert_run(store, run, group, &data, error);
    status = status ? status : take_place(store, data, error);
    cJSON_Delete(data);
    if (status) {
        free(run);
        return status;
    }
    free(store->run);
    store->run = run;
    return QUIRE_OK;
}

/* --- telling others --- */

quire_status q_wandb_prepare(quire_store *store, const char *name, const char *distributed_id,
                             quire_store_session *session, quire_error *error) {
    q_wandb *own = q_wandb_of(store);
    const q_wandb_draft_key draft = {.name = name, .distributed_id = distributed_id};
    quire_status status = q_wandb_need_run(own, &draft, error);
    if (status) {
        return status;
    }
    int size = snprintf(session->text, sizeof session->text, "%s\n%s\n%s",
                        own->client.config.entity, own->client.config.project, own->run);
    return size > 0 && (size_t)size < sizeof session->text
               ? QUIRE_OK
               : q_error_set(error, QUIRE_USAGE,
                             "the names of entity, project and run are too long");
}

static quire_status replace(char **kept, const char *text, size_t size, quire_error *error) {
    char *copy = NULL;
    quire_status status = q_asprintf(&copy, error, "%.*s", (int)size, text);
    if (!status) {
        free(*kept);
        *kept = copy;
    }
    return status;
}

quire_status q_wandb_join(quire_store *store, const quire_store_session *session, int writers,
                          quire_error *error) {
    q_wandb *own = q_wandb_of(store);
    char **kept[] = {&own->client.config.entity, &own->client.config.project, &own->run};
    const char *at = session->text;
    if (!memchr(at, '\0', sizeof session->text)) {
        return q_error_set(error, QUIRE_USAGE, "a session that is none");
    }
    for (size_t i = 0; i < 3; i++) {
        size_t size = strcspn(at, "\n");
        if (size == 0 || (i < 2 && at[size] != '\n')) {
            return q_error_set(error, QUIRE_USAGE, "a session that is none");
        }
        quire_status status = replace(kept[i], at, size, error);
        if (status) {
            return status;
        }
        at += size + (at[size] == '\n');
    }
    uint32_t drawn = 0;
    int64_t most =
        (int64_t)writers * SPREAD < SPREAD_MOST ? (int64_t)writers * SPREAD : SPREAD_MOST;
    quire_status status = q_random_bytes(&drawn, sizeof drawn, error);
    if (!status && writers > 1) {
        q_http_pool_pause(own->client.pool, (int64_t)(drawn % (uint64_t)most));
    }
    return status;
}
