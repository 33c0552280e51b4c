/** @file Drafts of many writers: more than a process may have files, and notes that repeat. */
#include <sys/resource.h>

#include "store/draft_kit.h"
#include "store/repository/draft.h"

#define FILES 40
#define WRITERS 60

/* A finish holds no file a writer: the shards are merged all at once. */
static void test_more_writers_than_files(void **state) {
    kit *k = *state;
    struct rlimit limit, low;
    for (int i = 0; i < WRITERS; i++) {
        char writer[16];
        snprintf(writer, sizeof writer, "%d", i);
        upsert_ok(k, "job", writer, writer, "text");
    }
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    low = limit;
    low.rlim_cur = FILES;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
    quire_status status = finish_expecting(k, "job", WRITERS, NULL, NULL);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_ok(status, &k->error);
    assert_int_equal(entries_of(k, "data:v0"), WRITERS);
    assert_ok(kit_verify(k), &k->error);
}

#define LARGE ((size_t)1000000) /* of metadata: close to what one part may have */

static quire_status upsert_large(kit *k, int writer, const char *key, size_t size) {
    char name[16];
    q_buffer text = {0};
    snprintf(name, sizeof name, "%d", writer);
    assert_ok(q_buffer_printf(&text, &k->error, "{\"%s\":\"%*s\"}", key, (int)size, ""), &k->error);
    quire_status status = upsert(k, "job", name, name, "text", text.data);
    q_buffer_free(&text);
    return status;
}

/* Together more than a record may hold. */
static void test_equal_notes_are_told_once(void **state) {
    kit *k = *state;
    q_key key;
    q_buffer text = {0};
    for (int i = 0; i < 70; i++) {
        assert_ok(upsert_large(k, i, "same", LARGE), &k->error);
    }
    assert_ok(finish_expecting(k, "job", 70, NULL, NULL), &k->error);
    assert_ok(finish_expecting(k, "job", 70, NULL, NULL), &k->error);
    assert_int_equal(entries_of(k, "data:v0"), 70);
    kit_find(k, "collections/data/drafts/", "/roster", &key);
    kit_get(k, key.text, &text);
    assert_true(text.size > LARGE && text.size < 2 * LARGE);
    q_buffer_free(&text);
    /* Late, the same is in, and other notes are not. */
    assert_ok(upsert_large(k, 7, "same", LARGE), &k->error);
    assert_status(QUIRE_CONFLICT, upsert_large(k, 7, "same", 10), &k->error);
    assert_ok(kit_verify(k), &k->error);
}

/* What could not be read back is refused while it can be mended. */
static void test_too_large_a_roster_is_refused_before_the_seal(void **state) {
    kit *k = *state;
    for (int pass = 0; pass < 2; pass++) {
        for (int i = pass ? 20 : 0; i < 66; i++) {
            char key[16];
            snprintf(key, sizeof key, "of %d", i);
            assert_ok(upsert_large(k, i, key, pass ? 10 : LARGE), &k->error);
        }
        quire_status status = finish_expecting(k, "job", 66, NULL, NULL);
        assert_status(pass ? QUIRE_OK : QUIRE_USAGE, status, &k->error);
        if (!pass) {
            assert_says(&k->error, "the parts of draft 'job' of 'data' take 66");
            assert_int_equal(writers_of(k, "job"), 66);
        }
    }
    assert_int_equal(entries_of(k, "data:v0"), 66);
}

/* A roster as it was made before notes were shared: in each part. */
static void test_a_roster_with_notes_in_its_parts(void **state) {
    kit *k = *state;
    q_key key;
    cJSON *roster = NULL;
    quire_receipt first = upsert_ok(k, "job", "0", "a", "one");
    upsert_ok(k, "job", "1", "b", "two");
    seal_alone(k, "job");
    assert_ok(q_draft_seal(k->repository, "data", "job", &roster, &k->error), &k->error);
    const cJSON *notes = cJSON_GetArrayItem(cJSON_GetObjectItem(roster, "notes"), 0);
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(roster, "notes")), 1);
    for (int i = 0; i < 2; i++) {
        cJSON *part = cJSON_GetArrayItem(cJSON_GetObjectItem(roster, "parts"), i);
        assert_true(cJSON_IsNumber(cJSON_GetObjectItem(part, "notes")));
        cJSON_ReplaceItemInObject(part, "notes", cJSON_Duplicate(notes, true));
    }
    cJSON_DeleteItemFromObject(roster, "notes");
    cJSON_DeleteItemFromObject(roster, "check");
    kit_find(k, "collections/data/drafts/", "/roster", &key);
    kit_put(k, key.text, NULL, 0);
    assert_ok(q_record_put(k->objects, key.text, Q_OBJECT_RECORD, roster, NULL, &k->error),
              &k->error);
    cJSON_Delete(roster);
    assert_string_equal(upsert_ok(k, "job", "0", "a", "one").digest, first.digest);
    assert_status(QUIRE_CONFLICT, upsert(k, "job", "0", "a", "one", "{\"x\":1}"), &k->error);
    assert_ok(finish_expecting(k, "job", 2, NULL, NULL), &k->error);
    assert_int_equal(entries_of(k, "data:v0"), 2);
    assert_ok(kit_verify(k), &k->error);
}

#define MEMORY(function) cmocka_unit_test_setup_teardown(function, kit_setup_memory, kit_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_more_writers_than_files, kit_setup_directory,
                                        kit_teardown),
        MEMORY(test_equal_notes_are_told_once),
        MEMORY(test_too_large_a_roster_is_refused_before_the_seal),
        MEMORY(test_a_roster_with_notes_in_its_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
