/** @file See repository_kit.h. */
#include "store/repository_kit.h"

#include <ftw.h>
#include <unistd.h>

#include "store/repository/repository.h"

static int make_folder(kit *k) {
    const char *base = getenv("TMPDIR");
    snprintf(k->folder, sizeof k->folder, "%s/quire-store-XXXXXX", base ? base : "/tmp");
    snprintf(k->url, sizeof k->url, "/nowhere");
    return mkdtemp(k->folder) == NULL;
}

int kit_open(kit *k, const char *url) {
    const quire_store_options quick = {.durability = QUIRE_DURABILITY_NONE};
    snprintf(k->url, sizeof k->url, "%s", url);
    if (quire_store_init(k->url, &quick, &k->error) ||
        quire_store_open(k->url, &quick, &k->store, &k->error)) {
        print_error("%s\n", k->error.message);
        return 1;
    }
    k->repository = q_repository_of(k->store);
    k->objects = k->repository->objects;
    return 0;
}

/* Below a URL that is given: as often as there are tests. */
static int setup_at(kit *k, const char *base) {
    char url[sizeof k->url];
    snprintf(url, sizeof url, "%s/%s", base, strrchr(k->folder, '-') + 1);
    return kit_open(k, url);
}

int kit_setup_memory(void **state) {
    const char *base = getenv("QUIRE_TEST_URL");
    kit *k = calloc(1, sizeof *k);
    *state = k;
    if (k && base) {
        return make_folder(k) || setup_at(k, base);
    }
    if (!k || make_folder(k) || q_objects_memory_new(&k->objects, &k->error)) {
        return 1;
    }
    q_objects_memory_set_clock(k->objects, KIT_CLOCK);
    if (q_repository_init(k->objects, "memory", &k->error) ||
        q_repository_open(k->objects, "memory", NULL, &k->store, &k->error)) {
        return 1;
    }
    k->repository = q_repository_of(k->store);
    return 0;
}

int kit_setup_directory(void **state) {
    const char *base = getenv("QUIRE_TEST_URL");
    char url[sizeof((kit *)0)->url];
    kit *k = calloc(1, sizeof *k);
    *state = k;
    if (!k || make_folder(k)) {
        return 1;
    }
    snprintf(url, sizeof url, "%s/store", k->folder);
    return base ? setup_at(k, base) : kit_open(k, url);
}

static bool is_bucket(const kit *k) {
    return strncmp(k->url, "s3:", 3) == 0;
}

void kit_needs_memory(const kit *k) {
    if (is_bucket(k)) {
        skip();
    }
}

void kit_needs_directory(const kit *k) {
    kit_needs_memory(k);
}

size_t kit_stride(const kit *k, size_t rare) {
    return is_bucket(k) ? rare : 1;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where) {
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

static quire_status remove_object(void *context, const q_object_info *info, quire_error *error) {
    return q_objects_remove(context, info->key, INT64_MAX, NULL, error);
}

int kit_teardown(void **state) {
    kit *k = *state;
    if (is_bucket(k)) { /* a gateway may keep all in memory */
        (void)q_objects_list(k->objects, "", true, remove_object, k->objects, NULL);
    }
    quire_store_free(k->store);
    int failed = nftw(k->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(k);
    return failed;
}

const char *kit_path(const kit *k, const char *below) {
    static char paths[4][1024];
    static size_t next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", k->folder, below);
    return path;
}

void kit_write_file(const kit *k, const char *below, const void *data, size_t size) {
    FILE *file = fopen(kit_path(k, below), "w");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

quire_artifact *kit_artifact(kit *k, const char *name, ...) {
    quire_artifact *artifact = NULL;
    const char *path;
    va_list files;
    assert_ok(quire_artifact_new(name, "dataset", &artifact, &k->error), &k->error);
    va_start(files, name);
    while ((path = va_arg(files, const char *)) != NULL) {
        const char *text = va_arg(files, const char *);
        assert_ok(quire_artifact_add_buffer(artifact, path, text, strlen(text), NULL, &k->error),
                  &k->error);
    }
    va_end(files);
    return artifact;
}

quire_version_id kit_log(kit *k, quire_artifact *artifact) {
    quire_version_id version;
    assert_ok(quire_log_artifact(k->store, artifact, NULL, &version, &k->error), &k->error);
    quire_artifact_free(artifact);
    return version;
}

void kit_upsert(kit *k, quire_artifact *artifact, const char *id, const char *writer) {
    assert_ok(quire_upsert_artifact(k->store, artifact, id, writer, NULL, NULL, &k->error),
              &k->error);
    quire_artifact_free(artifact);
}

quire_status kit_finish(kit *k, const char *name, const char *id, quire_version_id *version) {
    quire_version_id unwanted;
    quire_artifact *artifact = kit_artifact(k, name, NULL);
    quire_status status = quire_finish_artifact(k->store, artifact, id, NULL,
                                                version ? version : &unwanted, &k->error);
    quire_artifact_free(artifact);
    return status;
}

quire_status kit_patch(kit *k, const char *base, quire_artifact *artifact,
                       quire_version_id *version) {
    quire_status status = quire_patch_artifact(k->store, base, artifact, NULL, version, &k->error);
    quire_artifact_free(artifact);
    return status;
}

static quire_status count_version(void *context, const quire_version_info *info) {
    (void)info;
    ++*(size_t *)context;
    return QUIRE_OK;
}

size_t kit_versions(kit *k, const char *name) {
    size_t count = 0;
    quire_status status = quire_version_each(k->store, name, count_version, &count, &k->error);
    assert_true(status == QUIRE_OK || status == QUIRE_NOT_FOUND);
    return count;
}

int64_t kit_number(kit *k, const char *address) {
    quire_version *version = NULL;
    quire_status status = quire_version_open(k->store, address, &version, &k->error);
    if (status == QUIRE_NOT_FOUND) {
        return -1;
    }
    assert_ok(status, &k->error);
    int64_t number = quire_version_get_info(version)->number;
    quire_version_free(version);
    return number;
}

static quire_status append(void *context, const void *data, size_t size) {
    return q_buffer_append(context, data, size, NULL);
}

char *kit_text(kit *k, const char *address, const char *path) {
    quire_version *version = NULL;
    q_buffer text = {0};
    assert_ok(quire_version_open(k->store, address, &version, &k->error), &k->error);
    assert_ok(quire_version_read(version, path, 0, UINT64_MAX, append, &text, &k->error),
              &k->error);
    assert_ok(q_buffer_append(&text, "", 1, NULL), &k->error);
    quire_version_free(version);
    return text.data;
}

quire_status kit_read_all(kit *k, const char *address) {
    quire_version *version = NULL;
    quire_status status = quire_version_open(k->store, address, &version, &k->error);
    if (!status) {
        status = quire_version_verify(version, NULL, NULL, &k->error);
    }
    quire_version_free(version);
    return status;
}

static void show_fault(void *context, const char *line) {
    (void)context;
    print_message("fault: %s\n", line);
}

quire_status kit_verify(kit *k) {
    return quire_store_verify(k->store, show_fault, NULL, &k->error);
}

quire_gc_report kit_gc(kit *k, int64_t grace, int dry_run) {
    const quire_gc_options options = {.grace = grace, .dry_run = dry_run};
    quire_gc_report report;
    assert_ok(quire_store_gc(k->store, &options, &report, &k->error), &k->error);
    return report;
}
