/** @file Records: what is printed is read back, and nothing that anybody touched is. */
#include "base/digest.h"
#include "store/repository_kit.h"

static void parse(const q_buffer *text, quire_status expected, const char *words) {
    quire_error error = {0};
    cJSON *record = NULL;
    assert_status(expected,
                  q_record_parse(text->data, text->size, "note", "the note", &record, &error),
                  &error);
    if (expected) {
        assert_null(record);
        assert_says(&error, "the note");
        assert_says(&error, words);
    }
    cJSON_Delete(record);
}

static cJSON *make(void) {
    cJSON *record = q_record_new("note");
    assert_true(q_record_add_string(record, "text", "a \"b\",\"check\":\"c\" \xc3\xa9"));
    assert_true(q_record_add_string(record, "absent", NULL));
    assert_true(q_record_add_uint(record, "number", (uint64_t)1 << 53));
    return record;
}

static void test_round_trip(void **state) {
    (void)state;
    quire_error error = {0};
    q_buffer text = {0};
    cJSON *record = make(), *again = NULL;
    const char *string = NULL;
    uint64_t number = 0;
    assert_ok(q_record_print(record, &text, &error), &error);
    assert_memory_equal(text.data, "{\"quire\":\"note\",\"format\":1,", 27);
    assert_int_equal(text.data[text.size - 1], '\n');
    assert_ok(q_record_parse(text.data, text.size, NULL, "x", &again, &error), &error);
    assert_ok(q_json_string(again, "text", &string, &error), &error);
    assert_string_equal(string, "a \"b\",\"check\":\"c\" \xc3\xa9");
    assert_ok(q_json_uint(again, "number", &number, &error), &error);
    assert_true(number == (uint64_t)1 << 53);
    assert_false(cJSON_HasObjectItem(again, "absent"));
    cJSON_Delete(again);
    cJSON_Delete(record);
    q_buffer_free(&text);
}

static void test_every_flip_and_cut_is_seen(void **state) {
    (void)state;
    quire_error error = {0};
    q_buffer text = {0};
    cJSON *record = make();
    assert_ok(q_record_print(record, &text, &error), &error);
    for (size_t i = 0; i < text.size; i++) {
        text.data[i] = (char)(text.data[i] ^ 1);
        parse(&text, QUIRE_INTEGRITY, "");
        text.data[i] = (char)(text.data[i] ^ 1);
    }
    size_t whole = text.size;
    for (text.size = 0; text.size < whole; text.size++) {
        parse(&text, QUIRE_INTEGRITY, "cut short");
    }
    assert_ok(q_buffer_append(&text, "\n", 1, &error), &error);
    parse(&text, QUIRE_INTEGRITY, "changed");
    cJSON_Delete(record);
    q_buffer_free(&text);
}

/* A record with a check that holds, whatever its body is. */
static void sign(q_buffer *text, const char *body) {
    quire_error error = {0};
    char check[Q_SHA256_HEX_SIZE];
    assert_ok(q_sha256_hex(body, strlen(body), check, &error), &error);
    assert_ok(q_buffer_printf(text, &error, "%s,\"check\":\"%s\"}\n", body, check), &error);
}

static void test_other_kinds_and_formats(void **state) {
    (void)state;
    static const struct {
        const char *body;
        quire_status expected;
        const char *words;
    } cases[] = {
        {"{\"quire\":\"note\",\"format\":1", QUIRE_OK, ""},
        {"{\"quire\":\"seal\",\"format\":1", QUIRE_INTEGRITY, "is a seal, not a note"},
        {"{\"quire\":\"note\",\"format\":2", QUIRE_ERROR, "format 2, newer than this quire"},
        {"{\"quire\":\"note\",\"format\":-1", QUIRE_INTEGRITY, "format"},
        {"{\"quire\":\"note\",\"format\":\"1\"", QUIRE_INTEGRITY, "format"},
        {"{\"quire\":\"note\"", QUIRE_INTEGRITY, "format"},
        {"{\"format\":1", QUIRE_INTEGRITY, "quire"},
        {"{\"quire\":7,\"format\":1", QUIRE_INTEGRITY, "quire"},
        {"{\"quire\":\"note\",\"format\":1,\"quire\":\"note\"", QUIRE_INTEGRITY, ""},
        {"[\"quire\"", QUIRE_INTEGRITY, ""},
        {"", QUIRE_INTEGRITY, ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        q_buffer text = {0};
        sign(&text, cases[i].body);
        parse(&text, cases[i].expected, cases[i].words);
        q_buffer_free(&text);
    }
}

static void test_put_and_get(void **state) {
    kit *k = *state;
    cJSON *record = make(), *found = NULL;
    bool created = false;
    assert_status(QUIRE_NOT_FOUND, q_record_get(k->objects, "a/b", "note", &found, &k->error),
                  &k->error);
    assert_null(found);
    assert_ok(q_record_put(k->objects, "a/b", Q_OBJECT_RECORD, record, &created, &k->error),
              &k->error);
    assert_true(created);
    assert_ok(q_record_put(k->objects, "a/b", Q_OBJECT_RECORD, record, &created, &k->error),
              &k->error);
    assert_false(created);
    assert_true(q_record_add_string(record, "more", "x"));
    assert_status(QUIRE_CONFLICT,
                  q_record_put(k->objects, "a/b", Q_OBJECT_RECORD, record, &created, &k->error),
                  &k->error);
    assert_ok(q_record_get(k->objects, "a/b", "note", &found, &k->error), &k->error);
    cJSON_Delete(found);
    assert_status(QUIRE_INTEGRITY, q_record_get(k->objects, "a/b", "seal", &found, &k->error),
                  &k->error);
    assert_says(&k->error, "a/b is a note, not a seal");
    kit_put(k, "a/c", "", 0);
    assert_status(QUIRE_INTEGRITY, q_record_get(k->objects, "a/c", NULL, &found, &k->error),
                  &k->error);
    cJSON_Delete(record);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_every_flip_and_cut_is_seen),
        cmocka_unit_test(test_other_kinds_and_formats),
        cmocka_unit_test_setup_teardown(test_put_and_get, kit_setup_memory, kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
