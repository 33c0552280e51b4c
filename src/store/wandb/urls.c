/** @file Addresses of files: see read.h. Asked for by names, for neighbours together. */
#include <stdlib.h>
#include <string.h>

#include "store/wandb/read.h"

#define WINDOW_FIRST ((size_t)16)
#define WINDOW_MOST ((size_t)512)

static const char files_query[] =
    "query ArtifactFiles($id: ID!, $names: [String!], $first: Int) { artifact(id: $id) {"
    " files(names: $names, first: $first) { edges { node { name directUrl } } } } }";

static void clear(q_wandb_urls *urls) {
    for (size_t i = 0; i < urls->count; i++) {
        free(urls->urls[i]);
    }
    free(urls->urls);
    urls->urls = NULL;
    urls->count = 0;
}

void q_wandb_urls_free(q_wandb_handle *handle) {
    clear(&handle->urls);
    pthread_mutex_destroy(&handle->urls.lock);
}

static bool is_within(const q_wandb_urls *urls, size_t index) {
    return index >= urls->first && index < urls->first + urls->count;
}

void q_wandb_urls_drop(q_wandb_handle *handle, size_t index) {
    q_wandb_urls *urls = &handle->urls;
    pthread_mutex_lock(&urls->lock);
    clear(urls); /* the others are as old */
    (void)index;
    urls->next = WINDOW_FIRST;
    pthread_mutex_unlock(&urls->lock);
}

/** Who goes on where the window ends gets a longer one; who jumps begins anew. */
static void move_window(q_wandb_handle *handle, size_t index) {
    q_wandb_urls *urls = &handle->urls;
    size_t left = handle->list.count - index;
    bool goes_on = urls->count > 0 && index == urls->first + urls->count;
    urls->next = goes_on ? 2 * urls->next : WINDOW_FIRST;
    urls->next = urls->next < WINDOW_MOST ? urls->next : WINDOW_MOST;
    clear(urls);
    urls->first = index;
    urls->count = urls->next < left ? urls->next : left;
}

static quire_status take(q_wandb_handle *handle, const cJSON *node, quire_error *error) {
    q_wandb_urls *urls = &handle->urls;
    const char *name = q_wandb_text(node, "name"), *url = q_wandb_text(node, "directUrl");
    size_t at = name ? q_wandb_list_find(&handle->list, name) : SIZE_MAX;
    if (!url || !*url || at >= handle->list.count || !is_within(urls, at) ||
        strcmp(handle->list.items[at].path, name) != 0 || urls->urls[at - urls->first]) {
        return QUIRE_OK;
    }
    return q_strdup(url, &urls->urls[at - urls->first], error);
}

static quire_status ask(q_wandb_handle *handle, quire_error *error) {
    q_wandb_urls *urls = &handle->urls;
    q_variables variables = {.error = error};
    const cJSON *edge;
    cJSON *data = NULL;
    int64_t asked = 0;
    urls->urls = calloc(urls->count, sizeof(char *));
    if (!urls->urls) {
        urls->count = 0;
        return q_error_memory(error);
    }
    q_variables_object(&variables, NULL);
    q_variables_string(&variables, "id", handle->id);
    q_variables_list(&variables, "names");
    for (size_t i = urls->first; i < urls->first + urls->count; i++) {
        if (!handle->list.items[i].is_reference && handle->list.items[i].size > 0) {
            q_variables_string(&variables, NULL, handle->list.items[i].path);
            asked++;
        }
    }
    q_variables_end(&variables);
    q_variables_number(&variables, "first", asked);
    q_variables_end(&variables);
    quire_status status = q_wandb_ask(&q_wandb_of(handle->base.store)->client, "ArtifactFiles",
                                      files_query, &variables, &data, error);
    cJSON_ArrayForEach(edge, q_wandb_get(data, "artifact.files.edges")) {
        status = status ? status : take(handle, q_wandb_get(edge, "node"), error);
    }
    cJSON_Delete(data);
    if (status) {
        clear(urls);
    }
    return status;
}

/* --- addresses of the server's own --- */

static quire_status add_component(q_buffer *out, const char *text, quire_error *error) {
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    quire_status status = q_buffer_append(out, "/", 1, error);
    for (; *text && !status; text++) {
        status = strchr(plain, *text) ? q_buffer_append(out, text, 1, error)
                                      : q_buffer_printf(out, error, "%%%02X", (unsigned char)*text);
    }
    return status;
}

/** Where a file is by what it is: for what the server gives no signed address. */
static quire_status make_own(q_wandb_handle *handle, size_t index, char **url, quire_error *error) {
    q_wandb *store = q_wandb_of(handle->base.store);
    const q_wandb_config *config = &store->client.config;
    const q_wandb_item *item = &handle->list.items[index];
    const char *birth = q_wandb_list_birth_id(&handle->list, item);
    const char *slash = strrchr(item->path, '/');
    char hex[Q_MD5_HEX_SIZE];
    q_buffer out = {0};
    q_hex(item->md5, sizeof item->md5, hex);
    quire_status status = q_wandb_need_features(store, error);
    status = status ? status : q_buffer_append_string(&out, config->base, error);
    const char *v2[] = {"artifactsV2",
                        handle->region ? handle->region : "default",
                        config->entity,
                        config->project,
                        handle->name,
                        store->features & Q_WANDB_HANDLER_WITH_ARTIFACT ? handle->id : NULL,
                        birth ? birth : "",
                        hex,
                        slash ? slash + 1 : item->path};
    const char *v1[] = {"artifacts", config->entity, hex};
    const char *const *components = handle->is_v2 ? v2 : v1;
    size_t count = handle->is_v2 ? sizeof v2 / sizeof *v2 : sizeof v1 / sizeof *v1;
    for (size_t i = 0; i < count && !status; i++) {
        status = components[i] ? add_component(&out, components[i], error) : status;
    }
    if (status) {
        q_buffer_free(&out);
    }
    *url = out.data;
    return status;
}

quire_status q_wandb_urls_get(q_wandb_handle *handle, size_t index, char **url, bool *with_key,
                              quire_error *error) {
    q_wandb_urls *urls = &handle->urls;
    quire_status status = QUIRE_OK;
    *url = NULL;
    pthread_mutex_lock(&urls->lock);
    if (!is_within(urls, index)) {
        move_window(handle, index);
        status = ask(handle, error);
    }
    const char *found = status ? NULL : urls->urls[index - urls->first];
    *with_key = !found;
    if (!status) {
        status = found ? q_strdup(found, url, error) : make_own(handle, index, url, error);
    }
    pthread_mutex_unlock(&urls->lock);
    return status;
}
