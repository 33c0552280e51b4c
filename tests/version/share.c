/** @file Shares: every entry is exactly one part's, and parts carry alike. */
#include "version/unit.h"

#include <stdlib.h>

#include "version/share.h"

#define ENTRIES 5000

static uint64_t size_of(size_t i) {
    if (i % 50 == 0) {
        return QUIRE_SIZE_UNKNOWN;
    }
    return i % 97 == 0 ? (uint64_t)3 << 30 : (uint64_t)(i * 7919 % 200000);
}

static void assert_shares(int64_t parts, uint64_t entries, uint64_t bytes, uint64_t run) {
    unsigned char *owners = test_calloc(ENTRIES, 1);
    uint64_t least = UINT64_MAX;
    uint64_t most = 0;
    for (int64_t part = 0; part < parts; part++) {
        q_share share;
        uint64_t load = 0;
        assert_int_equal(q_share_init(&share, part, parts, entries, bytes, NULL), QUIRE_OK);
        for (int pass = 0; pass < 2; pass++) { /* the second one after a reset */
            for (size_t i = 0; i < ENTRIES; i++) {
                const q_entry entry = {.path = "x", .size = size_of(i)};
                if (q_share_take(&share, &entry)) {
                    owners[i]++;
                    load += entry.size == QUIRE_SIZE_UNKNOWN ? 0 : entry.size;
                    load += Q_SHARE_FILE_COST;
                }
            }
            q_share_reset(&share);
        }
        q_share_free(&share);
        least = load / 2 < least ? load / 2 : least;
        most = load / 2 > most ? load / 2 : most;
    }
    for (size_t i = 0; i < ENTRIES; i++) {
        assert_int_equal(owners[i], 2);
    }
    /* Who is given more is the least loaded, so no two differ by more than the largest file or run.
     */
    assert_true(most - least <= ((uint64_t)3 << 30) + Q_SHARE_FILE_COST + run);
    test_free(owners);
}

static void test_exactly_once(void **state) {
    (void)state;
    for (int i = 0; i < 5; i++) {
        int64_t parts = (const int64_t[]){1, 2, 3, 7, 64}[i];
        assert_shares(parts, 0, 0, 0);
        assert_shares(parts, ENTRIES, 1, Q_SHARE_RUN_MAX);
        assert_shares(parts, UINT64_MAX, UINT64_MAX, Q_SHARE_RUN_MAX);
    }
}

/** How often small files go from one part to the other. */
static size_t changes(uint64_t entries, uint64_t bytes) {
    const q_entry entry = {.path = "x", .size = 4096};
    q_share share;
    size_t count = 0;
    bool mine = true;
    assert_int_equal(q_share_init(&share, 0, 2, entries, bytes, NULL), QUIRE_OK);
    for (size_t i = 0; i < ENTRIES; i++) {
        bool now = q_share_take(&share, &entry);
        count += now != mine;
        mine = now;
    }
    q_share_free(&share);
    return count;
}

static void test_neighbours_stay_together(void **state) {
    (void)state;
    assert_int_equal(changes(0, 0), ENTRIES - 1);
    assert_in_range(changes(ENTRIES, ENTRIES * 4096), 2 * Q_SHARE_RUNS - 2, 2 * Q_SHARE_RUNS + 2);
    assert_in_range(changes(UINT64_MAX / Q_SHARE_FILE_COST, 0), 1, 10);
}

static void test_more_parts_than_entries(void **state) {
    const q_entry entry = {.path = "x", .size = 1};
    int taken = 0;
    (void)state;
    for (int64_t part = 0; part < 1000000; part += 20000) {
        q_share share;
        assert_int_equal(q_share_init(&share, part, 1000000, 1, 1, NULL), QUIRE_OK);
        taken += q_share_take(&share, &entry);
        q_share_free(&share);
    }
    assert_int_equal(taken, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exactly_once),
        cmocka_unit_test(test_neighbours_stay_together),
        cmocka_unit_test(test_more_parts_than_entries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
