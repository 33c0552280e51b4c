/**
 * @file
 * A gc during which, before each of its operations in turn, a patch begins, which pins its base by
 * a lease, and the base is deleted, in either order. gc may have seen neither when it first marked.
 * What is deleted first is gone, and the patch says so; what is pinned first stays until the patch
 * is through, which must succeed and be whole.
 */
#include "store/store.h"

#include "store/repository_kit.h"
#include "support/pause.h"

#define DAY ((int64_t)24 * 3600 * 1000000)

typedef struct patch {
    kit *k;
    bool deleted_first;
    q_writing *writing; /* NULL: it has not begun */
    quire_status begun;
} patch;

static void delete_base(patch *to) {
    quire_error error = {0};
    assert_ok(quire_version_delete(to->k->store, "data:v0", 0, &error), &error);
}

static void begin_patch(patch *to) {
    const q_notes notes = {.ttl = -1};
    const q_write_spec spec = {
        .mode = Q_MODE_PATCH, .name = "data", .type = "dataset", .notes = &notes, .base = "v0"};
    quire_error error = {0};
    quire_store *store = to->k->store;
    to->begun = store->ops->write_begin(store, &spec, &to->writing, &error);
}

static void happen(void *context) {
    patch *to = context;
    if (to->deleted_first) {
        delete_base(to);
    }
    begin_patch(to);
    if (!to->deleted_first) {
        delete_base(to);
    }
}

static void go_on(patch *to, uint64_t point) {
    kit *k = to->k;
    quire_version_id version;
    const q_store_ops *ops = k->store->ops;
    quire_status status = ops->write_remove(to->writing, "gone", &k->error);
    status = status ? status : ops->write_commit(to->writing, &version, NULL, &k->error);
    if (status) {
        fail_msg("begun before operation %llu: status %d: %s", (unsigned long long)point, status,
                 k->error.message);
    }
    char *text = kit_text(k, "data:latest", "kept");
    assert_string_equal(text, "1");
    free(text);
    assert_int_equal(kit_number(k, "data:latest"), version.number);
}

/* Whether the operation came at all. */
static bool try_point(bool deleted_first, uint64_t point) {
    void *state = NULL;
    assert_int_equal(kit_setup_memory(&state), 0);
    kit *k = state;
    patch to = {.k = k, .deleted_first = deleted_first};
    kit_log(k, kit_artifact(k, "data", "kept", "1", "gone", "0", NULL));
    kit_log(k, kit_artifact(k, "data", "other", "2", NULL));
    q_objects_memory_set_clock(k->objects, KIT_CLOCK + 3 * DAY); /* only the pin protects it */
    pause_set(k->objects, point, happen, &to);
    kit_gc(k, 3600, 0);
    bool came = pause_end(k->objects) >= point;
    if (came) {
        assert_int_equal(to.begun, deleted_first ? QUIRE_NOT_FOUND : QUIRE_OK);
    }
    if (to.writing) {
        go_on(&to, point);
        k->store->ops->write_free(to.writing);
    }
    if (kit_verify(k)) {
        fail_msg("before operation %llu: %s", (unsigned long long)point, k->error.message);
    }
    kit_gc(k, -1, 0);
    assert_ok(kit_verify(k), &k->error);
    assert_ok(kit_read_all(k, "data:latest"), &k->error);
    assert_int_equal(kit_count(k, Q_KEY_LEASES), 0);
    assert_int_equal(kit_teardown(&state), 0);
    return came;
}

static void at_each_operation(void **state) {
    uint64_t points = 0;
    (void)state;
    for (int first = 0; first < 2; first++) {
        for (uint64_t point = 1; try_point(first != 0, point); point++) {
            points++;
        }
    }
    print_message("%llu points\n", (unsigned long long)points);
    assert_true(points > 50);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(at_each_operation)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
