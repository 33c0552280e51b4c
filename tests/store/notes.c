/** @file Notes of versions: as committed, as united from parts, and as changed later. */
#include "store/repository_kit.h"

/** Description, metadata, ttl, aliases and tags as one text, good until the next call. */
static const char *notes(kit *k, const char *address) {
    static char text[2048];
    quire_version *version = NULL;
    assert_ok(quire_version_open(k->store, address, &version, &k->error), &k->error);
    const quire_version_info *info = quire_version_get_info(version);
    int used = snprintf(text, sizeof text, "%s|%s|%lld|", info->description, info->metadata,
                        (long long)info->ttl);
    for (size_t i = 0; i < info->alias_count; i++) {
        used += snprintf(text + used, sizeof text - (size_t)used, "%s ", info->aliases[i]);
    }
    used += snprintf(text + used, sizeof text - (size_t)used, "|");
    for (size_t i = 0; i < info->tag_count; i++) {
        used += snprintf(text + used, sizeof text - (size_t)used, "%s ", info->tags[i]);
    }
    quire_version_free(version);
    return text;
}

static quire_artifact *with_notes(kit *k, const char *text, const char *metadata, const char *alias,
                                  const char *tag) {
    quire_artifact *artifact = kit_artifact(k, "data", "a", text, NULL);
    if (metadata) {
        assert_ok(quire_artifact_set_metadata(artifact, metadata, &k->error), &k->error);
    }
    if (alias) {
        assert_ok(quire_artifact_add_alias(artifact, alias, &k->error), &k->error);
    }
    if (tag) {
        assert_ok(quire_artifact_add_tag(artifact, tag, &k->error), &k->error);
    }
    return artifact;
}

static void committed(void **state) {
    kit *k = *state;
    quire_artifact *artifact = with_notes(k, "1", "{\"n\":1.5,\"o\":{\"p\":[]}}", "best", "good");
    assert_ok(quire_artifact_set_description(artifact, "first \"one\"\n", &k->error), &k->error);
    assert_ok(quire_artifact_set_ttl(artifact, 3600, &k->error), &k->error);
    kit_log(k, artifact);
    assert_string_equal(notes(k, "data"), "first \"one\"\n|{\"n\":1.5,\"o\":{\"p\":[]}}|3600|"
                                          "best latest |good ");
    kit_log(k, kit_artifact(k, "data", "a", "2", NULL));
    assert_string_equal(notes(k, "data"), "|{}|0|latest |");
    kit_log(k, with_notes(k, "2", NULL, "best", NULL)); /* the alias moves, nothing else does */
    assert_string_equal(notes(k, "data"), "|{}|0|best latest |");
    assert_int_equal(kit_number(k, "data:best"), 1);
}

static void change(kit *k, const quire_notes_change *to, quire_status expected) {
    assert_status(expected, quire_version_annotate(k->store, "data:v0", to, &k->error), &k->error);
}

/* Each is the nearest neighbour of a shorter one, or so long that it is easily cut. */
static void exact_numbers(void **state) {
    kit *k = *state;
    const char *numbers =
        "{\"a\":0.30000000000000004,\"b\":9007199254740991,\"c\":1000000000000000}";
    char expected[256];
    kit_log(k, with_notes(k, "1", numbers, NULL, NULL));
    snprintf(expected, sizeof expected, "|%s|0|latest |", numbers);
    assert_string_equal(notes(k, "data"), expected);
}

