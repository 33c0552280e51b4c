/** @file Tables: their bytes, and what they refuse. */
#include <cjson/cJSON.h>
#include <locale.h>
#include <math.h>

#include "artifact/unit.h"

static fake f;

static int setup(void **state) {
    (void)state;
    fake_begin(&f);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    fake_end(&f);
    return 0;
}

static const quire_column columns[] = {
    {"text", QUIRE_COLUMN_STRING},  {"n", QUIRE_COLUMN_NUMBER}, {"ok", QUIRE_COLUMN_BOOLEAN},
    {"at", QUIRE_COLUMN_TIMESTAMP}, {"any", QUIRE_COLUMN_ANY},
};

#define HEAD                                                                                       \
    "{\"_type\":\"table\",\"column_types\":{\"params\":{\"type_map\":{"                            \
    "\"any\":{\"wb_type\":\"any\"},"                                                               \
    "\"at\":{\"params\":{\"allowed_types\":[{\"wb_type\":\"none\"},"                               \
    "{\"wb_type\":\"timestamp\"}]},\"wb_type\":\"union\"},"                                        \
    "\"n\":{\"params\":{\"allowed_types\":[{\"wb_type\":\"none\"},"                                \
    "{\"wb_type\":\"number\"}]},\"wb_type\":\"union\"},"                                           \
    "\"ok\":{\"params\":{\"allowed_types\":[{\"wb_type\":\"boolean\"},"                            \
    "{\"wb_type\":\"none\"}]},\"wb_type\":\"union\"},"                                             \
    "\"text\":{\"params\":{\"allowed_types\":[{\"wb_type\":\"none\"},"                             \
    "{\"wb_type\":\"string\"}]},\"wb_type\":\"union\"}"                                            \
    "}},\"wb_type\":\"typedDict\"},\"columns\":[\"text\",\"n\",\"ok\",\"at\",\"any\"],\"data\":["

static quire_table *new_table(quire_artifact *artifact) {
    quire_error error = {0};
    quire_table *table = NULL;
    EXPECT(QUIRE_OK, quire_artifact_add_table(artifact, &f.store, "t/x", columns, COUNT(columns),
                                              &table, &error));
    return table;
}

static quire_status append(quire_table *table, quire_cell text, quire_cell n, quire_cell ok,
                           quire_cell at, quire_cell any, quire_error *error) {
    const quire_cell cells[] = {text, n, ok, at, any};
    return quire_table_append(table, cells, COUNT(cells), error);
}

static void fill(quire_artifact *artifact) {
    quire_error error = {0};
    quire_table *table = new_table(artifact);
    EXPECT(QUIRE_OK,
           append(table, quire_string("a\"\n\xc3\xa4/"), quire_number(0.1), quire_boolean(5),
                  quire_integer(INT64_C(1700000000000)), quire_string("s"), &error));
    EXPECT(QUIRE_OK,
           append(table, quire_string(NULL), quire_number(NAN), quire_null(), quire_null(),
                  quire_json(" { \"k\" : [ 1 , \"a \\\" b\" ] , \"n\" : 12345678901234567890 } "),
                  &error));
    EXPECT(QUIRE_USAGE, append(table, quire_string("lost"), quire_number(1), quire_boolean(1),
                               quire_null(), quire_number(INFINITY), &error));
    EXPECT_MESSAGE("row 2 of 't/x.table.json': column 'any' takes no infinity");
    EXPECT(QUIRE_OK, append(table, quire_string(""), quire_integer(INT64_MIN), quire_boolean(0),
                            quire_integer(-1), quire_number(1e300), &error));
    EXPECT(QUIRE_OK, quire_table_close(table, &error));
}

static void bytes_are_exact(void **state) {
    (void)state;
    quire_artifact *artifact = new_artifact();
    fill(artifact);
    const char *golden = HEAD "[\"a\\\"\\n\xc3\xa4/\",0.1,true,1700000000000,\"s\"],"
                              "[null,null,null,null,"
                              "{\"k\":[1,\"a \\\" b\"],\"n\":12345678901234567890}],"
                              "[\"\",-9223372036854775808,false,-1,1e+300]"
                              "],\"ncols\":5,\"nrows\":3}";
    assert_string_equal(f.stream.data, golden);
    cJSON *value = cJSON_ParseWithOpts(f.stream.data, NULL, 1);
    assert_non_null(value);
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(value, "data")), 3);
    cJSON_Delete(value);
    quire_error error = {0};
    quire_entry entry;
    EXPECT(QUIRE_OK, quire_artifact_get_entry(artifact, "t/x.table.json", &entry, &error));
    assert_int_equal(entry.size, strlen(golden));
    quire_artifact_free(artifact);
}

