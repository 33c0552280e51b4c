/** @file Names and notes of an artifact: what is taken, what is refused, and where the limits are.
 */
#include "artifact/unit.h"

#include "artifact/artifact.h"

static void names_are_checked(void **state) {
    (void)state;
    quire_error error = {0};
    quire_artifact *artifact = (quire_artifact *)&error;
    EXPECT(QUIRE_USAGE, quire_artifact_new("a/b", "model", &artifact, &error));
    EXPECT_MESSAGE("a/b");
    assert_null(artifact);
    EXPECT(QUIRE_USAGE, quire_artifact_new("a", "wandb-x", &artifact, &error));
    EXPECT(QUIRE_USAGE, quire_artifact_new("a", "", &artifact, &error));
    EXPECT(QUIRE_USAGE, quire_artifact_new(NULL, "model", &artifact, &error));
    EXPECT(QUIRE_USAGE, quire_artifact_new("a", NULL, &artifact, &error));
    EXPECT(QUIRE_USAGE, quire_artifact_new("a", "model", NULL, &error));
    artifact = new_artifact();
    assert_string_equal(quire_artifact_name(artifact), "set");
    assert_string_equal(quire_artifact_type(artifact), "model");
    assert_int_equal(quire_artifact_count(artifact), 0);
    quire_artifact_free(artifact);
    quire_artifact_free(NULL);
}

static void descriptions_are_bounded_text(void **state) {
    (void)state;
    quire_error error = {0};
    quire_artifact *artifact = new_artifact();
    char *text = calloc(1, Q_DESCRIPTION_MAX + 2);
    assert_non_null(text);
    memset(text, 'x', Q_DESCRIPTION_MAX);
    EXPECT(QUIRE_OK, quire_artifact_set_description(artifact, text, &error));
    text[Q_DESCRIPTION_MAX] = 'x';
    EXPECT(QUIRE_USAGE, quire_artifact_set_description(artifact, text, &error));
    EXPECT(QUIRE_USAGE, quire_artifact_set_description(artifact, "\xff", &error));
    assert_int_equal(strlen(artifact->notes.description), Q_DESCRIPTION_MAX);
    EXPECT(QUIRE_OK, quire_artifact_set_description(artifact, "two\nlines", &error));
    assert_string_equal(artifact->notes.description, "two\nlines");
    free(text);
    quire_artifact_free(artifact);
}

static void metadata_is_an_object(void **state) {
    (void)state;
    static const char *const refused[] = {"[]", "{", "{\"a\":1,\"a\":2}", "{\"a\":NaN}", "1", ""};
    quire_error error = {0};
    quire_artifact *artifact = new_artifact();
    for (size_t i = 0; i < COUNT(refused); i++) {
        EXPECT(QUIRE_USAGE, quire_artifact_set_metadata(artifact, refused[i], &error));
    }
    assert_null(artifact->notes.metadata);
    EXPECT(QUIRE_OK, quire_artifact_set_metadata(artifact, "{\"n\":12345678901234567890}", &error));
    assert_string_equal(artifact->notes.metadata, "{\"n\":12345678901234567890}");
    char text[2048] = "{";
    for (int i = 0; i <= 100; i++) {
        char key[16];
        snprintf(key, sizeof key, "%s\"k%d\":0", i > 0 ? "," : "", i);
        strcat(text, key);
        if (i == 99) {
            strcat(text, "}");
            EXPECT(QUIRE_OK, quire_artifact_set_metadata(artifact, text, &error));
            text[strlen(text) - 1] = '\0';
        }
    }
    strcat(text, "}");
    EXPECT(QUIRE_USAGE, quire_artifact_set_metadata(artifact, text, &error));
    quire_artifact_free(artifact);
}

static void a_ttl_is_not_negative(void **state) {
    (void)state;
    quire_error error = {0};
    quire_artifact *artifact = new_artifact();
    assert_int_equal(artifact->notes.ttl, -1);
    EXPECT(QUIRE_USAGE, quire_artifact_set_ttl(artifact, -1, &error));
    EXPECT_MESSAGE("-1");
    EXPECT(QUIRE_USAGE, quire_artifact_set_ttl(artifact, INT64_MAX, &error));
    EXPECT(QUIRE_OK, quire_artifact_set_ttl(artifact, 0, &error));
    assert_int_equal(artifact->notes.ttl, 0);
    EXPECT(QUIRE_OK, quire_artifact_set_ttl(artifact, 3600, &error));
    assert_int_equal(artifact->notes.ttl, 3600);
    quire_artifact_free(artifact);
}

static void lists_hold_a_hundred_without_repeats(void **state) {
    (void)state;
    quire_error error = {0};
    quire_artifact *artifact = new_artifact();
    for (int i = 0; i < 200; i++) {
        char text[32];
        snprintf(text, sizeof text, "t%d", i / 2);
        EXPECT(QUIRE_OK, quire_artifact_add_alias(artifact, text, &error));
        EXPECT(QUIRE_OK, quire_artifact_add_tag(artifact, text, &error));
    }
    assert_int_equal(artifact->notes.alias_count, 100);
    assert_int_equal(artifact->notes.tag_count, 100);
    assert_string_equal(artifact->notes.tags[99], "t99");
    EXPECT(QUIRE_USAGE, quire_artifact_add_alias(artifact, "more", &error));
    EXPECT_MESSAGE("more");
    EXPECT(QUIRE_USAGE, quire_artifact_add_tag(artifact, "more", &error));
    quire_artifact_free(artifact);
}

static void list_items_are_checked(void **state) {
    (void)state;
    quire_error error = {0};
    quire_artifact *artifact = new_artifact();
    EXPECT(QUIRE_USAGE, quire_artifact_add_alias(artifact, "latest", &error));
    EXPECT(QUIRE_USAGE, quire_artifact_add_alias(artifact, "v3", &error));
    EXPECT(QUIRE_USAGE, quire_artifact_add_alias(artifact, "a:b", &error));
    EXPECT(QUIRE_USAGE, quire_artifact_add_alias(artifact, NULL, &error));
    EXPECT(QUIRE_USAGE, quire_artifact_add_tag(artifact, "a/b", &error));
    EXPECT(QUIRE_USAGE, quire_artifact_add_input(artifact, "a/b:v1", &error));
    EXPECT(QUIRE_OK, quire_artifact_add_input(artifact, "data:v1", &error));
    EXPECT(QUIRE_OK, quire_artifact_add_input(artifact, "data:v1", &error));
    assert_int_equal(artifact->notes.input_count, 1);
    assert_int_equal(artifact->notes.alias_count + artifact->notes.tag_count, 0);
    quire_artifact_free(artifact);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_checked),
        cmocka_unit_test(descriptions_are_bounded_text),
        cmocka_unit_test(metadata_is_an_object),
        cmocka_unit_test(a_ttl_is_not_negative),
        cmocka_unit_test(lists_hold_a_hundred_without_repeats),
        cmocka_unit_test(list_items_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
