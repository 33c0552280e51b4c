/**
 * @file
 * Hostile names, given to every call that takes a path, and planted into manifests whose digests
 * all fit, for every call that reads one. Around the target stands a tree that must not change.
 */
#include <sys/stat.h>
#include <unistd.h>

#include "hostile/unit.h"

static quire_status ignore_entry(void *context, const quire_entry *entry) {
    (void)context;
    (void)entry;
    return QUIRE_OK;
}

static quire_status ignore_data(void *context, const void *data, size_t size) {
    (void)context;
    (void)data;
    (void)size;
    return QUIRE_OK;
}

/** One line that cannot steer a terminal. */
static void assert_harmless(const quire_error *error) {
    assert_int_not_equal(error->message[0], '\0');
    for (const char *c = error->message; *c; c++) {
        assert_true((unsigned char)*c >= 0x20 && *c != 0x7f);
        assert_false(*c == '\302' && (unsigned char)c[1] >= 0x80 && (unsigned char)c[1] < 0xA0);
    }
}

static void assert_refused(quire_status expected, quire_status got, const quire_error *error,
                           size_t number) {
    if (got != expected) {
        fail_msg("name %zu, '%s': status %d, %s", number, hostile_names[number].text, (int)got,
                 error->message);
    }
    assert_harmless(error);
}

/* --- as an argument --- */

typedef quire_status (*taking)(quire_artifact *artifact, const char *name, quire_error *error);

static quire_status take_buffer(quire_artifact *artifact, const char *name, quire_error *error) {
    return quire_artifact_add_buffer(artifact, name, "evil", 4, NULL, error);
}

static quire_status take_file(quire_artifact *artifact, const char *name, quire_error *error) {
    return quire_artifact_add_file(artifact, scratch("base/x"), name, NULL, error);
}

static quire_status take_folder(quire_artifact *artifact, const char *name, quire_error *error) {
    /* "" is no prefix, and no fault. */
    return *name ? quire_artifact_add_dir(artifact, scratch("base/outside"), name, NULL, error)
                 : q_error_set(error, QUIRE_USAGE, "nothing to try");
}

static quire_status take_reference(quire_artifact *artifact, const char *name, quire_error *error) {
    const quire_add_options given = {.no_checksum = 1};
    return quire_artifact_add_reference(artifact, "s3://bucket/key", name, &given, error);
}

static quire_status take_removal(quire_artifact *artifact, const char *name, quire_error *error) {
    return quire_artifact_remove(artifact, name, error);
}

static void test_arguments(void **state) {
    static const taking calls[] = {take_buffer, take_file, take_folder, take_reference,
                                   take_removal};
    size_t tried = 0;
    quire_error error = {0};
    quire_artifact *artifact = NULL;
    (void)state;
    assert_int_equal(mkdir(scratch("base"), 0700), 0);
    sentinel_make(scratch("base"));
    assert_ok(quire_artifact_new("names", "dataset", &artifact, &error), &error);
    for (size_t i = 0; i < hostile_name_count; i++) {
        const hostile_name *name = &hostile_names[i];
        if (name->is_allowed || strlen(name->text) != name->size) {
            continue;
        }
        for (size_t c = 0; c < COUNT(calls); c++, tried++) {
            memset(&error, 0, sizeof error);
            /* A folder or a removal may be given with a slash behind it. */
            quire_status status = calls[c](artifact, name->text, &error);
            bool trailing = name->size > 1 && name->text[name->size - 1] == '/' &&
                            strcmp(name->text, "a/b/") >= 0 && name->text[0] == 'a';
            if (trailing && status == QUIRE_OK) {
                continue;
            }
            assert_refused(QUIRE_USAGE, status, &error, i);
        }
    }
    quire_artifact_free(artifact);
    print_message("%zu arguments refused\n", tried);
}

/* --- planted --- */