static void numbers_read_back(void **state) {
    (void)state;
    static const double numbers[] = {0.1,     1.0 / 3, 5e-324,   1.7976931348623157e308,
                                     -0.0,    123456,  1e22,     9007199254740993.0,
                                     2.5e-10, -1.5,    0.1 + 0.2};
    static const quire_column one[] = {{"n", QUIRE_COLUMN_NUMBER}};
    setlocale(LC_ALL, "de_DE.UTF-8"); /* a decimal comma, where the machine has it */
    quire_error error = {0};
    quire_artifact *artifact = new_artifact();
    quire_table *table = NULL;
    EXPECT(QUIRE_OK, quire_artifact_add_table(artifact, &f.store, "n", one, 1, &table, &error));
    for (size_t i = 0; i < COUNT(numbers); i++) {
        const quire_cell cell = quire_number(numbers[i]);
        EXPECT(QUIRE_OK, quire_table_append(table, &cell, 1, &error));
    }
    EXPECT(QUIRE_OK, quire_table_close(table, &error));
    setlocale(LC_ALL, "C");
    const char *at = strstr(f.stream.data, "\"data\":[") + 8;
    for (size_t i = 0; i < COUNT(numbers); i++) {
        char *end;
        double back = strtod(at + 1, &end);
        assert_memory_equal(&back, &numbers[i], sizeof back);
        assert_true(*end == ']');
        at = end + 2;
    }
    assert_non_null(strstr(f.stream.data, "[[0.1],"));
    quire_artifact_free(artifact);
}

static void cells_must_fit_their_column(void **state) {
    (void)state;
    const quire_cell kinds[] = {quire_number(1.5), quire_integer(1), quire_boolean(1),
                                quire_string("s"), quire_json("[]")};
    static const char taken[COUNT(columns)][COUNT(kinds) + 1] = {"---s-", "ni---", "--b--", "-i---",
                                                                 "nibsj"};
    quire_error error = {0};
    quire_artifact *artifact = new_artifact();
    quire_table *table = new_table(artifact);
    for (size_t c = 0; c < COUNT(columns); c++) {
        for (size_t k = 0; k < COUNT(kinds); k++) {
            quire_cell cells[COUNT(columns)] = {quire_null(), quire_null(), quire_null(),
                                                quire_null(), quire_null()};
            cells[c] = kinds[k];
            EXPECT(taken[c][k] == '-' ? QUIRE_USAGE : QUIRE_OK,
                   quire_table_append(table, cells, COUNT(cells), &error));
        }
    }
    static const char *const bad[] = {"", "{", "01", "nul", "[1,]", "\"\\u0000\"", "1 2"};
    quire_cell no = quire_null();
    for (size_t i = 0; i < COUNT(bad); i++) {
        EXPECT(QUIRE_USAGE, append(table, no, no, no, no, quire_json(bad[i]), &error));
        EXPECT_MESSAGE("column 'any'");
    }
    EXPECT(QUIRE_USAGE, append(table, quire_string("\xff"), no, no, no, no, &error));
    EXPECT(QUIRE_USAGE, quire_table_append(table, &no, 1, &error));
    EXPECT(QUIRE_USAGE, quire_table_append(table, NULL, COUNT(columns), &error));
    EXPECT(QUIRE_OK, quire_table_close(table, &error));
    assert_non_null(strstr(f.stream.data, "\"nrows\":10}"));
    quire_artifact_free(artifact);
}

