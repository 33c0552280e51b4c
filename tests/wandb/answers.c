/** @file Answers of the server: data, words, and what a refusal means; variables of requests. */
#include "store/wandb/answer.h"

#include "base/unit.h"
#include "store/wandb/variables.h"

static void expect_data(const char *text, const char *path, const char *wanted) {
    quire_error error = {0};
    q_wandb_words words;
    cJSON *data = NULL;
    EXPECT(QUIRE_OK, q_wandb_answer_parse(text, strlen(text), &data, &words, &error));
    assert_non_null(data);
    assert_int_equal(words.size, 0);
    assert_string_equal(q_wandb_text(data, path), wanted);
    cJSON_Delete(data);
}

static void expect_words(const char *text, const char *wanted) {
    quire_error error = {0};
    q_wandb_words words;
    cJSON *data = NULL;
    EXPECT(QUIRE_OK, q_wandb_answer_parse(text, strlen(text), &data, &words, &error));
    assert_null(data);
    assert_string_equal(words.text, wanted);
}

static void data_and_words(void **state) {
    (void)state;
    expect_data("{\"data\":{\"a\":{\"b\":\"x\"}}}", "a.b", "x");
    expect_data("{\"data\":{\"a\":\"y\"},\"errors\":null}", "a", "y");
    expect_data("{\"data\":{\"a\":\"y\"},\"errors\":[]}", "a", "y");
    expect_words("{\"errors\":[{\"message\":\"one\",\"path\":[\"a\"]},\"two\"]}", "one; two");
    expect_words("{\"data\":{\"a\":1},\"errors\":[{\"message\":\"half\"}]}", "half");
    expect_words("{\"error\":\"gone\"}", "gone");
    expect_words("{\"error\":{\"message\":\"a\\nb\"}}", "a b");
    expect_words("{\"errors\":[{}]}", "an error without words");
    expect_words("{\"data\":null}", "an answer without data");
    expect_words("{\"data\":[]}", "an answer without data");
    expect_words("{}", "an answer without data");
    expect_words("", "an empty answer");
    expect_words("<html>\n", "no JSON: <html> ");
}

static void long_words(void **state) {
    static char text[4096];
    quire_error error = {0};
    q_wandb_words words;
    cJSON *data = NULL;
    (void)state;
    int size = snprintf(text, sizeof text, "{\"error\":\"%03000d\"}", 1);
    EXPECT(QUIRE_OK, q_wandb_answer_parse(text, (size_t)size, &data, &words, &error));
    assert_int_equal(words.size, sizeof words.text - 1);
    assert_int_equal(words.text[words.size], 0);
}

static void meanings(void **state) {
    (void)state;
    assert_int_equal(q_wandb_answer_status(401, ""), QUIRE_AUTH);
    assert_int_equal(q_wandb_answer_status(403, ""), QUIRE_AUTH);
    assert_int_equal(q_wandb_answer_status(404, ""), QUIRE_NOT_FOUND);
    assert_int_equal(q_wandb_answer_status(409, ""), QUIRE_CONFLICT);
    assert_int_equal(q_wandb_answer_status(408, ""), QUIRE_TEMPORARY);
    assert_int_equal(q_wandb_answer_status(429, ""), QUIRE_TEMPORARY);
    assert_int_equal(q_wandb_answer_status(500, ""), QUIRE_TEMPORARY);
    assert_int_equal(q_wandb_answer_status(501, ""), QUIRE_ERROR);
    assert_int_equal(q_wandb_answer_status(400, ""), QUIRE_ERROR);
    assert_int_equal(q_wandb_answer_status(200, "Permission denied"), QUIRE_AUTH);
    assert_int_equal(q_wandb_answer_status(200, "artifact NOT FOUND"), QUIRE_NOT_FOUND);
    assert_int_equal(q_wandb_answer_status(200, "quota exceeded"), QUIRE_ERROR);
}

static void members(void **state) {
    quire_error error = {0};
    const char *text = NULL;
    cJSON *data = cJSON_Parse("{\"a\":{\"b\":null,\"n\":7,\"big\":1e300,\"s\":\"x\"}}");
    (void)state;
    assert_null(q_wandb_get(data, "a.b"));
    assert_null(q_wandb_get(data, "a.b.c"));
    assert_null(q_wandb_get(NULL, "a"));
    assert_int_equal(q_wandb_number(data, "a.n", -1), 7);
    assert_int_equal(q_wandb_number(data, "a.big", -1), -1);
    assert_int_equal(q_wandb_number(data, "a.s", -1), -1);
    EXPECT(QUIRE_OK, q_wandb_need(data, "a.s", &text, &error));
    EXPECT(QUIRE_INTEGRITY, q_wandb_need(data, "a.n", &text, &error));
    EXPECT_MESSAGE("'a.n'");
    cJSON_Delete(data);
}

static void variables(void **state) {
    quire_error error = {0};
    q_variables made = {.error = &error};
    (void)state;
    q_variables_object(&made, NULL);
    q_variables_object(&made, "input");
    q_variables_string(&made, "a", "quote \" and \n");
    q_variables_string(&made, "none", NULL);
    q_variables_list(&made, "list");
    q_variables_string(&made, NULL, "x");
    q_variables_object(&made, NULL);
    q_variables_end(&made);
    q_variables_end(&made);
    q_variables_number(&made, "n", -2);
    q_variables_flag(&made, "f", true);
    q_variables_end(&made);
    q_variables_end(&made);
    EXPECT(QUIRE_OK, made.status);
    assert_string_equal(made.text.data, "{\"input\":{\"a\":\"quote \\\" and \\n\",\"none\":null,"
                                        "\"list\":[\"x\",{}],\"n\":-2,\"f\":true}}");
    q_variables_free(&made);
    q_variables bad = {.error = &error};
    q_variables_object(&bad, NULL);
    q_variables_string(&bad, "a", "\xff");
    q_variables_end(&bad);
    EXPECT(QUIRE_USAGE, bad.status); /* the first failure stays */
    q_variables_free(&bad);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(data_and_words), cmocka_unit_test(long_words), cmocka_unit_test(meanings),
        cmocka_unit_test(members),        cmocka_unit_test(variables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
