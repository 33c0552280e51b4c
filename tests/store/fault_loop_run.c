/** @file See fault_loop.h. Stores are in memory, and copied object by object. */
#include "objects/memory/memory.h"
#include "store/fault_loop.h"
#include "store/repository/repository.h"
#include "support/faults.h"

static quire_status copy_object(void *context, const q_object_info *info, quire_error *error) {
    q_objects *const *pair = context;
    q_buffer data = {0};
    quire_status status = q_objects_get(pair[0], info->key, UINT64_MAX, &data, error);
    status = status ? status
                    : q_objects_put(pair[1], info->key, Q_OBJECT_RECORD, data.data ? data.data : "",
                                    data.size, NULL, error);
    q_buffer_free(&data);
    return status;
}

static q_objects *copy(q_objects *from) {
    quire_error error = {0};
    q_objects *to = NULL;
    assert_ok(q_objects_memory_new(&to, &error), &error);
    q_objects_memory_set_clock(to, KIT_CLOCK);
    q_objects *pair[2] = {from, to};
    if (from) {
        assert_ok(q_objects_list(from, "", true, copy_object, pair, &error), &error);
    }
    return to;
}

/* Takes the objects over. */
static void open_over(kit *k, q_objects *objects) {
    memset(k, 0, sizeof *k);
    k->objects = objects;
    assert_ok(q_repository_init(objects, "memory", &k->error), &k->error);
    assert_ok(q_repository_open(objects, "memory", NULL, &k->store, &k->error), &k->error);
    k->repository = q_repository_of(k->store);
}

/* --- what a user sees of a store --- */

typedef struct telling {
    q_buffer *text;
    bool aliases;
    quire_store *store;
} telling;

static quire_status tell_version(void *context, const quire_version_info *info) {
    telling *to = context;
    quire_status status =
        q_buffer_printf(to->text, NULL, "%s:v%lld %s %s", info->name, (long long)info->number,
                        info->digest, to->aliases ? info->metadata : "");
    for (size_t i = 0; to->aliases && i < info->alias_count; i++) {
        status = status ? status : q_buffer_printf(to->text, NULL, " %s", info->aliases[i]);
    }
    return status ? status : q_buffer_append(to->text, "\n", 1, NULL);
}

static quire_status tell_draft(void *context, const quire_draft *draft) {
    telling *to = context;
    quire_status status =
        q_buffer_printf(to->text, NULL, "draft %s of %s", draft->distributed_id, draft->name);
    for (size_t i = 0; i < draft->writer_count; i++) {
        status = status ? status
                        : q_buffer_printf(to->text, NULL, " %s:%d", draft->writers[i].name,
                                          (int)draft->writers[i].entries);
    }
    return status ? status : q_buffer_append(to->text, "\n", 1, NULL);
}

static quire_status tell_collection(void *context, const char *name) {
    telling *to = context;
    quire_status status = quire_version_each(to->store, name, tell_version, to, NULL);
    return status || !to->aliases ? status
                                  : quire_draft_list(to->store, name, tell_draft, to, NULL);
}

/* With aliases, notes and drafts, or the versions alone. */
static char *tell(kit *k, bool all) {
    q_buffer text = {0};
    telling to = {&text, all, k->store};
    assert_ok(quire_store_collections(k->store, tell_collection, &to, &k->error), &k->error);
    assert_ok(q_buffer_append(&text, "", 1, &k->error), &k->error);
    return text.data;
}

/* --- the loop --- */

typedef struct loop {
    const scenario *what;
    q_objects *prepared;
    char *before, *after, *all_after;
} loop;

static void check_left(const loop *self, kit *k, quire_status first) {
    char *versions = tell(k, false), *all = tell(k, true);
    if (strcmp(versions, self->before) != 0) {
        assert_string_equal(versions, self->after);
    }
    assert_ok(kit_verify(k), &k->error);
    bool done = strcmp(all, self->all_after) == 0;
    assert_true(done || first != QUIRE_OK);
    free(versions);
    free(all);
    quire_status status = self->what->act(k);
    if (!(self->what->gone_is_done && done && status == QUIRE_NOT_FOUND)) {
        assert_ok(status, &k->error);
    }
    all = tell(k, true);
    assert_string_equal(all, self->all_after);
    free(all);
    assert_ok(kit_verify(k), &k->error);
}

/* Whether the failure was met. */
static bool fail_at(const loop *self, uint64_t at, fault_mode mode, bool for_good) {
    kit k, left;
    quire_error error = {0};
    q_objects *faulty = NULL;
    assert_ok(faults_new(copy(self->prepared), &faulty, &error), &error);
    open_over(&k, faulty);
    faults_set(faulty, at, mode, QUIRE_ERROR, for_good);
    quire_status status = self->what->act(&k);
    bool hit = faults_hit(faulty);
    assert_true(status == QUIRE_OK || (hit && status == QUIRE_ERROR));
    assert_true(status == QUIRE_OK || k.error.status == (int32_t)status);
    faults_set(faulty, 0, FAULT_NONE, QUIRE_OK, false);
    open_over(&left, copy(faulty));
    quire_store_free(k.store);
    check_left(self, &left, status);
    quire_store_free(left.store);
    return hit;
}

unsigned fault_loop(const scenario *what, unsigned stride) {
    loop self = {.what = what};
    kit k;
    unsigned points = 0, pass = 0;
    open_over(&k, copy(NULL));
    what->prepare(&k);
    self.before = tell(&k, false);
    self.prepared = copy(k.objects);
    assert_ok(what->act(&k), &k.error);
    self.after = tell(&k, false);
    self.all_after = tell(&k, true);
    quire_store_free(k.store);
    for (int mode = FAULT_BEFORE; mode <= FAULT_AFTER; mode++) {
        for (int for_good = 0; for_good < 2; for_good++) {
            for (uint64_t at = 1 + pass++ % stride; fail_at(&self, at, mode, for_good);
                 at += stride) {
                points++;
            }
        }
    }
    q_objects_free(self.prepared);
    free(self.before);
    free(self.after);
    free(self.all_after);
    print_message("%s: %u points\n", what->name, points);
    return points;
}
