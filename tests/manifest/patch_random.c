/**
 * @file
 * Random patches, one on another: the digest of each result is that of writing its entries anew,
 * whatever chunks were passed on by reference.
 */
#include "base/unit.h"
#include "manifest/entry_set.h"
#include "manifest/memory_io.h"
#include "manifest/patch.h"

#define CHANGES_MAX 24

/** Changes in order of paths; of one path the removal comes first. */
typedef struct change_list {
    q_change changes[2 * CHANGES_MAX];
    q_entry_box boxes[2 * CHANGES_MAX];
    size_t count, given;
} change_list;

static quire_status supply(void *context, const q_change **change, quire_error *error) {
    change_list *list = context;
    (void)error;
    *change = list->given < list->count ? &list->changes[list->given++] : NULL;
    return QUIRE_OK;
}

static int compare(const void *left, const void *right) {
    const q_change *a = left, *b = right;
    int order = strcmp(a->path, b->path);
    return order ? order : (a->entry != NULL) - (b->entry != NULL);
}

static bool has(const change_list *list, const char *path, bool removal) {
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->changes[i].path, path) == 0 && !list->changes[i].entry == removal) {
            return true;
        }
    }
    return false;
}

static void add(change_list *list, const q_entry *entry, bool removal) {
    if (has(list, entry->path, removal)) {
        return;
    }
    q_entry_box *box = &list->boxes[list->count];
    assert_int_equal(q_entry_copy(box, entry, NULL), QUIRE_OK);
    list->changes[list->count++] = (q_change){box->entry.path, removal ? NULL : &box->entry};
}

/** Names around '/', so that what is below a folder and what only begins like it are mixed. */
static void random_path(unsigned *state, char path[64]) {
    static const char *const names[] = {"a", "b", "a-b", "a0", "a!", "c"};
    unsigned depth = 1 + next_random(state) % 4;
    path[0] = '\0';
    for (unsigned i = 0; i < depth; i++) {
        strcat(path, i ? "/" : "");
        strcat(path, names[next_random(state) % 6]);
    }
}

/** An entry of the base, or a folder above it, or everything. */
static void random_removal(change_list *list, const entry_set *base, unsigned *state) {
    char path[64];
    if (base->count == 0) {
        return;
    }
    snprintf(path, sizeof path, "%s", base->boxes[next_random(state) % base->count].entry.path);
    while (next_random(state) % 3 == 0 && strchr(path, '/')) {
        *strrchr(path, '/') = '\0';
    }
    q_entry entry = file_entry(path, 0);
    add(list, &entry, true);
}

static void random_changes(change_list *list, const entry_set *base, unsigned *state) {
    unsigned count = next_random(state) % CHANGES_MAX, bias = next_random(state) % 5;
    memset(list, 0, sizeof *list);
    for (unsigned i = 0; i < count; i++) {
        if (next_random(state) % 4 < bias) {
            char path[64];
            random_path(state, path);
            q_entry entry = file_entry(path, next_random(state) % 3);
            add(list, &entry, false);
        } else {
            random_removal(list, base, state);
        }
    }
    if (next_random(state) % 40 == 0) {
        for (size_t i = 0; i < base->count && list->count < CHANGES_MAX; i++) {
            add(list, &base->boxes[i].entry, true);
        }
    }
    qsort(list->changes, list->count, sizeof *list->changes, compare);
}

static void model(entry_set *result, const entry_set *base, const change_list *list) {
    entry_set_copy(result, base);
    for (size_t i = 0; i < list->count; i++) {
        if (!list->changes[i].entry) {
            entry_set_remove(result, list->changes[i].path);
        }
    }
    for (size_t i = 0; i < list->count; i++) {
        if (list->changes[i].entry) {
            entry_set_put(result, list->changes[i].entry);
        }
    }
}

static void patch(memory_io *memory, const q_root *base, change_list *list, q_root *patched) {
    q_manifest_writer *writer = NULL;
    char object[Q_SHA256_HEX_SIZE];
    uint64_t size = 0;
    quire_error error = {0};
    assert_int_equal(q_manifest_writer_new_limited(&memory->io, &small_limits, &writer, &error),
                     QUIRE_OK);
    quire_status status = q_manifest_patch(&memory->io, base, supply, list, writer, &error);
    assert_string_equal(error.message, "");
    assert_int_equal(status, QUIRE_OK);
    assert_int_equal(q_manifest_writer_finish(writer, patched, object, &size, &error), QUIRE_OK);
    q_manifest_writer_free(writer);
}

static void one_chain(unsigned seed) {
    memory_io memory;
    entry_set base = {0};
    q_root root = {0};
    char object[Q_SHA256_HEX_SIZE];
    unsigned state = seed;
    memory_io_open(&memory);
    for (unsigned i = 0, count = seed % 4 ? next_random(&state) % 150 : 0; i < count; i++) {
        char path[64];
        random_path(&state, path);
        q_entry entry = file_entry(path, next_random(&state) % 3);
        entry_set_put(&base, &entry);
    }
    entry_set_write(&base, &memory.io, &small_limits, &root, object);
    for (int step = 0; step < 10; step++) {
        change_list list;
        entry_set result = {0};
        q_root patched = {0}, anew = {0};
        random_changes(&list, &base, &state);
        model(&result, &base, &list);
        patch(&memory, &root, &list, &patched);
        entry_set_write(&result, &memory.io, &small_limits, &anew, object);
        entry_set_assert_manifest(&result, &memory.io, &patched);
        assert_string_equal(patched.digest, anew.digest);
        assert_int_equal(patched.chunk_count, anew.chunk_count);
        for (size_t i = 0; i < list.count; i++) {
            q_entry_box_free(&list.boxes[i]);
        }
        entry_set_free(&base);
        q_root_free(&root);
        q_root_free(&anew);
        base = result;
        root = patched;
    }
    entry_set_free(&base);
    q_root_free(&root);
    memory_io_close(&memory);
}

static void test_patches(void **state) {
    (void)state;
    for (unsigned seed = 1; seed <= 1000; seed++) {
        one_chain(seed * 2654435761u);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_patches)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
