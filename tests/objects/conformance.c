/** @file The list of the suite, and its fixture: new objects for each test. */
#include "objects/conformance.h"

#include <stdlib.h>
#include <string.h>

#include "objects/cmocka_all.h"
#include "objects/conformance_internal.h"

static int set_up(void **state) {
    conformance_state *this = calloc(1, sizeof *this);
    if (this == NULL) {
        return -1;
    }
    this->subject = *state;
    this->objects = this->subject->open(this->subject->context);
    *state = this;
    return this->objects == NULL ? -1 : 0;
}

static int tear_down(void **state) {
    conformance_state *this = *state;
    this->subject->close(this->subject->context, this->objects);
    free(this);
    return 0;
}

q_objects *conformance_objects(void **state) {
    return ((conformance_state *)*state)->objects;
}

void conformance_ok(quire_status status, const quire_error *error) {
    if (status != QUIRE_OK) {
        fail_msg("%s: %s", quire_status_name(status), error->message);
    }
}

void conformance_put(q_objects *objects, const char *key, const char *text) {
    quire_error error = {0};
    bool created = false;
    conformance_ok(
        q_objects_put(objects, key, Q_OBJECT_RECORD, text, strlen(text), &created, &error), &error);
    assert_true(created);
}

void conformance_expect(q_objects *objects, const char *key, const char *text) {
    quire_error error = {0};
    q_buffer buffer = {0};
    conformance_ok(q_objects_get(objects, key, 1 << 20, &buffer, &error), &error);
    assert_int_equal(buffer.size, strlen(text));
    if (buffer.size > 0) {
        assert_memory_equal(buffer.data, text, buffer.size);
    }
    q_buffer_free(&buffer);
}

void conformance_expect_absent(q_objects *objects, const char *key) {
    quire_error error = {0};
    q_object_info info = {0};
    assert_int_equal(q_objects_stat(objects, key, &info, &error), QUIRE_NOT_FOUND);
    assert_non_null(strstr(error.message, key));
}

static quire_status no_object(void *context, const q_object_info *info, quire_error *error) {
    (void)context;
    return q_error_set(error, QUIRE_ERROR, "%s was seen", info->key);
}

void conformance_expect_empty(q_objects *objects) {
    quire_error error = {0};
    conformance_ok(q_objects_list(objects, "", true, no_object, NULL, &error), &error);
    conformance_ok(q_objects_list(objects, "", false, no_object, NULL, &error), &error);
}

int64_t conformance_modified(q_objects *objects, const char *key) {
    quire_error error = {0};
    q_object_info info = {0};
    conformance_ok(q_objects_stat(objects, key, &info, &error), &error);
    assert_string_equal(info.key, key);
    return info.modified;
}

#define TEST(name)                                                                                 \
    { #name, name, set_up, tear_down, (void *)subject }

int objects_conformance(const conformance_subject *subject) {
    const struct CMUnitTest tests[] = {
        TEST(put_and_get),         TEST(put_twice),
        TEST(put_empty),           TEST(put_binary),
        TEST(get_missing),         TEST(get_too_large),
        TEST(get_appends),         TEST(longest_keys),
        TEST(wrong_keys),          TEST(null_results),
        TEST(list_empty),          TEST(list_shallow),
        TEST(list_deep),           TEST(list_thousand),
        TEST(list_removes),        TEST(list_stops),
        TEST(list_wrong_prefix),   TEST(stream_large),
        TEST(stream_empty),        TEST(stream_abandoned),
        TEST(stream_existing),     TEST(stream_other_content),
        TEST(stream_ended),        TEST(stream_interleaved),
        TEST(read_ranges),         TEST(read_missing),
        TEST(whole_new),           TEST(whole_existing),
        TEST(whole_other_content), TEST(whole_given_up),
        TEST(whole_together),      TEST(whole_wrong_key),
        TEST(times_follow_now),    TEST(refresh_missing),
        TEST(remove_in_any_case),  TEST(remove_by_time),
        TEST(remove_missing),      TEST(put_after_remove),
        TEST(sweep_keeps_objects), TEST(local_path_holds),
        TEST(shared_existing),     TEST(shared_given_up),
        TEST(shared_ended),        TEST(shared_wrong_tokens),
        TEST(shared_by_processes), TEST(shared_by_threads),
        TEST(race_of_different),   TEST(race_of_equal),
        TEST(race_of_streams),     TEST(race_with_removal),
    };
    /* What takes several processes comes last, for a subject that they can share. */
    size_t count = sizeof tests / sizeof *tests - (subject->again == NULL ? 5 : 0);
    return _cmocka_run_group_tests(subject->label, tests, count, NULL, NULL);
}
