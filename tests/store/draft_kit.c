/** @file See draft_kit.h. */
#include "store/draft_kit.h"

quire_status upsert(kit *k, const char *id, const char *writer, const char *path, const char *text,
                    const char *metadata) {
    quire_artifact *artifact = kit_artifact(k, "data", path, text, NULL);
    if (metadata) {
        assert_ok(quire_artifact_set_metadata(artifact, metadata, &k->error), &k->error);
    }
    quire_status status =
        quire_upsert_artifact(k->store, artifact, id, writer, NULL, NULL, &k->error);
    quire_artifact_free(artifact);
    return status;
}

quire_receipt upsert_ok(kit *k, const char *id, const char *writer, const char *path,
                        const char *text) {
    quire_receipt receipt;
    quire_artifact *artifact = kit_artifact(k, "data", path, text, NULL);
    assert_ok(quire_upsert_artifact(k->store, artifact, id, writer, NULL, &receipt, &k->error),
              &k->error);
    quire_artifact_free(artifact);
    return receipt;
}

quire_status finish_expecting(kit *k, const char *id, int64_t expect, const char *own,
                              quire_version_id *version) {
    const quire_commit_options options = {.expect = expect};
    quire_artifact *artifact = kit_artifact(k, "data", own, "own", NULL);
    quire_status status =
        quire_finish_artifact(k->store, artifact, id, &options, version, &k->error);
    quire_artifact_free(artifact);
    return status;
}

void seal_alone(kit *k, const char *id) {
    q_key key;
    cJSON *seal = q_record_new("seal");
    assert_ok(q_key_draft(&key, "data", id, "seal", &k->error), &k->error);
    assert_ok(q_record_put(k->objects, key.text, Q_OBJECT_RECORD, seal, NULL, &k->error),
              &k->error);
    cJSON_Delete(seal);
}

typedef struct looking {
    const char *id;
    int writers;
} looking;

static quire_status see_draft(void *context, const quire_draft *draft) {
    looking *to = context;
    if (strcmp(draft->distributed_id, to->id) == 0) {
        to->writers = (int)draft->writer_count;
    }
    return QUIRE_OK;
}

int writers_of(kit *k, const char *id) {
    looking to = {id, -1};
    assert_ok(quire_draft_list(k->store, "data", see_draft, &to, &k->error), &k->error);
    return to.writers;
}

uint64_t entries_of(kit *k, const char *address) {
    quire_version *version = NULL;
    assert_ok(quire_version_open(k->store, address, &version, &k->error), &k->error);
    uint64_t entries = quire_version_get_info(version)->entries;
    quire_version_free(version);
    return entries;
}

void assert_text(kit *k, const char *address, const char *path, const char *expected) {
    char *text = kit_text(k, address, path);
    assert_string_equal(text, expected);
    free(text);
}
