/**
 * @file
 * Pushes that end early, and are given again: each operation on the target's objects fails in turn,
 * once or from there on, as it does when the disk is full or the process was killed. The version is
 * there whole or not at all; the second push writes the rest, and no more.
 */
#include "push/push_kit.h"
#include "store/repository/repository.h"
#include "support/faults.h"

/* Open the target anew, over objects that can fail. */
static q_objects *make_faulty(push_kit *p) {
    q_objects *faulty = NULL;
    q_repository *repository = q_repository_of(p->to->store);
    assert_ok(faults_new(repository->objects, &faulty, &p->error), &p->error);
    repository->objects = faulty;
    return faulty;
}

static quire_status push(push_kit *p, quire_version *source, quire_push_report *report,
                         quire_version_id *id) {
    return quire_push_version(source, p->to->store, NULL, report, id, &p->error);
}

/* How many operations a push takes: of one that goes into a store of its own. */
static uint64_t count_operations(push_kit *p, quire_version *source) {
    void *state = NULL;
    quire_version_id id;
    assert_int_equal(kit_setup_directory(&state), 0);
    kit *kept = p->to;
    p->to = state;
    q_objects *faulty = make_faulty(p);
    faults_set(faulty, 0, FAULT_NONE, QUIRE_OK, false);
    assert_ok(push(p, source, NULL, &id), &p->error);
    uint64_t count = faults_count(faulty);
    p->to = kept;
    assert_int_equal(kit_teardown(&state), 0);
    return count;
}

/* At half of its operations, so about half of its bytes. */
static void what_was_stored_is_not_stored_again(void **state) {
    push_kit *p = *state;
    quire_version *source = push_many(p);
    quire_push_report report;
    quire_version_id id;
    uint64_t operations = count_operations(p, source);
    q_objects *faulty = make_faulty(p);
    uint64_t none = push_stored(p->to);
    faults_set(faulty, operations / 3, FAULT_BEFORE, QUIRE_ERROR, true);
    assert_status(QUIRE_ERROR, push(p, source, &report, &id), &p->error);
    faults_set(faulty, 0, FAULT_NONE, QUIRE_OK, false);
    assert_int_equal(kit_versions(p->to, "many"), 0);
    uint64_t half = push_stored(p->to);
    assert_ok(push(p, source, &report, &id), &p->error);
    uint64_t whole = push_stored(p->to);
    print_message("          %llu bytes of objects by the first push, %llu by the second\n",
                  (unsigned long long)(half - none), (unsigned long long)(whole - half));
    assert_int_equal(report.known_files, 4096); /* the part that was there */
    assert_int_equal(report.files, PUSH_MANY - 4096);
    uint64_t most = (whole - none) / PUSH_MANY * (PUSH_MANY - 4096);
    assert_true(whole - half < most + most / 8);
    push_assert_same(p, source, "many:v0");
    quire_version_free(source);
}

/* Large files are found by their content, though they are in no version and no draft. */
static void large_files_are_found(void **state) {
    push_kit *p = *state;
    quire_version *source = push_tree(p);
    quire_push_report report;
    quire_version_id id;
    uint64_t operations = count_operations(p, source);
    q_objects *faulty = make_faulty(p);
    faults_set(faulty, operations * 4 / 5, FAULT_BEFORE, QUIRE_ERROR, true);
    assert_status(QUIRE_ERROR, push(p, source, &report, &id), &p->error);
    faults_set(faulty, 0, FAULT_NONE, QUIRE_OK, false);
    assert_int_equal(kit_count(p->to, Q_KEY_BLOBS), PUSH_LARGE);
    assert_ok(push(p, source, &report, &id), &p->error);
    assert_int_equal(report.known_files, PUSH_LARGE);
    assert_int_equal(report.files, PUSH_SMALL + PUSH_EMPTY);
    push_assert_same(p, source, "tree:v0");
    quire_version_free(source);
}

static quire_status count_draft(void *context, const quire_draft *draft) {
    (void)draft;
    ++*(size_t *)context;
    return QUIRE_OK;
}

static size_t open_drafts(push_kit *p) {
    size_t count = 0;
    assert_ok(quire_draft_list(p->to->store, NULL, count_draft, &count, &p->error), &p->error);
    return count;
}

static void push_with_a_fault(push_kit *p, quire_version *source, uint64_t k, fault_mode mode,
                              bool for_good) {
    void *state = NULL;
    quire_version_id id = {0};
    const char *name = quire_version_get_info(source)->name;
    char address[32];
    snprintf(address, sizeof address, "%s:v0", name);
    assert_int_equal(kit_setup_directory(&state), 0);
    kit *kept = p->to;
    p->to = state;
    q_objects *faulty = make_faulty(p);
    faults_set(faulty, k, mode, mode == FAULT_AFTER ? QUIRE_TEMPORARY : QUIRE_ERROR, for_good);
    quire_status status = push(p, source, NULL, &id);
    assert_true(!status || p->error.message[0]);
    faults_set(faulty, 0, FAULT_NONE, QUIRE_OK, false);
    size_t versions = kit_number(p->to, address) >= 0;
    assert_true(status || versions == 1);
    if (versions) {
        assert_ok(kit_read_all(p->to, address), &p->to->error);
    }
    assert_ok(push(p, source, NULL, &id), &p->error);
    assert_int_equal(id.number, 0);
    assert_int_equal(kit_versions(p->to, name), 1);
    assert_ok(kit_read_all(p->to, address), &p->to->error);
    assert_int_equal(open_drafts(p), 0);
    assert_int_equal(kit_number(p->to, "tree:best"), strcmp(name, "tree") == 0 ? 0 : -1);
    p->to = kept;
    assert_int_equal(kit_teardown(&state), 0);
}

static void sweep(push_kit *p, quire_version *source, uint64_t step) {
    uint64_t operations = count_operations(p, source);
    assert_true(operations > 40);
    for (uint64_t k = 1; k <= operations; k += step) {
        push_with_a_fault(p, source, k, FAULT_BEFORE, false);
        push_with_a_fault(p, source, k, FAULT_BEFORE, true);
        push_with_a_fault(p, source, k, FAULT_AFTER, false);
    }
}

static void each_operation_fails(void **state) {
    push_kit *p = *state;
    quire_version *source = push_tree(p);
    sweep(p, source, 7);
    quire_version_free(source);
}

/* Few of them: each push is of thousands of files. */
static void operations_of_a_draft_fail(void **state) {
    push_kit *p = *state;
    quire_version *source = push_many(p);
    uint64_t operations = count_operations(p, source);
    sweep(p, source, operations / 30 + 1);
    quire_version_free(source);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(test) cmocka_unit_test_setup_teardown(test, push_setup, push_teardown)
        TEST(what_was_stored_is_not_stored_again),
        TEST(large_files_are_found),
        TEST(each_operation_fails),
        TEST(operations_of_a_draft_fail),
    };
    return cmocka_run_group_tests_name("pushes given again", tests, NULL, NULL);
}
