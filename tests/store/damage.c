/**
 * @file
 * Damage to whole objects of a small store: each cut to every length, each removed, each put in the
 * place of every other of its kind (mix and match; an older state of a register is one of them);
 * and all eight bits of a byte of each, with the argument `all` of every byte. Verification must
 * find it, or it is in the table of what no reader can find; reading a version by its number must
 * give the right bytes or an error, never other bytes.
 */
#include "store/sample.h"

static const char *mode; /* `all`, or NULL */

typedef struct damaging {
    kit *k;
    char *expected[SAMPLE_ADDRESSES];
    char **keys;
    size_t count;
    size_t cases, unseen;
} damaging;

static quire_status collect(void *context, const q_object_info *info, quire_error *error) {
    damaging *to = context;
    to->keys = realloc(to->keys, (to->count + 1) * sizeof *to->keys);
    return q_strdup(info->key, &to->keys[to->count++], error);
}

static void begin(damaging *d, kit *k) {
    quire_version_id deleted, finished;
    *d = (damaging){.k = k};
    sample_make(k, &deleted, &finished);
    assert_ok(kit_verify(k), &k->error);
    for (size_t i = 0; i < SAMPLE_ADDRESSES; i++) {
        d->expected[i] = sample_read(k, sample_addresses[i]);
    }
    assert_ok(q_objects_list(k->objects, "", true, collect, d, &k->error), &k->error);
}

static void end(damaging *d, const char *what) {
    assert_ok(kit_verify(d->k), &d->k->error);
    for (size_t i = 0; i < SAMPLE_ADDRESSES; i++) {
        free(d->expected[i]);
    }
    for (size_t i = 0; i < d->count; i++) {
        free(d->keys[i]);
    }
    free(d->keys);
    print_message("%s: %zu objects, %zu cases, %zu of them not to be found by anybody\n", what,
                  d->count, d->cases, d->unseen);
    assert_true(d->cases > d->count);
}

/** The kind of object that a key holds: what comes before its last component. */
static void kind_of(const char *key, char kind[64]) {
    static const char *const kinds[] = {
        "/versions/",      "/deleted/", "/digests/", "/aliases/",  "/notes/",  "/lineage/",
        "/writers/",       "/shards/",  "/seal",     "/roster",    "/outcome", "draft.json",
        "collection.json", "blobs/",    "packs/",    "manifests/", "leases/"};
    snprintf(kind, 64, "%.63s", key);
    for (size_t i = 0; i < COUNT(kinds); i++) {
        if (strstr(key, kinds[i])) {
            snprintf(kind, 64, "%s", kinds[i]);
        }
    }
}

/* What was put in the place of another of its kind, and cannot be told from the truth. */
static const struct {
    const char *kind, *why;
} exchangeable[] = {
    {"/aliases/", "a pointer that points where it pointed before"},
    {"/notes/", "a value that held before"},
    {"/lineage/", "one use, to which nothing refers"},
    {"leases/", "a hint of a running writer"},
    {"/deleted/", "it says no more than that it is there"},
    {"/seal", "it says no more than that it is there"},
};

static bool is_exchangeable(const char *kind) {
    for (size_t i = 0; i < COUNT(exchangeable); i++) {
        if (strcmp(kind, exchangeable[i].kind) == 0) {
            return true;
        }
    }
    return false;
}

/** Look what verification and reading say now. */
static void look(damaging *d, const char *what, bool may_be_unseen) {
    d->cases++;
    quire_status status = quire_store_verify(d->k->store, NULL, NULL, &d->k->error);
    if (status == QUIRE_OK && may_be_unseen) {
        d->unseen++;
    } else if (status != QUIRE_INTEGRITY) {
        fail_msg("not found: %s (%d)", what, (int)status);
    }
    for (size_t i = 0; i < SAMPLE_ADDRESSES; i++) {
        char *text = sample_read(d->k, sample_addresses[i]);
        if (text && (!d->expected[i] || strcmp(text, d->expected[i]) != 0)) {
            fail_msg("%s: %s reads '%s'", what, sample_addresses[i], text);
        }
        free(text);
    }
}

static void test_cut(void **state) {
    damaging d;
    q_buffer data = {0};
    char what[Q_KEY_SIZE + 64];
    begin(&d, *state);
    const size_t stride = kit_stride(d.k, 499);
    for (size_t i = 0; i < d.count; i++) {
        kit_get(d.k, d.keys[i], &data);
        for (size_t size = 0; size < data.size; size += stride) {
            snprintf(what, sizeof what, "%s cut to %zu bytes", d.keys[i], size);
            kit_put(d.k, d.keys[i], data.data, size);
            look(&d, what, strncmp(d.keys[i], Q_KEY_LEASES, strlen(Q_KEY_LEASES)) == 0);
        }
        kit_put(d.k, d.keys[i], data.data, data.size);
    }
    q_buffer_free(&data);
    end(&d, "cut to every length");
}

static void test_exchanged(void **state) {
    damaging d;
    q_buffer data = {0}, other = {0};
    char what[2 * Q_KEY_SIZE + 64], kind[64], other_kind[64];
    begin(&d, *state);
    for (size_t i = 0; i < d.count; i++) {
        kit_get(d.k, d.keys[i], &data);
        kind_of(d.keys[i], kind);
        for (size_t j = 0; j < d.count; j++) {
            kind_of(d.keys[j], other_kind);
            if (i == j || strcmp(kind, other_kind) != 0) {
                continue;
            }
            kit_get(d.k, d.keys[j], &other);
            if (other.size == data.size && memcmp(other.data, data.data, data.size) == 0) {
                continue; /* two seals, say, are the same bytes */
            }
            snprintf(what, sizeof what, "%s replaced by %s", d.keys[i], d.keys[j]);
            kit_put(d.k, d.keys[i], other.data, other.size);
            look(&d, what, is_exchangeable(kind));
        }
        kit_put(d.k, d.keys[i], data.data, data.size);
    }
    q_buffer_free(&data);
    q_buffer_free(&other);
    end(&d, "replaced by another of its kind");
}

static void test_bits(void **state) {
    damaging d;
    q_buffer data = {0};
    char what[Q_KEY_SIZE + 64];
    begin(&d, *state);
    for (size_t i = 0; i < d.count; i++) {
        kit_get(d.k, d.keys[i], &data);
        for (size_t at = mode ? 0 : data.size / 2; at < (mode ? data.size : data.size / 2 + 1);
             at++) {
            for (int bit = 0; bit < 8; bit += (int)kit_stride(d.k, 4)) {
                snprintf(what, sizeof what, "bit %d of byte %zu of %s", bit, at, d.keys[i]);
                data.data[at] = (char)(data.data[at] ^ (1 << bit));
                kit_put(d.k, d.keys[i], data.data, data.size);
                look(&d, what, strncmp(d.keys[i], Q_KEY_LEASES, strlen(Q_KEY_LEASES)) == 0);
                data.data[at] = (char)(data.data[at] ^ (1 << bit));
            }
        }
        kit_put(d.k, d.keys[i], data.data, data.size);
    }
    q_buffer_free(&data);
    end(&d, mode ? "each bit of each byte" : "each bit of one byte");
}

#define MEMORY(test) cmocka_unit_test_setup_teardown(test, kit_setup_memory, kit_teardown)

int main(int argc, char **argv) {
    mode = argc > 1 ? argv[1] : NULL;
    const struct CMUnitTest tests[] = {MEMORY(test_cut), MEMORY(test_exchanged), MEMORY(test_bits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
