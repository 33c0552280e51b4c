/** @file Stores in memory, of which one object is what the input says: see fuzz_store.h. */
#include "fuzz_store.h"

#include <string.h>

#include "fuzz_plant.h"
#include "fuzz_record.h"
#include "objects/memory/memory.h"
#include "store/repository/lease.h"
#include "store/repository/repository.h"

#define SET "collections/set/"
/* Records are of this time or later; the store's clock stands behind it by less than a lease. */
#define CLOCK ((int64_t)1800000000 * 1000000)

enum {
    ROOT = 24,
    MANIFEST = 25,
    SHARD = 26,
    PLACES = 27
};

/** Which object an input replaces or, in the second half, adds. */
static const struct place {
    const char *prefix, *suffix; /**< without a suffix the key is the prefix */
} places[ROOT] = {
    {"quire.json", NULL},
    {SET "collection.json", NULL},
    {SET "versions/0000000000", NULL},
    {SET "versions/0000000001", NULL},
    {SET "versions/0000000002", NULL},
    {SET "digests/", ""},
    {SET "aliases/best/", ""},
    {SET "aliases/latest/", ""},
    {SET "notes/", ""},
    {SET "lineage/", ""},
    {SET "drafts/open/draft.json", NULL},
    {SET "drafts/open/writers/0/", ""},
    {SET "drafts/open/shards/", ""},
    {SET "drafts/done/seal", NULL},
    {SET "drafts/done/roster", NULL},
    {SET "drafts/done/outcome", NULL},
    {SET "drafts/done/draft.json", NULL},
    {"leases/", ""},
    {"packs/", ".pack"},
    {SET "drafts/open/roster", NULL},
    {SET "drafts/open/outcome", NULL},
    {SET "drafts/open/seal", NULL},
    {SET "deleted/0000000001", NULL},
    {SET "versions/0000000007", NULL},
};

quire_artifact *fuzz_artifact(const char *path, const char *text) {
    quire_error error = {0};
    quire_artifact *artifact = NULL;
    FUZZ_OK(quire_artifact_new("set", "dataset", &artifact, &error), &error);
    if (path) {
        FUZZ_OK(quire_artifact_add_buffer(artifact, path, text, strlen(text), NULL, &error),
                &error);
    }
    return artifact;
}

static void log_version(quire_store *store, const char *path, const char *text) {
    quire_error error = {0};
    quire_version_id version;
    const quire_add_options as_is = {.no_checksum = 1};
    quire_artifact *artifact = fuzz_artifact(path, text);
    FUZZ_OK(quire_artifact_add_buffer(artifact, "a/common", "common", 6, NULL, &error), &error);
    FUZZ_OK(quire_artifact_add_reference(artifact, "s3://bucket/key", "ref", &as_is, &error),
            &error);
    FUZZ_OK(quire_artifact_add_alias(artifact, "best", &error), &error);
    FUZZ_OK(quire_artifact_set_metadata(artifact, "{\"a\":[1,{\"b\":null}]}", &error), &error);
    FUZZ_OK(quire_log_artifact(store, artifact, NULL, &version, &error), &error);
    quire_artifact_free(artifact);
}

static void upsert(quire_store *store, const char *id, const char *writer, const char *path) {
    quire_error error = {0};
    quire_artifact *artifact = fuzz_artifact(path, writer);
    FUZZ_OK(quire_artifact_add_tag(artifact, "part", &error), &error);
    FUZZ_OK(quire_upsert_artifact(store, artifact, id, writer, NULL, NULL, &error), &error);
    quire_artifact_free(artifact);
}

static void fill(quire_store *store) {
    quire_error error = {0};
    quire_version_id version;
    static const char *const tags[] = {"good"};
    const quire_notes_change change = {.description = "text", .add_tags = tags, .add_tag_count = 1};
    q_lease lease;
    log_version(store, "b", "one");
    log_version(store, "b", "two");
    upsert(store, "done", "0", "p/0");
    quire_artifact *finisher = fuzz_artifact(NULL, NULL);
    FUZZ_OK(quire_artifact_add_input(finisher, "set:v0", &error), &error);
    FUZZ_OK(quire_finish_artifact(store, finisher, "done", NULL, &version, &error), &error);
    quire_artifact_free(finisher);
    FUZZ_CHECK(version.number == 2);
    log_version(store, "b", "two");
    FUZZ_OK(quire_version_annotate(store, "set:v0", &change, &error), &error);
    FUZZ_OK(quire_version_use(store, "set:v0", "job", &error), &error);
    upsert(store, "open", "0", "q/0");
    upsert(store, "open", "1", "q/1");
    FUZZ_OK(q_lease_take(q_repository_of(store), "set", 0, "open", &lease, &error), &error);
}

