/** @file The XML of answers, whole, cut short and hostile. */
#include "objects/s3/s3_xml.h"

#include <stdlib.h>
#include <string.h>

#include "objects/cmocka_all.h"

static quire_status show(void *context, const char *path, const char *text, quire_error *error) {
    return q_buffer_printf(context, error, "%s=%s\n", path, text);
}

static quire_status parse(const char *text, q_buffer *shown) {
    quire_error error = {0};
    q_buffer_clear(shown);
    return q_s3_xml_parse(text, strlen(text), show, shown, &error);
}

static void whole(void **state) {
    q_buffer shown = {0};
    (void)state;
    assert_int_equal(parse("<?xml version=\"1.0\"?>\n<L xmlns=\"http://x/\"><C><K>a&amp;b&#233;</K>"
                           "<S>1<x/>2</S></C><E/></L>",
                           &shown),
                     QUIRE_OK);
    assert_string_equal(shown.data, "L/C/K=a&b\xc3\xa9\nL/C/S/x=\nL/C/S=2\nL/C=\nL/E=\nL=\n");
    assert_int_equal(parse("<n:a><n:b>c</n:b></n:a>", &shown), QUIRE_OK);
    assert_string_equal(shown.data, "a/b=c\na=\n");
    q_buffer_free(&shown);
}

static void broken(void **state) {
    static const char *const texts[] = {
        "",
        "no XML",
        "<a>",
        "<a></b>",
        "<a/><b/>",
        "<a>&nothing;</a>",
        "<html><body><p>502 Bad Gateway<br></body></html>",
        "<a:/>",
        "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
    };
    q_buffer shown = {0};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_int_equal(parse(texts[i], &shown), QUIRE_TEMPORARY);
    }
    q_buffer_free(&shown);
}

static void endless(void **state) {
    q_buffer text = {0}, shown = {0};
    (void)state;
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(q_buffer_append_string(&text, "<a>", NULL), QUIRE_OK);
    }
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(q_buffer_append_string(&text, "</a>", NULL), QUIRE_OK);
    }
    assert_int_equal(parse(text.data, &shown), QUIRE_TEMPORARY);
    q_buffer_clear(&text);
    assert_int_equal(q_buffer_append_string(&text, "<a>", NULL), QUIRE_OK);
    for (int i = 0; i < 20000; i++) {
        assert_int_equal(q_buffer_append_string(&text, "x", NULL), QUIRE_OK);
    }
    assert_int_equal(q_buffer_append_string(&text, "</a>", NULL), QUIRE_OK);
    assert_int_equal(parse(text.data, &shown), QUIRE_TEMPORARY);
    q_buffer_free(&text);
    q_buffer_free(&shown);
}

static quire_status refuse(void *context, const char *path, const char *text, quire_error *error) {
    (void)context;
    (void)text;
    return q_error_set(error, QUIRE_CONFLICT, "not %s", path);
}

static void refused(void **state) {
    quire_error error = {0};
    (void)state;
    assert_int_equal(q_s3_xml_parse("<a><b/></a>", 11, refuse, NULL, &error), QUIRE_CONFLICT);
    assert_string_equal(error.message, "not a/b");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole),
        cmocka_unit_test(broken),
        cmocka_unit_test(endless),
        cmocka_unit_test(refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