static void columns_are_checked(void **state) {
    (void)state;
    static const quire_column bad[][2] = {
        {{"a", QUIRE_COLUMN_ANY}, {"a", QUIRE_COLUMN_ANY}},
        {{"a", QUIRE_COLUMN_ANY}, {"", QUIRE_COLUMN_ANY}},
        {{"a", QUIRE_COLUMN_ANY}, {NULL, QUIRE_COLUMN_ANY}},
        {{"a", QUIRE_COLUMN_ANY}, {"\xff", QUIRE_COLUMN_ANY}},
        {{"a", QUIRE_COLUMN_ANY}, {"b", (quire_column_type)9}},
    };
    quire_error error = {0};
    quire_artifact *artifact = new_artifact();
    for (size_t i = 0; i < COUNT(bad); i++) {
        quire_table *table = (quire_table *)&error;
        EXPECT(QUIRE_USAGE,
               quire_artifact_add_table(artifact, &f.store, "x", bad[i], 2, &table, &error));
        assert_null(table);
    }
    quire_table *table = NULL;
    EXPECT(QUIRE_USAGE,
           quire_artifact_add_table(artifact, &f.store, "../x", columns, 1, &table, &error));
    EXPECT(QUIRE_OK, quire_artifact_add_table(artifact, &f.store, "none", NULL, 0, &table, &error));
    EXPECT(QUIRE_OK, quire_table_append(table, NULL, 0, &error));
    EXPECT(QUIRE_OK, quire_table_close(table, &error));
    assert_non_null(strstr(f.stream.data, "\"columns\":[],\"data\":[[]],\"ncols\":0,\"nrows\":1}"));
    quire_artifact_free(artifact);
}

static void rows_have_a_limit_and_are_streamed(void **state) {
    (void)state;
    static const quire_column one[] = {{"n", QUIRE_COLUMN_NUMBER}};
    quire_error error = {0};
    quire_artifact *artifact = new_artifact();
    quire_table *table = NULL;
    EXPECT(QUIRE_OK, quire_artifact_add_table(artifact, &f.store, "n", one, 1, &table, &error));
    for (int64_t i = 0; i < QUIRE_TABLE_ROWS_MAX; i++) {
        const quire_cell cell = quire_integer(i);
        EXPECT(QUIRE_OK, quire_table_append(table, &cell, 1, &error));
    }
    const quire_cell cell = quire_null();
    EXPECT(QUIRE_USAGE, quire_table_append(table, &cell, 1, &error));
    EXPECT_MESSAGE("200000");
    EXPECT(QUIRE_OK, quire_table_close(table, &error));
    assert_non_null(strstr(f.stream.data, ",[199999]],\"ncols\":1,\"nrows\":200000}"));
    quire_artifact_free(artifact);
}

static void tables_can_be_given_up(void **state) {
    (void)state;
    quire_error error = {0};
    quire_artifact *artifact = new_artifact();
    quire_table_discard(new_table(artifact));
    quire_table_discard(NULL);
    assert_int_equal(quire_artifact_count(artifact), 0);
    quire_table *table = new_table(artifact);
    f.fail = "stream_write";
    EXPECT(QUIRE_ERROR, quire_table_close(table, &error));
    assert_int_equal(quire_artifact_count(artifact), 0);
    quire_artifact_free(artifact);
}

static void a_partitioned_table_names_a_folder(void **state) {
    (void)state;
    quire_error error = {0};
    quire_artifact *artifact = new_artifact();
    EXPECT(QUIRE_OK, quire_artifact_add_partitioned_table(artifact, "all", "parts", &error));
    EXPECT(QUIRE_USAGE, quire_artifact_add_partitioned_table(artifact, "all", "parts/", &error));
    EXPECT(QUIRE_USAGE, quire_artifact_add_partitioned_table(artifact, NULL, "parts", &error));
    EXPECT(QUIRE_USAGE, quire_artifact_add_partitioned_table(artifact, "all", NULL, &error));
    EXPECT(QUIRE_CONFLICT, quire_artifact_add_partitioned_table(artifact, "all", "p", &error));
    EXPECT(QUIRE_OK, quire_log_artifact(&f.store, artifact, NULL, NULL, &error));
    assert_non_null(strstr(fake_calls(&f),
                           "file all.partitioned-table.json "
                           "{\"_type\":\"partitioned-table\",\"parts_path\":\"parts\"}\n"));
    quire_artifact_free(artifact);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(bytes_are_exact),
        TEST(numbers_read_back),
        TEST(cells_must_fit_their_column),
        TEST(columns_are_checked),
        TEST(rows_have_a_limit_and_are_streamed),
        TEST(tables_can_be_given_up),
        TEST(a_partitioned_table_names_a_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
