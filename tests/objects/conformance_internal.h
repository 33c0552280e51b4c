/** @file What the files of the conformance suite share. */
#ifndef TESTS_OBJECTS_CONFORMANCE_INTERNAL_H
#define TESTS_OBJECTS_CONFORMANCE_INTERNAL_H

#include "objects/conformance.h"

typedef struct conformance_state {
    const conformance_subject *subject;
    q_objects *objects;
} conformance_state;

/** The objects of a test. */
q_objects *conformance_objects(void **state);
/** Assert QUIRE_OK, and show the message otherwise. */
void conformance_ok(quire_status status, const quire_error *error);
/** Put a record of text, and get it, as assertions. */
void conformance_put(q_objects *objects, const char *key, const char *text);
void conformance_expect(q_objects *objects, const char *key, const char *text);
void conformance_expect_absent(q_objects *objects, const char *key);
/** Nothing is seen, at any depth. */
void conformance_expect_empty(q_objects *objects);
int64_t conformance_modified(q_objects *objects, const char *key);

/* conformance_basic.c */
void put_and_get(void **state);
void put_twice(void **state);
void put_empty(void **state);
void put_binary(void **state);
void get_missing(void **state);
void get_too_large(void **state);
void get_appends(void **state);
void longest_keys(void **state);
void wrong_keys(void **state);
void null_results(void **state);

/* conformance_list.c */
void list_empty(void **state);
void list_shallow(void **state);
void list_deep(void **state);
void list_thousand(void **state);
void list_removes(void **state);
void list_stops(void **state);
void list_wrong_prefix(void **state);

/* conformance_stream.c */
void stream_large(void **state);
void stream_empty(void **state);
void stream_abandoned(void **state);
void stream_existing(void **state);
void stream_other_content(void **state);
void stream_ended(void **state);
void stream_interleaved(void **state);
void read_ranges(void **state);
void read_missing(void **state);

/* conformance_whole.c */
void whole_new(void **state);
void whole_existing(void **state);
void whole_other_content(void **state);
void whole_given_up(void **state);
void whole_together(void **state);
void whole_wrong_key(void **state);

/* conformance_shared.c */
void shared_existing(void **state);
void shared_given_up(void **state);
void shared_ended(void **state);
void shared_wrong_tokens(void **state);
void shared_by_processes(void **state);
void shared_by_threads(void **state);

/* conformance_time.c */
void times_follow_now(void **state);
void refresh_missing(void **state);
void remove_in_any_case(void **state);
void remove_by_time(void **state);
void remove_missing(void **state);
void put_after_remove(void **state);
void sweep_keeps_objects(void **state);
void local_path_holds(void **state);

/* conformance_race.c */
void race_of_different(void **state);
void race_of_equal(void **state);
void race_of_streams(void **state);
void race_with_removal(void **state);

#endif
