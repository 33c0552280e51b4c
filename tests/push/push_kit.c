/** @file See push_kit.h. */
#include "push/push_kit.h"

#include <ftw.h>
#include <unistd.h>

static q_store_ops without_paths;

int push_setup(void **state) {
    push_kit *p = calloc(1, sizeof *p);
    void *from = NULL, *to = NULL;
    if (!p || kit_setup_directory(&from) || kit_setup_directory(&to)) {
        return 1;
    }
    p->from = from;
    p->to = to;
    *state = p;
    return 0;
}

int push_teardown(void **state) {
    push_kit *p = *state;
    void *from = p->from, *to = p->to;
    int failed = kit_teardown(&to);
    failed += kit_teardown(&from);
    free(p);
    return failed;
}

static void add_large(push_kit *p, quire_artifact *artifact, int number) {
    char path[32];
    char *data = malloc(PUSH_LARGE_BYTES);
    assert_non_null(data);
    memset(data, 'a' + number, PUSH_LARGE_BYTES);
    snprintf(path, sizeof path, "large/%d", number);
    assert_ok(quire_artifact_add_buffer(artifact, path, data, PUSH_LARGE_BYTES, NULL, &p->error),
              &p->error);
    free(data);
}

static void add_small(push_kit *p, quire_artifact *artifact, int number) {
    char path[32], text[64];
    snprintf(path, sizeof path, "small/%05d", number);
    int size = snprintf(text, sizeof text, "the small file with the number %d", number);
    assert_ok(quire_artifact_add_buffer(artifact, path, text, (size_t)size, NULL, &p->error),
              &p->error);
}

quire_version *push_open(kit *k, const char *address) {
    quire_version *version = NULL;
    assert_ok(quire_version_open(k->store, address, &version, &k->error), &k->error);
    return version;
}

quire_version *push_tree(push_kit *p) {
    quire_artifact *artifact = NULL;
    quire_error *error = &p->error;
    static const quire_add_options as_given = {.no_checksum = 1};
    assert_ok(quire_artifact_new("tree", "dataset", &artifact, error), error);
    for (int i = 0; i < PUSH_SMALL; i++) {
        add_small(p, artifact, i);
    }
    for (int i = 0; i < PUSH_LARGE; i++) {
        add_large(p, artifact, i);
    }
    assert_ok(
        quire_artifact_add_reference(artifact, "s3://bucket/key", "ref/one", &as_given, error),
        error);
    assert_ok(quire_artifact_add_reference(artifact, "x:y", "ref/two", NULL, error), error);
    assert_ok(quire_artifact_add_buffer(artifact, "empty", "", 0, NULL, error), error);
    assert_ok(quire_artifact_add_alias(artifact, "best", error), error);
    assert_ok(quire_artifact_add_tag(artifact, "a tag", error), error);
    assert_ok(quire_artifact_set_description(artifact, "what it is", error), error);
    assert_ok(quire_artifact_set_metadata(artifact, "{\"a\":[1,2]}", error), error);
    assert_ok(quire_artifact_set_ttl(artifact, 86400, error), error);
    kit_log(p->from, artifact);
    return push_open(p->from, "tree:v0");
}

quire_version *push_many(push_kit *p) {
    quire_artifact *artifact = NULL;
    assert_ok(quire_artifact_new("many", "dataset", &artifact, &p->error), &p->error);
    for (int i = 0; i < PUSH_MANY; i++) {
        add_small(p, artifact, i);
    }
    kit_log(p->from, artifact);
    return push_open(p->from, "many:v0");
}

static quire_status (*true_load_read)(q_load *, size_t, q_source *, quire_error *);

/* Nothing but files that have a path last until the commit. */
static quire_status read_lasting(q_load *load, size_t index, q_source *source, quire_error *error) {
    assert_true(source->fd >= 0);
    assert_null(strstr(source->name, "/proc/"));
    assert_int_equal(access(source->name, R_OK), 0);
    return true_load_read(load, index, source, error);
}

