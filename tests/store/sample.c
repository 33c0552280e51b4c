/** @file See sample.h. */
#include "store/sample.h"

#include "store/repository/lease.h"

const char *const sample_addresses[SAMPLE_ADDRESSES] = {"data:v0", "data:v1", "data:v2",
                                                        "drafted:v0"};

static void annotate(kit *k) {
    static const char *const tags[] = {"good"};
    const quire_notes_change change = {
        .description = "text", .metadata = "{\"a\":1}", .add_tags = tags, .add_tag_count = 1};
    assert_ok(quire_version_annotate(k->store, "data:v0", &change, &k->error), &k->error);
}

static void add_table(kit *k, quire_artifact *artifact) {
    const quire_column columns[] = {{.name = "step", .type = QUIRE_COLUMN_NUMBER}};
    const quire_cell cell = quire_number(0.5);
    quire_table *table = NULL;
    assert_ok(quire_artifact_add_table(artifact, k->store, "losses", columns, 1, &table, &k->error),
              &k->error);
    assert_ok(quire_table_append(table, &cell, 1, &k->error), &k->error);
    assert_ok(quire_table_close(table, &k->error), &k->error);
}

void sample_make(kit *k, quire_version_id *deleted, quire_version_id *finished) {
    const quire_add_options as_given = {.no_checksum = 1};
    q_lease lease;
    quire_artifact *artifact =
        kit_artifact(k, "data", "a", "one", "dir/b", "two", "dir/c", "", "dir.d", "four", NULL);
    assert_ok(
        quire_artifact_add_reference(artifact, "s3://bucket/key", "ref", &as_given, &k->error),
        &k->error);
    assert_ok(quire_artifact_add_alias(artifact, "moved", &k->error), &k->error);
    add_table(k, artifact);
    kit_log(k, artifact);
    artifact = kit_artifact(k, "data", "a", "one", "new", "five", NULL);
    assert_ok(quire_artifact_add_input(artifact, "data:v0", &k->error), &k->error);
    assert_ok(quire_artifact_add_alias(artifact, "moved", &k->error), &k->error);
    kit_log(k, artifact);
    *deleted = kit_log(k, kit_artifact(k, "data", "gone", "gone", NULL));
    assert_ok(quire_version_delete(k->store, "data:v2", 0, &k->error), &k->error);
    kit_upsert(k, kit_artifact(k, "drafted", "x", "six", NULL), "finished", "0");
    kit_upsert(k, kit_artifact(k, "drafted", "y", "seven", NULL), "finished", "1");
    assert_ok(kit_finish(k, "drafted", "finished", finished), &k->error);
    annotate(k);
    assert_ok(quire_version_use(k->store, "data:v1", "job", &k->error), &k->error);
    kit_gc(k, -1, 0);
    kit_upsert(k, kit_artifact(k, "drafted", "z", "eight", NULL), "open", "0");
    assert_ok(q_lease_take(k->repository, "data", 0, NULL, &lease, &k->error), &k->error);
}

/* --- what reading gives --- */

typedef struct reading {
    kit *k;
    quire_version *version;
    q_buffer text;
} reading;

static quire_status append(void *context, const void *data, size_t size) {
    return q_buffer_append(context, data, size, NULL);
}

static quire_status read_entry(void *context, const quire_entry *entry) {
    reading *to = context;
    quire_status status = q_buffer_printf(&to->text, NULL, "%s %s %s:", entry->path, entry->digest,
                                          entry->reference ? entry->reference : "");
    return status || entry->reference ? status
                                      : quire_version_read(to->version, entry->path, 0, UINT64_MAX,
                                                           append, &to->text, NULL);
}

char *sample_read(kit *k, const char *address) {
    reading to = {.k = k};
    quire_status status = quire_version_open(k->store, address, &to.version, NULL);
    status = status ? status : quire_version_walk(to.version, NULL, read_entry, &to, NULL);
    status = status ? status : q_buffer_append(&to.text, "", 1, NULL);
    quire_version_free(to.version);
    if (status) {
        q_buffer_free(&to.text);
        return NULL;
    }
    return to.text.data;
}
