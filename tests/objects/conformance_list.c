/** @file Conformance: listings. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "objects/cmocka_all.h"
#include "objects/conformance_internal.h"

#define SEEN_MAX 1100

/** What a listing showed. */
typedef struct seen {
    char *keys[SEEN_MAX];
    uint64_t sizes[SEEN_MAX];
    size_t count;
    bool names_only; /**< not deep: neither sizes nor times */
    q_objects *remove_from;
    size_t stop_at;
} seen;

static quire_status note(void *context, const q_object_info *info, quire_error *error) {
    seen *this = context;
    if (this->count + 1 == this->stop_at) {
        return q_error_set(error, QUIRE_INCOMPLETE, "stopped");
    }
    assert_true(this->count < SEEN_MAX);
    this->keys[this->count] = strdup(info->key);
    this->sizes[this->count++] = info->size;
    if (this->names_only) {
        assert_int_equal(info->size, 0);
        assert_int_equal(info->modified, 0);
    }
    if (this->remove_from != NULL) {
        return q_objects_remove(this->remove_from, info->key, INT64_MAX, NULL, error);
    }
    return QUIRE_OK;
}

static int compare(const void *one, const void *two) {
    return strcmp(*(char *const *)one, *(char *const *)two);
}

/** List, and compare with the names in `expected`, sorted and separated by blanks. */
static void expect(q_objects *objects, const char *prefix, bool deep, const char *expected) {
    static seen this;
    quire_error error = {0};
    q_buffer text = {0};
    memset(&this, 0, sizeof this);
    this.names_only = !deep;
    conformance_ok(q_objects_list(objects, prefix, deep, note, &this, &error), &error);
    qsort(this.keys, this.count, sizeof *this.keys, compare);
    conformance_ok(q_buffer_append_string(&text, "", &error), &error);
    for (size_t i = 0; i < this.count; i++) {
        conformance_ok(q_buffer_printf(&text, &error, "%s%s", i == 0 ? "" : " ", this.keys[i]),
                       &error);
        free(this.keys[i]);
    }
    assert_string_equal(text.data == NULL ? "" : text.data, expected);
    q_buffer_free(&text);
}

static void put_tree(q_objects *objects) {
    static const char *const keys[] = {"a",     "b.c",   "f/x", "f/y",
                                       "f/g/z", "f-1/x", "f.1", "h/i/j/k"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        conformance_put(objects, keys[i], keys[i]);
    }
}

void list_empty(void **state) {
    q_objects *objects = conformance_objects(state);
    expect(objects, "", false, "");
    expect(objects, "", true, "");
    expect(objects, "none/", false, "");
    expect(objects, "none/of/it/", true, "");
    conformance_put(objects, "a", "x");
    expect(objects, "a/", false, "");
}

void list_shallow(void **state) {
    q_objects *objects = conformance_objects(state);
    put_tree(objects);
    expect(objects, "", false, "a b.c f-1/ f.1 f/ h/");
    expect(objects, "f/", false, "g/ x y");
    expect(objects, "h/", false, "i/");
    expect(objects, "h/i/j/", false, "k");
    /* A folder is there as long as something is in it. */
    assert_int_equal(q_objects_remove(objects, "h/i/j/k", INT64_MAX, NULL, NULL), QUIRE_OK);
    expect(objects, "", false, "a b.c f-1/ f.1 f/");
    expect(objects, "h/", false, "");
}

void list_deep(void **state) {
    q_objects *objects = conformance_objects(state);
    static seen this;
    quire_error error = {0};
    put_tree(objects);
    expect(objects, "", true, "a b.c f-1/x f.1 f/g/z f/x f/y h/i/j/k");
    expect(objects, "f/", true, "f/g/z f/x f/y");
    expect(objects, "f/g/", true, "f/g/z");
    memset(&this, 0, sizeof this);
    conformance_ok(q_objects_list(objects, "f/", true, note, &this, &error), &error);
    for (size_t i = 0; i < this.count; i++) {
        assert_int_equal(this.sizes[i], strlen(this.keys[i])); /* the content is the key */
        free(this.keys[i]);
    }
}

static void put_thousand(q_objects *objects) {
    char key[32];
    for (int i = 0; i < 1000; i++) {
        snprintf(key, sizeof key, "many/%02d/%04d", i % 7, i);
        assert_int_equal(q_objects_put(objects, key, Q_OBJECT_HINT, "x", 1, NULL, NULL), QUIRE_OK);
    }
}

void list_thousand(void **state) {
    q_objects *objects = conformance_objects(state);
    static seen this;
    quire_error error = {0};
    char key[32];
    put_thousand(objects);
    memset(&this, 0, sizeof this);
    conformance_ok(q_objects_list(objects, "many/", true, note, &this, &error), &error);
    assert_int_equal(this.count, 1000);
    qsort(this.keys, this.count, sizeof *this.keys, compare);
    size_t at = 0;
    for (int folder = 0; folder < 7; folder++) {
        for (int i = folder; i < 1000; i += 7) {
            snprintf(key, sizeof key, "many/%02d/%04d", folder, i);
            assert_string_equal(this.keys[at], key);
            free(this.keys[at++]);
        }
    }
    expect(objects, "many/", false, "00/ 01/ 02/ 03/ 04/ 05/ 06/");
}

void list_removes(void **state) {
    q_objects *objects = conformance_objects(state);
    static seen this;
    quire_error error = {0};
    put_thousand(objects);
    memset(&this, 0, sizeof this);
    this.remove_from = objects;
    conformance_ok(q_objects_list(objects, "", true, note, &this, &error), &error);
    assert_int_equal(this.count, 1000);
    for (size_t i = 0; i < this.count; i++) {
        free(this.keys[i]);
    }
    expect(objects, "", true, "");
    expect(objects, "", false, "");
}

void list_stops(void **state) {
    q_objects *objects = conformance_objects(state);
    for (int deep = 0; deep < 2; deep++) {
        static seen this;
        quire_error error = {0};
        memset(&this, 0, sizeof this);
        this.stop_at = 3;
        if (deep == 0) {
            put_tree(objects);
        }
        assert_int_equal(q_objects_list(objects, "", deep == 1, note, &this, &error),
                         QUIRE_INCOMPLETE);
        assert_string_equal(error.message, "stopped");
        assert_int_equal(this.count, 2);
        free(this.keys[0]);
        free(this.keys[1]);
    }
}

void list_wrong_prefix(void **state) {
    static const char *const prefixes[] = {"/",     "a",   "a//",  "../",
                                           "a/../", ".a/", "tmp/", "trash/"};
    q_objects *objects = conformance_objects(state);
    static seen this;
    memset(&this, 0, sizeof this);
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        quire_error error = {0};
        assert_int_equal(q_objects_list(objects, prefixes[i], true, note, &this, &error),
                         QUIRE_USAGE);
    }
    assert_int_equal(this.count, 0);
}
