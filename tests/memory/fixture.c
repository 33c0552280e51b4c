/** @file What a case works on. */
#include "memory/fixture.h"

#include <errno.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http/server.h"
#include "support/scratch.h"

static server web;

/* Of the program: nftw() hands nothing to its callback. */
static struct {
    size_t from;
    char to[512];
} copying;

const char *fixture_path(const char *below) {
    return scratch(below);
}

int fixture_port(void) {
    return web.port;
}

void fixture_must(quire_status status, const quire_error *error, const char *what) {
    if (status != QUIRE_OK) {
        (void)fprintf(stderr, "memory: cannot prepare: %s: %s\n", what, error->message);
        exit(125);
    }
}

static void must(bool good, const char *what) {
    quire_error error;
    (void)snprintf(error.message, sizeof error.message, "%s", strerrordesc_np(errno));
    fixture_must(good ? QUIRE_OK : QUIRE_ERROR, &error, what);
}

static int copy_one(const char *path, const struct stat *status, int kind, struct FTW *walk) {
    char to[1024];
    (void)status;
    (void)walk;
    (void)snprintf(to, sizeof to, "%s%s", copying.to, path + copying.from);
    return kind == FTW_D ? mkdir(to, 0777) : link(path, to);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk) {
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

static void remove_all(const char *folder) {
    must(access(folder, F_OK) != 0 || nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0,
         "removing a folder");
}

void fixture_open(fixture *f) {
    const quire_store_options options = {.durability = QUIRE_DURABILITY_NONE};
    MUST(quire_store_open(f->url, &options, &f->store, error));
}

void fixture_artifact(fixture *f) {
    MUST(quire_artifact_new("set", "model", &f->artifact, error));
    MUST(quire_artifact_add_buffer(f->artifact, "there", "there", 5, NULL, error));
}

void fixture_compose(fixture *f) {
    char uri[600];
    fixture_open(f);
    fixture_artifact(f);
    (void)snprintf(uri, sizeof uri, "file://%s", scratch("tree/one"));
    MUST(quire_artifact_add_dir(f->artifact, scratch("tree"), "tree", NULL, error));
    MUST(quire_artifact_add_file(f->artifact, scratch("large"), NULL, NULL, error));
    MUST(quire_artifact_add_reference(f->artifact, uri, "reference", NULL, error));
    MUST(quire_artifact_set_description(f->artifact, "words", error));
    MUST(quire_artifact_set_metadata(f->artifact, "{\"a\":[1,{\"b\":\"c\"}],\"d\":0.5}", error));
    MUST(quire_artifact_add_alias(f->artifact, "fresh", error));
    MUST(quire_artifact_add_tag(f->artifact, "tagged", error));
    MUST(quire_artifact_add_input(f->artifact, "set:v0", error));
}

void fixture_version(fixture *f) {
    fixture_open(f);
    MUST(quire_version_open(f->store, "set:v1", &f->version, error));
}

static void open_beside(fixture *f, const char *root, const char *name) {
    (void)snprintf(f->url, sizeof f->url, "%s/vast-store", root);
    fixture_open(f);
    MUST(quire_version_open(f->store, name, &f->version, error));
}

void fixture_vast(fixture *f, const char *root) {
    open_beside(f, root, "vast");
}

void fixture_many(fixture *f, const char *root) {
    open_beside(f, root, "many");
}

static void open_to_push(fixture *f, const char *url, const char *address) {
    const quire_store_options options = {.durability = QUIRE_DURABILITY_NONE};
    fixture_open(f);
    MUST(quire_store_open(url, &options, &f->beside, error));
    MUST(quire_version_open(f->beside, address, &f->version, error));
}

void fixture_push(fixture *f) {
    open_to_push(f, scratch("base"), "set:v1");
}

void fixture_push_beside(fixture *f, const char *root, const char *name) {
    char url[512];
    (void)snprintf(url, sizeof url, "%s/vast-store", root);
    open_to_push(f, url, name);
}

/** Beside the store that is copied and verified so often: its file is large. */
static void make_vast_store(void) {
    const quire_store_options options = {.durability = QUIRE_DURABILITY_NONE};
    quire_version_id id;
    fixture f = {0};
    (void)snprintf(f.url, sizeof f.url, "%s", scratch("vast-store"));
    MUST(quire_store_init(f.url, &options, error));
    fixture_open(&f);
    MUST(quire_save(f.store, "vast", "model", scratch("vast"), &id, error));
    MUST(quire_artifact_new("many", "model", &f.artifact, error));
    for (int i = 0; i < 80; i++) {
        char path[16];
        (void)snprintf(path, sizeof path, "many/%02d", i);
        MUST(quire_artifact_add_buffer(f.artifact, path, path, sizeof path, NULL, error));
    }
    MUST(quire_log_artifact(f.store, f.artifact, NULL, &id, error));
    quire_artifact_free(f.artifact);
    MUST(quire_artifact_new("wide", "model", &f.artifact, error));
    for (int i = 0; i < 4100; i++) { /* a push has parts of 4,096 files */
        char path[16];
        (void)snprintf(path, sizeof path, "wide/%04d", i);
        MUST(quire_artifact_add_buffer(f.artifact, path, "", 0, NULL, error));
    }
    MUST(quire_log_artifact(f.store, f.artifact, NULL, &id, error));
    fixture_free(&f);
}

static void make_files(void) {
    must(mkdir(scratch("tree"), 0777) == 0 && mkdir(scratch("tree/sub"), 0777) == 0, "mkdir");
    scratch_write("tree/one", "one\n");
    scratch_write("tree/sub/two", "two\n");
    scratch_write("tree/sub/empty", "");
    must(mkdir(scratch("broad"), 0777) == 0, "mkdir");
    for (int i = 0; i < 150; i++) { /* more names than one rank looks at before others help */
        char path[32];
        (void)snprintf(path, sizeof path, "broad/%d", i % 5);
        must(i >= 5 || mkdir(scratch(path), 0777) == 0, "mkdir");
        (void)snprintf(path, sizeof path, "broad/%d/%d", i % 5, i);
        scratch_write(path, "");
    }
    FILE *large = fopen(scratch("large"), "w");
    for (int i = 0; large != NULL && i < 180000; i++) {
        (void)fprintf(large, "%07d\n", i);
    }
    must(large != NULL && fclose(large) == 0, "writing a file of more than 1 MiB");
    scratch_write("huge", "");
    must(truncate(scratch("huge"), ((off_t)64 << 20) + 1) == 0, "making a file of two blocks");
    must(mkdir(scratch("vast"), 0777) == 0 && link(scratch("huge"), scratch("vast/huge")) == 0,
         "making a folder with a file of two blocks");
    scratch_write("vast/small", "small");
}

/** Versions v0 and v1 of "set" with all kinds of notes, another collection, two drafts. */
static void make_store(fixture *f) {
    const quire_store_options options = {.durability = QUIRE_DURABILITY_NONE};
    const char *text = "first";
    quire_version_id id;
    MUST(quire_store_init(f->url, &options, error));
    fixture_open(f);
    MUST(quire_artifact_new("set", "model", &f->artifact, error));
    MUST(quire_artifact_add_buffer(f->artifact, "a/first", text, strlen(text), NULL, error));
    MUST(quire_artifact_add_buffer(f->artifact, "b", "b", 1, NULL, error));
    MUST(quire_artifact_add_reference(f->artifact, "s3://bucket/key", "far", NULL, error));
    MUST(quire_log_artifact(f->store, f->artifact, NULL, &id, error));
    MUST(quire_artifact_add_dir(f->artifact, scratch("tree"), NULL, NULL, error));
    MUST(quire_artifact_add_file(f->artifact, scratch("large"), NULL, NULL, error));
    MUST(quire_artifact_set_metadata(f->artifact, "{\"m\":[1,2]}", error));
    MUST(quire_artifact_add_alias(f->artifact, "best", error));
    MUST(quire_artifact_add_tag(f->artifact, "old-tag", error));
    MUST(quire_artifact_add_input(f->artifact, "set:v0", error));
    MUST(quire_log_artifact(f->store, f->artifact, NULL, &id, error));
    MUST(quire_version_use(f->store, "set:v1", "a job", error));
    quire_artifact_free(f->artifact);
    MUST(quire_save(f->store, "other", "model", scratch("tree"), &id, error));
    for (int i = 0; i < 2; i++) {
        const char *writer = i == 0 ? "0" : "1";
        MUST(quire_artifact_new("set", "model", &f->artifact, error));
        MUST(quire_artifact_add_buffer(f->artifact, writer, writer, 1, NULL, error));
        MUST(quire_artifact_add_tag(f->artifact, writer, error));
        MUST(quire_upsert_artifact(f->store, f->artifact, DRAFT, writer, NULL, NULL, error));
        quire_artifact_free(f->artifact);
    }
    f->artifact = NULL;
}

void fixture_make(void) {
    fixture f = {0};
    must(scratch_setup(NULL) == 0, "making a folder");
    must(server_start(&web) == 0, "starting a web server");
    make_files();
    (void)snprintf(f.url, sizeof f.url, "%s", scratch("base"));
    make_store(&f);
    fixture_free(&f);
    make_vast_store();
}

void fixture_remove(void) {
    server_stop(&web);
    (void)scratch_teardown(NULL);
}

void fixture_begin(fixture *f, bool writes) {
    memset(f, 0, sizeof *f);
    (void)snprintf(f->url, sizeof f->url, "%s", scratch(writes ? "store" : "base"));
    if (writes) {
        copying.from = strlen(scratch("base"));
        (void)snprintf(copying.to, sizeof copying.to, "%s", f->url);
        must(nftw(scratch("base"), copy_one, 16, FTW_PHYS) == 0, "copying the store");
    }
}

void fixture_free(fixture *f) {
    quire_file_discard(f->file);
    quire_table_discard(f->table);
    quire_merge_free(f->merge);
    quire_push_free(f->push);
    f->push = NULL;
    quire_artifact_free(f->artifact);
    quire_version_free(f->version);
    quire_version_free(f->other);
    quire_store_free(f->beside);
    quire_store_free(f->store);
    f->beside = NULL;
    free(f->text);
    f->file = NULL;
    f->table = NULL;
    f->artifact = NULL;
    f->version = f->other = NULL;
    f->store = NULL;
    f->text = NULL;
}

void fixture_end(fixture *f, bool writes) {
    if (writes) {
        remove_all(f->url);
    }
    remove_all(scratch("out"));
}

static void show_fault(void *context, const char *line) {
    (void)context;
    (void)fprintf(stderr, "memory: fault: %s\n", line);
}

bool fixture_sound(const fixture *f) {
    quire_error error = {0};
    quire_store *store = NULL;
    quire_status status = quire_store_open(f->url, NULL, &store, &error);
    if (status == QUIRE_OK) {
        status = quire_store_verify(store, show_fault, NULL, &error);
    }
    quire_store_free(store);
    if (status != QUIRE_OK) {
        (void)fprintf(stderr, "memory: %s\n", error.message);
    }
    return status == QUIRE_OK;
}

void fixture_tell(fixture *f, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(f->result + f->size, sizeof f->result - f->size, format, arguments);
    va_end(arguments);
    must(size >= 0 && (size_t)size < sizeof f->result - f->size, "telling a result");
    f->size += (size_t)size;
}

void fixture_tell_id(fixture *f, const quire_version_id *id) {
    fixture_tell(f, "%s:v%lld %s\n", id->name, (long long)id->number, id->digest);
}
