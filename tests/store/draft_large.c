/** @file Drafts of many writers: more than a process may have files, and notes that repeat. */
#include <sys/resource.h>

#include "store/draft_kit.h"

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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_more_writers_than_files, kit_setup_directory,
                                        kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