/** Everything that reads an entry of a version fails, and says so. */
static void assert_unreadable(quire_store *store, int64_t number, size_t i) {
    char address[64];
    quire_error error = {0};
    quire_version *version = NULL;
    quire_entry entry;
    char *file = NULL;
    snprintf(address, sizeof address, "evil:v%" PRId64, number);
    quire_status status = quire_version_open(store, address, &version, &error);
    if (status != QUIRE_OK) {
        assert_refused(QUIRE_INTEGRITY, status, &error, i);
        return;
    }
    quire_error errors[7] = {0};
    const quire_status statuses[] = {
        quire_version_download(version, scratch("base/out"), NULL, NULL, &errors[0]),
        quire_version_walk(version, NULL, ignore_entry, NULL, &errors[1]),
        quire_version_list(version, NULL, ignore_entry, NULL, &errors[2]),
        quire_version_get_entry(version, "zz", &entry, &errors[3]),
        quire_version_read(version, "zz", 0, 4, ignore_data, NULL, &errors[4]),
        quire_version_local_path(version, "zz", &file, &errors[5]),
        quire_version_verify(version, NULL, NULL, &errors[6]),
    };
    for (size_t c = 0; c < COUNT(statuses); c++) {
        assert_refused(QUIRE_INTEGRITY, statuses[c], &errors[c], i);
    }
    quire_version_free(version);
}

static void test_planted(void **state) {
    static const char uri[] = "file:///etc/passwd";
    size_t planted = 0;
    quire_error error = {0};
    evil e;
    (void)state;
    quire_store *store = open_store();
    evil_begin(&e, store, "evil");
    assert_int_equal(mkdir(scratch("base"), 0700), 0);
    sentinel_make(scratch("base"));
    char *before = sentinel_print(scratch("base"));
    for (size_t i = 0; i < hostile_name_count; i++) {
        const hostile_name *name = &hostile_names[i];
        if (name->is_allowed) {
            continue;
        }
        /* As the first of a chunk, which the root names too, and as a later one; as a file and as
         * a reference. */
        for (int kind = 0; kind < 4; kind++, planted++) {
            const evil_entry entries[] = {
                {"!", 1, NULL, NULL},
                {name->text, name->size, kind & 1 ? uri : NULL, NULL},
                {"zz", 2, NULL, NULL},
            };
            int64_t number = evil_plant(&e, entries + (kind & 2 ? 0 : 1), kind & 2 ? 3 : 2);
            assert_unreadable(store, number, i);
        }
    }
    /* What was harmless before the evil entry may be there, and nothing else. */
    assert_true(scratch_count("base/out") <= 1);
    char *after = sentinel_print(scratch("base"));
    assert_string_equal(before, after);
    free(before);
    free(after);
    assert_status(QUIRE_INTEGRITY, quire_store_verify(store, NULL, NULL, &error), &error);
    assert_harmless(&error);
    evil_end(&e);
    quire_store_free(store);
    print_message("%zu manifests refused\n", planted);
}

/* --- odd, but names --- */

static void test_allowed(void **state) {
    size_t allowed = 0;
    quire_error error = {0};
    quire_artifact *artifact = NULL;
    quire_version *version = NULL;
    quire_version_id id;
    quire_read_report report;
    (void)state;
    quire_store *store = open_store();
    assert_int_equal(mkdir(scratch("base"), 0700), 0);
    sentinel_make(scratch("base"));
    char *before = sentinel_print(scratch("base"));
    assert_ok(quire_artifact_new("odd", "dataset", &artifact, &error), &error);
    for (size_t i = 0; i < hostile_name_count; i++) {
        const hostile_name *name = &hostile_names[i];
        if (name->is_allowed) {
            allowed++;
            assert_ok(quire_artifact_add_buffer(artifact, name->text, name->text, name->size, NULL,
                                                &error),
                      &error);
        }
    }
    assert_ok(quire_log_artifact(store, artifact, NULL, &id, &error), &error);
    quire_artifact_free(artifact);
    assert_ok(quire_version_open(store, "odd", &version, &error), &error);
    for (int round = 0; round < 2; round++) { /* into an empty folder, and over what is there */
        assert_ok(quire_version_download(version, scratch("base/out"), NULL, &report, &error),
                  &error);
        assert_int_equal(report.files, allowed);
        for (size_t i = 0; i < hostile_name_count; i++) {
            char path[600];
            snprintf(path, sizeof path, "base/out/%.500s", hostile_names[i].text);
            assert_true(!hostile_names[i].is_allowed || scratch_holds(path, hostile_names[i].text));
        }
    }
    char *after = sentinel_print(scratch("base"));
    assert_string_equal(before, after);
    free(before);
    free(after);
    quire_version_free(version);
    quire_store_free(store);
    print_message("%zu odd names kept\n", allowed);
}

int main(void) {
    const struct CMUnitTest tests[] = {TEST(test_arguments), TEST(test_planted),
                                       TEST(test_allowed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
