/** @file Asking where contents go: see upload.h. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "store/wandb/upload.h"

static const char files_mutation[] =
    "mutation CreateArtifactFiles($input: CreateArtifactFilesInput!) {"
    " createArtifactFiles(input: $input) { files { edges { node { storagePath uploadUrl"
    " uploadHeaders uploadMultipartUrls { uploadID uploadUrlParts { partNumber uploadUrl } }"
    " artifact { id } } } } } }";

static void fill_parts(const q_wandb_parts *parts, q_variables *variables) {
    q_variables_list(variables, "uploadPartsInput");
    for (uint64_t i = 0; i < parts->count; i++) {
        char hex[Q_MD5_HEX_SIZE];
        q_hex(parts->md5s + i * Q_MD5_SIZE, Q_MD5_SIZE, hex);
        q_variables_object(variables, NULL);
        q_variables_number(variables, "partNumber", (int64_t)i + 1);
        q_variables_string(variables, "hexMD5", hex);
        q_variables_end(variables);
    }
    q_variables_end(variables);
}

static void fill_file(const q_wandb_contents *contents, const q_wandb_target *target, size_t index,
                      q_variables *variables) {
    const q_wandb_item *item = &contents->list.items[index];
    const q_wandb_parts *parts = q_wandb_contents_parts(contents, index);
    char digest[Q_MD5_BASE64_SIZE];
    q_md5_to_base64(item->md5, digest);
    q_variables_object(variables, NULL);
    q_variables_string(variables, "artifactID", target->artifact);
    q_variables_string(variables, "artifactManifestID", target->manifest);
    q_variables_string(variables, "name", item->path);
    q_variables_string(variables, "md5", digest);
    if (parts) {
        fill_parts(parts, variables);
    }
    q_variables_end(variables);
}

quire_status q_wandb_upload_ask(q_wandb *store, const q_wandb_contents *contents,
                                const q_wandb_target *target, const size_t *items, size_t count,
                                q_wandb_call *call, q_variables *variables, quire_error *error) {
    *variables = (q_variables){.error = error};
    q_variables_object(variables, NULL);
    q_variables_object(variables, "input");
    q_variables_string(variables, "storageLayout", "V2");
    q_variables_list(variables, "artifactFiles");
    for (size_t i = 0; i < count; i++) {
        fill_file(contents, target, items[i], variables);
    }
    q_variables_end(variables);
    q_variables_end(variables);
    q_variables_end(variables);
    *call = (q_wandb_call){
        .operation = "CreateArtifactFiles", .document = files_mutation, .variables = variables};
    return q_wandb_call_start(&store->client, call, error);
}

quire_status q_wandb_upload_ask_one(q_wandb *store, q_wandb_contents *contents,
                                    const q_wandb_target *target, size_t item, cJSON **data,
                                    const cJSON **node, quire_error *error) {
    q_wandb_call call = {0};
    q_variables variables = {0};
    *data = NULL;
    quire_status status =
        q_wandb_upload_ask(store, contents, target, &item, 1, &call, &variables, error);
    status = status ? status : q_wandb_call_end(&store->client, &call, data, error);
    q_wandb_call_free(&store->client, &call);
    const cJSON *edges = q_wandb_get(*data, "createArtifactFiles.files.edges");
    *node = q_wandb_get(cJSON_GetArrayItem(edges, 0), "node");
    return !status && !*node ? q_error_set(error, QUIRE_INTEGRITY, "W&B tells nothing of '%s'",
                                           contents->list.items[item].path)
                             : status;
}

/* --- headers --- */

void q_wandb_headers_free(q_wandb_headers *headers) {
    for (size_t i = 0; i < headers->count; i++) {
        free(headers->lines[i]);
    }
    free(headers->lines);
    *headers = (q_wandb_headers){0};
}

quire_status q_wandb_headers_add(q_wandb_headers *headers, const char *line, quire_error *error) {
    char **grown = reallocarray(headers->lines, headers->count + 2, sizeof *grown);
    if (!grown) {
        return q_error_memory(error);
    }
    headers->lines = grown;
    quire_status status = q_strdup(line, &grown[headers->count], error);
    headers->count += status == QUIRE_OK;
    grown[headers->count] = NULL;
    return status;
}

static bool has_header(const q_wandb_headers *headers, const char *name) {
    for (size_t i = 0; i < headers->count; i++) {
        if (strncasecmp(headers->lines[i], name, strlen(name)) == 0) {
            return true;
        }
    }
    return false;
}

static quire_status take_header(q_wandb_headers *headers, const char *given, const char *only,
                                quire_error *error) {
    char *line = NULL;
    size_t name = given ? strcspn(given, ":") : 0;
    if (name == 0 || !given[name] || strpbrk(given, "\r\n")) {
        return q_error_set(error, QUIRE_INTEGRITY, "W&B gives a header for an upload that is none");
    }
    if (only && (strlen(only) != name || strncasecmp(given, only, name) != 0)) {
        return QUIRE_OK;
    }
    const char *value = given + name + 1;
    value += strspn(value, " \t");
    quire_status status = q_asprintf(&line, error, "%.*s: %s", (int)name, given, value);
    status = status ? status : q_wandb_headers_add(headers, line, error);
    free(line);
    return status;
}

quire_status q_wandb_headers_make(q_wandb_headers *headers, const cJSON *given, const char *only,
                                  quire_error *error) {
    const cJSON *header;
    quire_status status = QUIRE_OK;
    cJSON_ArrayForEach(header, given) {
        status = status ? status : take_header(headers, cJSON_GetStringValue(header), only, error);
    }
    /* What libcurl would add by itself: a type that is none of it, and a wait before the body. */
    if (!status && !has_header(headers, "Content-Type:")) {
        status = q_wandb_headers_add(headers, "Content-Type:", error);
    }
    return status ? status : q_wandb_headers_add(headers, "Expect:", error);
}

bool q_wandb_has_expired(const q_http_exchange *answer) {
    bool says = answer->answer.size > 0 && strcasestr(answer->answer.data, "expired");
    return answer->code == 401 || answer->code == 403 || (answer->code == 400 && says);
}