static void changed(void **state) {
    kit *k = *state;
    const int64_t ttl = 60, forever = 0, negative = -1;
    const char *const tags[] = {"one", "two"}, *const bad[] = {"a/b"};
    kit_log(k, with_notes(k, "1", "{\"a\":1}", NULL, "one"));
    change(k, &(quire_notes_change){.description = "d"}, QUIRE_OK);
    assert_string_equal(notes(k, "data"), "d|{\"a\":1}|0|latest |one ");
    change(k, &(quire_notes_change){.add_tags = tags, .add_tag_count = 2}, QUIRE_OK);
    change(k, &(quire_notes_change){.metadata = "{\"b\":2}", .ttl = &ttl}, QUIRE_OK);
    assert_string_equal(notes(k, "data"), "d|{\"b\":2}|60|latest |one two ");
    change(k, &(quire_notes_change){.remove_tags = tags, .remove_tag_count = 1}, QUIRE_OK);
    change(k, &(quire_notes_change){.description = "", .ttl = &forever}, QUIRE_OK);
    assert_string_equal(notes(k, "data"), "|{\"b\":2}|0|latest |two ");
    char *before = kit_fingerprint(k);
    change(k, &(quire_notes_change){.remove_tags = tags, .remove_tag_count = 1}, QUIRE_NOT_FOUND);
    assert_says(&k->error, "one");
    change(k, &(quire_notes_change){.metadata = "[1]"}, QUIRE_USAGE);
    change(k, &(quire_notes_change){.metadata = "{"}, QUIRE_USAGE);
    change(k, &(quire_notes_change){.ttl = &negative}, QUIRE_USAGE);
    change(k, &(quire_notes_change){.add_tags = bad, .add_tag_count = 1}, QUIRE_USAGE);
    char *after = kit_fingerprint(k);
    assert_string_equal(before, after);
    free(before);
    free(after);
    for (int i = 0; i < 40; i++) { /* past what a register keeps */
        char text[16];
        snprintf(text, sizeof text, "%d", i);
        change(k, &(quire_notes_change){.description = text}, QUIRE_OK);
    }
    assert_string_equal(notes(k, "data"), "39|{\"b\":2}|0|latest |two ");
    assert_in_range(kit_count(k, "collections/data/notes/"), 1, 17);
    assert_ok(kit_verify(k), &k->error);
}

static void of_what_is_not_there(void **state) {
    kit *k = *state;
    const quire_notes_change d = {.description = "d"};
    kit_log(k, with_notes(k, "1", NULL, NULL, NULL));
    assert_int_equal(quire_version_annotate(k->store, "data:v1", &d, &k->error), QUIRE_NOT_FOUND);
    assert_int_equal(quire_version_annotate(k->store, "none", &d, &k->error), QUIRE_NOT_FOUND);
    assert_ok(quire_version_delete(k->store, "data:v0", 0, &k->error), &k->error);
    assert_int_equal(quire_version_annotate(k->store, "data:v0", &d, &k->error), QUIRE_NOT_FOUND);
}

static void united(void **state) {
    kit *k = *state;
    kit_upsert(k, with_notes(k, "1", "{\"a\":1,\"c\":3}", "x", "t1"), "id", "0");
    kit_upsert(k, with_notes(k, "1", "{\"b\":2,\"c\":3}", "y", "t2"), "id", "1");
    assert_ok(kit_finish(k, "data", "id", NULL), &k->error);
    assert_string_equal(notes(k, "data"), "|{\"a\":1,\"c\":3,\"b\":2}|0|latest x y |t1 t2 ");
}

static void disagreeing(void **state) {
    kit *k = *state;
    quire_version_id version;
    kit_upsert(k, with_notes(k, "1", "{\"a\":1}", NULL, NULL), "id", "first");
    kit_upsert(k, with_notes(k, "1", "{\"a\":2}", NULL, NULL), "id", "second");
    assert_status(QUIRE_CONFLICT, kit_finish(k, "data", "id", NULL), &k->error);
    assert_says(&k->error, "'a'");
    assert_says(&k->error, "second");
    assert_int_equal(kit_versions(k, "data"), 0);
    /* It stays open; the finisher can decide. */
    const quire_commit_options options = {.notes_only = 1};
    quire_artifact *artifact = with_notes(k, "1", "{\"a\":7}", NULL, NULL);
    assert_ok(quire_finish_artifact(k->store, artifact, "id", &options, &version, &k->error),
              &k->error);
    quire_artifact_free(artifact);
    assert_string_equal(notes(k, "data"), "|{\"a\":7}|0|latest |");
}

#define MEMORY(test) cmocka_unit_test_setup_teardown(test, kit_setup_memory, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        MEMORY(committed), MEMORY(exact_numbers), MEMORY(changed), MEMORY(of_what_is_not_there),
        MEMORY(united),    MEMORY(disagreeing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
