/** @file The map: many keys, replacement, removal, and tables full of removed keys. */
#include "base/map.h"

#include "base/unit.h"

#define COUNT 100000

static char (*make_keys(void))[24] {
    char(*keys)[24] = calloc(COUNT, sizeof *keys);
    for (size_t i = 0; i < COUNT; i++) {
        snprintf(keys[i], sizeof keys[i], "folder/%zu", i);
    }
    return keys;
}

static void holds_many_keys(void **state) {
    (void)state;
    quire_error error = {0};
    q_map map = {0};
    char(*keys)[24] = make_keys();
    assert_int_equal(q_map_get(&map, "folder/0"), Q_MAP_NONE);
    q_map_remove(&map, "folder/0");
    for (size_t i = 0; i < COUNT; i++) {
        EXPECT(QUIRE_OK, q_map_put(&map, keys[i], i, &error));
    }
    assert_int_equal(map.used, COUNT);
    assert_true(map.capacity <= 4 * COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        char copy[24];
        strcpy(copy, keys[i]);
        assert_int_equal(q_map_get(&map, copy), i);
    }
    for (size_t i = 0; i < COUNT; i += 2) {
        q_map_remove(&map, keys[i]);
        q_map_remove(&map, keys[i]);
    }
    EXPECT(QUIRE_OK, q_map_put(&map, keys[1], 7, &error));
    EXPECT(QUIRE_OK, q_map_put(&map, keys[2], 8, &error));
    assert_int_equal(map.used, COUNT / 2 + 1);
    for (size_t i = 3; i < COUNT; i++) {
        assert_int_equal(q_map_get(&map, keys[i]), i % 2 ? i : Q_MAP_NONE);
    }
    assert_int_equal(q_map_get(&map, keys[1]), 7);
    assert_int_equal(q_map_get(&map, keys[2]), 8);
    assert_int_equal(q_map_get(&map, ""), Q_MAP_NONE);
    q_map_free(&map);
    q_map_free(&map);
    free(keys);
}

/** Putting and removing for long neither fills the table nor lets it grow. */
static void removed_keys_do_not_pile_up(void **state) {
    (void)state;
    quire_error error = {0};
    q_map map = {0};
    char(*keys)[24] = make_keys();
    for (size_t i = 0; i < COUNT; i++) {
        EXPECT(QUIRE_OK, q_map_put(&map, keys[i], i, &error));
        assert_int_equal(q_map_get(&map, keys[i]), i);
        q_map_remove(&map, keys[i]);
        assert_int_equal(q_map_get(&map, keys[i]), Q_MAP_NONE);
    }
    assert_int_equal(map.used, 0);
    assert_true(map.capacity <= 64);
    q_map_free(&map);
    free(keys);
}

/** Keys of every length up to some words of the hash, each a prefix of the next; and "". */
static void tells_prefixes_apart(void **state) {
    (void)state;
    quire_error error = {0};
    q_map map = {0};
    char keys[40][40] = {{0}};
    for (size_t i = 0; i < 40; i++) {
        memset(keys[i], 'x', i);
        EXPECT(QUIRE_OK, q_map_put(&map, keys[i], i, &error));
    }
    q_map_remove(&map, keys[20]);
    for (size_t i = 0; i < 40; i++) {
        assert_int_equal(q_map_get(&map, keys[i]), i == 20 ? Q_MAP_NONE : i);
    }
    q_map_free(&map);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_many_keys),
        cmocka_unit_test(removed_keys_do_not_pile_up),
        cmocka_unit_test(tells_prefixes_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