/* Never freed: one store for the whole run. */
static q_objects *good_store(void) {
    static q_objects *objects;
    static quire_store *store;
    quire_error error = {0};
    if (!objects) {
        FUZZ_OK(q_objects_memory_new(&objects, &error), &error);
        q_objects_memory_set_clock(objects, CLOCK);
        FUZZ_OK(q_repository_init(objects, "memory", &error), &error);
        FUZZ_OK(q_repository_open(objects, "memory", NULL, &store, &error), &error);
        fill(store);
    }
    return objects;
}

static quire_status copy_object(void *context, const q_object_info *info, quire_error *error) {
    q_buffer data = {0};
    quire_status status = q_objects_get(good_store(), info->key, UINT64_MAX, &data, error);
    status = status ? status
                    : q_objects_put(context, info->key, Q_OBJECT_CONTENT,
                                    data.data ? data.data : "", data.size, NULL, error);
    q_buffer_free(&data);
    return status;
}

q_objects *fuzz_store_copy(void) {
    quire_error error = {0};
    q_objects *from = good_store(), *objects = NULL;
    FUZZ_OK(q_objects_memory_new(&objects, &error), &error);
    q_objects_memory_set_clock(objects, CLOCK);
    FUZZ_OK(q_objects_list(from, "", true, copy_object, objects, &error), &error);
    return objects;
}

typedef struct finding {
    const char *suffix;
    q_key *key;
    bool found;
} finding;

static quire_status see(void *context, const q_object_info *info, quire_error *error) {
    finding *to = context;
    size_t size = strlen(info->key), tail = strlen(to->suffix);
    (void)error;
    if (!to->found && size >= tail && strcmp(info->key + size - tail, to->suffix) == 0) {
        memcpy(to->key->text, info->key, size + 1);
        to->found = true;
    }
    return QUIRE_OK;
}

bool fuzz_store_find(q_objects *objects, const char *prefix, const char *suffix, q_key *key) {
    quire_error error = {0};
    finding to = {suffix, key, false};
    FUZZ_OK(q_objects_list(objects, prefix, true, see, &to, &error), &error);
    return to.found;
}

void fuzz_store_replace(q_objects *objects, const char *key, const void *data, size_t size) {
    quire_error error = {0};
    FUZZ_OK(q_objects_remove(objects, key, INT64_MAX, NULL, &error), &error);
    FUZZ_OK(q_objects_put(objects, key, Q_OBJECT_CONTENT, data, size, NULL, &error), &error);
}

static void replace(q_objects *objects, uint8_t which, bool sealed, const fuzz_input *input) {
    const struct place *place = &places[which];
    q_buffer bytes = {0};
    q_key key;
    if (place->suffix) {
        FUZZ_CHECK(fuzz_store_find(objects, place->prefix, place->suffix, &key));
    } else {
        memcpy(key.text, place->prefix, strlen(place->prefix) + 1);
    }
    if (sealed) {
        fuzz_record_seal(&bytes, input);
    } else {
        fuzz_append(&bytes, input->data, input->size);
    }
    fuzz_store_replace(objects, key.text, bytes.data ? bytes.data : "", bytes.size);
    q_buffer_free(&bytes);
}

static void tell(void *context, quire_log_level level, const char *line) {
    (void)context;
    (void)level;
    for (const char *c = line; *c; c++) {
        FUZZ_CHECK((unsigned char)*c >= 0x20 && *c != 0x7f);
    }
}

void fuzz_store_open(fuzz_store *s, fuzz_input *input) {
    const quire_store_options options = {.log = tell};
    quire_error error = {0};
    uint8_t which = fuzz_byte(input) % PLACES;
    bool sealed = fuzz_byte(input) % 2;
    s->store = NULL;
    s->objects = fuzz_store_copy();
    if (which == ROOT) {
        fuzz_plant_root(s->objects, input);
    } else if (which == MANIFEST) {
        fuzz_plant_manifest(s->objects, input);
    } else if (which == SHARD) {
        fuzz_plant_shard(s->objects, input);
    } else {
        replace(s->objects, which, sealed, input);
    }
    quire_status status = q_repository_open(s->objects, "memory", &options, &s->store, &error);
    FUZZ_TOLD(status, &error);
    if (status) {
        FUZZ_CHECK(which == 0);
        q_objects_free(s->objects);
        s->objects = NULL;
    }
}

void fuzz_store_empty(fuzz_store *s) {
    quire_error error = {0};
    FUZZ_OK(q_objects_memory_new(&s->objects, &error), &error);
    FUZZ_OK(q_repository_init(s->objects, "memory", &error), &error);
    FUZZ_OK(q_repository_open(s->objects, "memory", NULL, &s->store, &error), &error);
}

void fuzz_store_close(fuzz_store *s) {
    quire_store_free(s->store);
}