void push_other_kind(push_kit *p, bool is_web) {
    p->other = *p->to->store->ops;
    p->other.finds_by_draft = p->other.reads_once = !is_web;
    if (is_web) {
        true_load_read = p->other.load_read;
        p->other.load_read = read_lasting;
    }
    p->to->store->ops = &p->other;
}

static quire_status no_path(quire_version *version, const q_entry *entry, char **path,
                            quire_error *error) {
    (void)version;
    (void)entry;
    (void)error;
    *path = NULL;
    return QUIRE_OK;
}

const q_store_ops *push_ops_without_paths(const q_store_ops *ops) {
    without_paths = *ops;
    without_paths.version_local_path = no_path;
    return &without_paths;
}

void push_without_paths(push_kit *p) {
    p->from->store->ops = p->to->store->ops = push_ops_without_paths(p->from->store->ops);
}

/* --- comparing --- */

static quire_status append_line(void *context, const quire_entry *entry) {
    return q_buffer_printf(context, NULL, "%s %llu %s %s\n", entry->path,
                           (unsigned long long)entry->size, entry->digest,
                           entry->reference ? entry->reference : "");
}

static q_buffer entries_of(push_kit *p, quire_version *version) {
    q_buffer lines = {0};
    assert_ok(quire_version_walk(version, NULL, append_line, &lines, &p->error), &p->error);
    return lines;
}

/* That content is what its digest says finds the verification, which is quick: reading path by path
 * takes minutes of so many. */
static void assert_same_entries(push_kit *p, quire_version *source, quire_version *copy) {
    const quire_version_info *info = quire_version_get_info(source);
    quire_read_report report = {0};
    q_buffer one = entries_of(p, source), two = entries_of(p, copy);
    size_t at = 0, line = 0;
    while (at < one.size && at < two.size && one.data[at] == two.data[at]) {
        line = one.data[at++] == '\n' ? at : line;
    }
    if (at < one.size || at < two.size) {
        fail_msg("'%.100s' of the source is '%.100s' of the copy", one.data + line,
                 two.data + line);
    }
    assert_ok(quire_version_verify(copy, NULL, &report, &p->error), &p->error);
    assert_int_equal(report.files + report.skipped, info->entries);
    assert_int_equal(report.bytes, info->bytes);
    q_buffer_free(&two);
    q_buffer_free(&one);
}

static bool has(const char *const *list, size_t count, const char *text) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i], text) == 0) {
            return true;
        }
    }
    return false;
}

void push_assert_same(push_kit *p, quire_version *source, const char *address) {
    quire_version *copy = push_open(p->to, address);
    const quire_version_info *one = quire_version_get_info(source);
    const quire_version_info *two = quire_version_get_info(copy);
    assert_same_entries(p, source, copy);
    assert_int_equal(two->entries, one->entries);
    assert_int_equal(two->bytes, one->bytes);
    assert_string_equal(two->digest, one->digest);
    assert_string_equal(two->type, one->type);
    assert_string_equal(two->description, one->description);
    assert_string_equal(two->metadata, one->metadata);
    assert_int_equal(two->ttl, one->ttl);
    assert_int_equal(two->tag_count, one->tag_count);
    for (size_t i = 0; i < one->tag_count; i++) {
        assert_true(has(two->tags, two->tag_count, one->tags[i]));
    }
    for (size_t i = 0; i < one->alias_count; i++) {
        assert_true(has(two->aliases, two->alias_count, one->aliases[i]));
    }
    quire_version_free(copy);
}

static uint64_t sum;

static int add_size(const char *path, const struct stat *status, int kind, struct FTW *where) {
    (void)path;
    (void)where;
    sum += kind == FTW_F ? (uint64_t)status->st_size : 0;
    return 0;
}

uint64_t push_stored(const kit *k) {
    sum = 0;
    assert_int_equal(nftw(k->url, add_size, 16, FTW_PHYS), 0);
    return sum;
}
