/** @file Which times are relied on, by faked ones. */
#include "cache/settled.h"

#include "base/unit.h"
#include "support/file_system.h"

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
        assert_int_equal(q_settled_since(&file, &opened, Q_TIMES_LOCAL), cases[i].local);
        assert_int_equal(q_settled_since(&file, &opened, Q_TIMES_REMOTE), cases[i].remote);
    }
}

static void to_the_nanosecond(void **state) {
    (void)state;
    const struct timespec opened = {NOW, 500};
    struct stat file = file_of(NOW - 2, 499, NOW - 2, 499);
    assert_true(q_settled_since(&file, &opened, Q_TIMES_LOCAL));
    file = file_of(NOW - 2, 500, NOW - 2, 499);
    assert_false(q_settled_since(&file, &opened, Q_TIMES_LOCAL));
    file = file_of(NOW - 2, 499, NOW - 2, 500);
    assert_false(q_settled_since(&file, &opened, Q_TIMES_LOCAL));
}

/* Whatever the times are. */
static void times_that_are_made_up(void **state) {
    (void)state;
    const struct timespec opened = {NOW, 500};
    struct stat file = file_of(NOW - 3600, 1, NOW - 3600, 1);
    assert_false(q_settled_since(&file, &opened, Q_TIMES_MADE_UP));
    assert_true(q_settled_since(&file, &opened, Q_TIMES_LAYERED));
    /* As a squashfs below an overlay tells them. */
    file = file_of(NOW - 3600, 0, NOW - 3600, 0);
    assert_false(q_settled_since(&file, &opened, Q_TIMES_LAYERED));
    assert_true(q_settled_since(&file, &opened, Q_TIMES_LOCAL));
    assert_true(q_settled_since(&file, &opened, Q_TIMES_REMOTE));
}

static void kinds_of_file_systems(void **state) {
    (void)state;
    static const struct {
        uint32_t kind;
        q_times times;
    } cases[] = {
        {0xef53, Q_TIMES_LOCAL},       {0x01021994, Q_TIMES_LOCAL},   {0x6969, Q_TIMES_REMOTE},
        {0x0bd00bd0, Q_TIMES_REMOTE},  {0x794c7630, Q_TIMES_LAYERED}, {0x65735546, Q_TIMES_MADE_UP},
        {0x73717368, Q_TIMES_MADE_UP}, {0x9660, Q_TIMES_MADE_UP},     {0x4d44, Q_TIMES_MADE_UP},
        {0xe0f5e1e2, Q_TIMES_MADE_UP}, {0x2011bab0, Q_TIMES_MADE_UP}, {0xff534d42, Q_TIMES_MADE_UP},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        q_settled settled = {0};
        file_system_set(cases[i].kind);
        assert_int_equal(q_settled_times(&settled, "/", 1), cases[i].times);
    }
    file_system_set(FILE_SYSTEM_LOCAL);
}

static void looked_at_once_a_device(void **state) {
    (void)state;
    q_settled settled = {0};
    file_system_set(0);
    assert_int_equal(q_settled_times(&settled, "/", 1), Q_TIMES_MADE_UP);
    file_system_set(FILE_SYSTEM_LOCAL);
    assert_int_equal(q_settled_times(&settled, "/", 1), Q_TIMES_MADE_UP);
    /* A file that is gone tells nothing of others that lay on its device. */
    assert_int_equal(q_settled_times(&settled, "", 2), Q_TIMES_MADE_UP);
    assert_int_equal(q_settled_times(&settled, "/", 2), Q_TIMES_LOCAL);
    for (dev_t device = 10; device < 30; device++) {
        assert_int_equal(q_settled_times(&settled, "/", device), Q_TIMES_LOCAL);
    }
    assert_int_equal(settled.count, Q_SETTLED_DEVICES);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_times_lie_before),   cmocka_unit_test(to_the_nanosecond),
        cmocka_unit_test(times_that_are_made_up),  cmocka_unit_test(kinds_of_file_systems),
        cmocka_unit_test(looked_at_once_a_device),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
