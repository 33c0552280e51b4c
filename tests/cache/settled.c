/** @file Which times are relied on, by faked ones. */
#include "cache/settled.h"

#include "base/unit.h"
#include "support/scratch.h"

#define NOW 1700000000

static struct stat file_of(time_t modified, long modified_ns, time_t changed, long changed_ns) {
    return (struct stat){.st_mtim = {modified, modified_ns}, .st_ctim = {changed, changed_ns}};
}

static void both_times_lie_before(void **state) {
    (void)state;
    static const struct {
        time_t modified, changed;
        bool local, remote;
    } cases[] = {
        {NOW - 3600, NOW - 3600, true, true},   {NOW - 61, NOW - 61, true, true},
        {NOW - 59, NOW - 3600, true, false},    {NOW - 3600, NOW - 59, true, false},
        {NOW - 3, NOW - 3, true, false},        {NOW - 1, NOW - 3600, false, false},
        {NOW - 3600, NOW - 1, false, false},    {NOW, NOW, false, false},
        {NOW + 3600, NOW - 3600, false, false}, {NOW - 3600, NOW + 3600, false, false},
    };
    const struct timespec opened = {NOW, 500};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stat file = file_of(cases[i].modified, 999, cases[i].changed, 999);
        assert_int_equal(q_settled_since(&file, &opened, true), cases[i].local);
        assert_int_equal(q_settled_since(&file, &opened, false), cases[i].remote);
    }
}

static void to_the_nanosecond(void **state) {
    (void)state;
    const struct timespec opened = {NOW, 500};
    struct stat file = file_of(NOW - 2, 499, NOW - 2, 499);
    assert_true(q_settled_since(&file, &opened, true));
    file = file_of(NOW - 2, 500, NOW - 2, 499);
    assert_false(q_settled_since(&file, &opened, true));
    file = file_of(NOW - 2, 499, NOW - 2, 500);
    assert_false(q_settled_since(&file, &opened, true));
}

static void unknown_file_systems_are_remote(void **state) {
    (void)state;
    q_settled settled = {0};
    assert_false(q_settled_is_local(&settled, "/proc/self/status", 1));
    assert_false(q_settled_is_local(&settled, scratch("missing"), 2));
    /* Looked at once a device. */
    assert_false(q_settled_is_local(&settled, "/", 1));
    bool root = q_settled_is_local(&settled, "/", 3);
    for (dev_t device = 10; device < 30; device++) {
        assert_int_equal(q_settled_is_local(&settled, "/", device), root);
    }
    assert_int_equal(settled.count, Q_SETTLED_DEVICES);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_times_lie_before),
        cmocka_unit_test(to_the_nanosecond),
        cmocka_unit_test_setup_teardown(unknown_file_systems_are_remote, scratch_setup,
                                        scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
