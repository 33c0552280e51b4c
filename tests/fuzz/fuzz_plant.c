/** @file Objects that are named by their own bytes: see fuzz_plant.h. */
#include "fuzz_plant.h"

#include <stdio.h>
#include <string.h>

#include "fuzz_manifest.h"

#define VERSION "collections/set/versions/0000000000"
#define WRITER "collections/set/drafts/open/writers/0/"
#define SHARDS "collections/set/drafts/open/shards/"

static void set_string(cJSON *record, const char *key, const char *value) {
    cJSON *item = cJSON_CreateString(value);
    FUZZ_CHECK(item && cJSON_ReplaceItemInObjectCaseSensitive(record, key, item));
}

static void set_number(cJSON *record, const char *key, uint64_t value) {
    cJSON *item = cJSON_CreateNumber((double)value);
    FUZZ_CHECK(item && cJSON_ReplaceItemInObjectCaseSensitive(record, key, item));
}

static cJSON *take_record(q_objects *objects, const char *key) {
    quire_error error = {0};
    cJSON *record = NULL;
    FUZZ_OK(q_record_get(objects, key, NULL, &record, &error), &error);
    cJSON_DeleteItemFromObjectCaseSensitive(record, "check");
    return record;
}

static void put_record(q_objects *objects, const char *key, cJSON *record) {
    quire_error error = {0};
    q_buffer text = {0};
    FUZZ_OK(q_record_print(record, &text, &error), &error);
    fuzz_store_replace(objects, key, text.data, text.size);
    q_buffer_free(&text);
    cJSON_Delete(record);
}

/* Under the name that its bytes give it. */
static void put_named(q_objects *objects, const char *folder, const void *data, size_t size,
                      char hex[Q_SHA256_HEX_SIZE]) {
    quire_error error = {0};
    char key[Q_KEY_SIZE];
    FUZZ_OK(q_sha256_hex(data, size, hex, &error), &error);
    snprintf(key, sizeof key, "%s%s", folder, hex);
    fuzz_store_replace(objects, key, data, size);
}

static void plant_root(q_objects *objects, const q_buffer *text, const q_root *root) {
    char hex[Q_SHA256_HEX_SIZE];
    put_named(objects, Q_KEY_MANIFESTS, text->data ? text->data : "", text->size, hex);
    cJSON *record = take_record(objects, VERSION);
    set_string(record, "root", hex);
    set_number(record, "root_size", text->size);
    set_string(record, "digest", root->digest);
    set_number(record, "entries", root->entries);
    set_number(record, "bytes", root->bytes);
    put_record(objects, VERSION, record);
}

void fuzz_plant_manifest(q_objects *objects, const fuzz_input *input) {
    quire_error error = {0};
    fuzz_manifest manifest;
    q_buffer text = {0};
    char hex[Q_SHA256_HEX_SIZE];
    fuzz_manifest_make(&manifest, *input);
    for (size_t i = 0; i < manifest.root.chunk_count; i++) {
        put_named(objects, Q_KEY_MANIFESTS, manifest.texts[i].data, manifest.texts[i].size, hex);
    }
    FUZZ_OK(q_root_print(&text, &manifest.root, &error), &error);
    plant_root(objects, &text, &manifest.root);
    q_buffer_free(&text);
    fuzz_manifest_free(&manifest);
}

void fuzz_plant_root(q_objects *objects, const fuzz_input *input) {
    quire_error error = {0};
    q_root root = {0};
    q_buffer text = {0};
    fuzz_append(&text, input->data, input->size);
    if (q_root_parse(text.data ? text.data : "", text.size, &root, &error)) {
        memset(root.digest, '0', sizeof root.digest - 1);
    }
    plant_root(objects, &text, &root);
    q_root_free(&root);
    q_buffer_free(&text);
}

void fuzz_plant_shard(q_objects *objects, const fuzz_input *input) {
    fuzz_lines lines;
    q_buffer text = {0};
    q_shard_summary summary;
    q_key key;
    char hex[Q_SHA256_HEX_SIZE];
    fuzz_lines_read(&lines, input);
    fuzz_append(&text, Q_SHARD_HEADER, sizeof Q_SHARD_HEADER - 1);
    fuzz_append(&text, input->data, input->size);
    fuzz_lines_shard(&lines, &text, &summary);
    put_named(objects, SHARDS, text.data, text.size, hex);
    FUZZ_CHECK(fuzz_store_find(objects, WRITER, "", &key));
    cJSON *record = take_record(objects, key.text);
    set_string(record, "object", summary.object);
    set_string(record, "digest", summary.digest);
    set_number(record, "size", summary.size);
    set_number(record, "entries", summary.entries);
    set_number(record, "bytes", summary.bytes);
    put_record(objects, key.text, record);
    q_buffer_free(&text);
    fuzz_lines_free(&lines);
}
