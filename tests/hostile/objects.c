/**
 * @file
 * What stands in a store where an object must be: links, FIFOs, sockets, folders, files as large as
 * a filesystem allows, records that are deep, or say things twice, or grow in memory. Each command
 * that reads ends with an error, soon, within a gigabyte, and copies nothing of what a link leads
 * to.
 */
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/digest.h"
#include "hostile/unit.h"

/** A place in the store, found by how its key begins; and the true object, put aside. */
static char place[8192], aside[8192];

static int stand_link(void) {
    return symlink(aside, place);
}

static int stand_fifo(void) {
    return mkfifo(place, 0600);
}

static int stand_folder(void) {
    return mkdir(place, 0700);
}

static int stand_socket(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char name[64];
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    snprintf(name, sizeof name, "/tmp/quire-socket-%d", (int)getpid());
    memcpy(address.sun_path, name, sizeof name);
    int failed = bind(fd, (struct sockaddr *)&address, sizeof address) || rename(name, place);
    close(fd);
    return failed && (unlink(name) || stand_fifo()); /* on another filesystem */
}

static int stand_sparse_of(off_t size) {
    int fd = open(place, O_WRONLY | O_CREAT | O_EXCL, 0600);
    int failed = fd < 0 || ftruncate(fd, size);
    close(fd);
    return failed;
}

static int stand_empty(void) {
    return stand_sparse_of(0);
}

static int stand_sparse(void) {
    return stand_sparse_of((off_t)1 << 40) && stand_sparse_of((off_t)1 << 31);
}

/** Just within what a root may have. */
static int stand_allowed(void) {
    return stand_sparse_of((off_t)400 << 20);
}

static int (*const stands[])(void) = {stand_link,   stand_fifo,  stand_folder, stand_socket,
                                      stand_sparse, stand_empty, stand_allowed};

static quire_status ignore_entry(void *context, const quire_entry *entry) {
    (void)context;
    (void)entry;
    return QUIRE_OK;
}

static quire_status read_all(quire_error *error) {
    quire_store *store = NULL;
    quire_version *version = NULL;
    memset(error, 0, sizeof *error);
    alarm(20);
    quire_status status = quire_store_open(scratch("store"), NULL, &store, error);
    status = status ? status : quire_version_open(store, "data:v0", &version, error);
    status = status ? status : quire_version_walk(version, NULL, ignore_entry, NULL, error);
    status = status ? status : quire_version_download(version, scratch("out"), NULL, NULL, error);
    alarm(0);
    quire_version_free(version);
    quire_store_free(store);
    return status;
}

/** The path of the one object whose key begins so, in `place`. */
static quire_status find(void *context, const q_object_info *info, quire_error *error) {
    char key[1100];
    (void)error;
    if (strncmp(info->key, context, strlen(context)) == 0) {
        snprintf(key, sizeof key, "store/%s", info->key);
        snprintf(place, sizeof place, "%s", scratch(key));
    }
    return QUIRE_OK;
}

static void make_store(void) {
    static char large[(1 << 20) + 1];
    quire_error error = {0};
    quire_artifact *artifact = NULL;
    quire_version_id id;
    quire_store *store = open_store();
    assert_ok(quire_artifact_new("data", "dataset", &artifact, &error), &error);
    assert_ok(quire_artifact_add_buffer(artifact, "small", "evil", 4, NULL, &error), &error);
    assert_ok(quire_artifact_add_buffer(artifact, "large", large, sizeof large, NULL, &error),
              &error);
    assert_ok(quire_log_artifact(store, artifact, NULL, &id, &error), &error);
    quire_artifact_free(artifact);
    quire_store_free(store);
}

#ifdef __SANITIZE_ADDRESS__
#define LESS 20 /* each value in memory costs a multiple there */
#else
#define LESS 1
#endif

static void limit_memory(void) {
#ifndef __SANITIZE_ADDRESS__
    const struct rlimit limit = {(rlim_t)1 << 30, (rlim_t)1 << 30};
    assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
#endif
}

static void test_stands(void **state) {
    static const char *const keys[] = {"quire.json",
                                       "collections/data/collection.json",
                                       "collections/data/versions/",
                                       "manifests/",
                                       "packs/",
                                       "blobs/"};
    size_t tried = 0;
    quire_error error = {0};
    (void)state;
    make_store();
    assert_ok(read_all(&error), &error);
    limit_memory();
    for (size_t k = 0; k < COUNT(keys); k++) {
        quire_store *store = NULL;
        *place = '\0';
        assert_ok(quire_store_open(scratch("store"), NULL, &store, &error), &error);
        assert_ok(q_objects_list(q_repository_of(store)->objects, "", true, find, (void *)keys[k],
                                 &error),
                  &error);
        quire_store_free(store);
        assert_int_not_equal(*place, '\0');
        snprintf(aside, sizeof aside, "%s", scratch("aside"));
        assert_int_equal(rename(place, aside), 0);
        for (size_t s = 0; s < COUNT(stands); s++, tried++) {
            assert_int_equal(stands[s](), 0);
            quire_status status = read_all(&error);
            if (status == QUIRE_OK) {
                fail_msg("%s, stand-in %zu: believed", keys[k], s);
            }
            if (!strstr(error.message, strrchr(place, '/') + 1) &&
                !strstr(error.message, scratch("store"))) {
                fail_msg("%s, stand-in %zu: %s", keys[k], s, error.message);
            }
            /* What a link in the store leads to is not copied. */
            assert_true(k != 4 || scratch_absent("out/small"));
            assert_true(k != 5 || scratch_absent("out/large"));
            assert_int_equal(remove(place), 0);
        }
        assert_int_equal(rename(aside, place), 0);
        assert_ok(read_all(&error), &error);
        assert_int_equal(remove(scratch("out/small")) || remove(scratch("out/large")), 0);
    }
    print_message("%zu stand-ins, none believed\n", tried);
}

/* --- records with a check that fits --- */

static void put_record(const char *head, const char *filling, size_t times, const char *tail) {
    char check[Q_SHA256_HEX_SIZE];
    q_buffer text = {0};
    quire_error error = {0};
    assert_ok(q_buffer_append_string(&text, head, &error), &error);
    for (size_t i = 0; i < times; i++) {
        assert_ok(q_buffer_append_string(&text, filling, &error), &error);
    }
    assert_ok(q_buffer_append_string(&text, tail, &error), &error);
    assert_ok(q_sha256_hex(text.data, text.size, check, &error), &error);
    assert_ok(q_buffer_printf(&text, &error, ",\"check\":\"%s\"}\n", check), &error);
    (void)chmod(place, 0600);
    FILE *file = fopen(place, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text.data, 1, text.size, file), text.size);
    assert_int_equal(fclose(file), 0);
    q_buffer_free(&text);
}

#define HEAD "{\"quire\":\"version\",\"format\":1,"

static void test_records(void **state) {
    static const struct {
        const char *head, *filling;
        size_t times;
        const char *tail;
    } records[] = {
        {HEAD "\"x\":", "[", 100000, ""},
        {HEAD "\"x\":", "{\"a\":", 100000, ""},
        {HEAD "\"x\":[0", ",0", 14000000, "]"},
        {HEAD "\"x\":[{}", ",{}", 9000000, "]"},
        {HEAD "\"x\":0", ",\"x\":0", 2, ""},
        {HEAD "\"x\":0", ",\"x\":0", 500000, ""},
        {HEAD "\"x\":\"", "\\u0000", 1, "\""},
        {HEAD "\"number\":0", "0", 100, ""},
        {HEAD "\"name\":\"", "\\u001b[31m", 10, "\""},
        {HEAD "\"name\":\"", "x", 10000000, "\""},
        {"{\"quire\":\"version\",\"format\":1e9", "", 0, ""},
        {"{\"quire\":\"version\",\"format\":-1", "", 0, ""},
        {"{\"quire\":[\"version\"],\"format\":1", "", 0, ""},
        {"{\"format\":1", "", 0, ""},
        {"[", "", 0, ""},
        {"", "", 0, ""},
    };
    quire_error error = {0};
    (void)state;
    make_store();
    snprintf(place, sizeof place, "%s", scratch("store/collections/data/versions/0000000000"));
    limit_memory();
    for (size_t i = 0; i < COUNT(records); i++) {
        size_t times = records[i].times > 100000 ? records[i].times / LESS : records[i].times;
        put_record(records[i].head, records[i].filling, times, records[i].tail);
        quire_status status = read_all(&error);
        if (status != QUIRE_INTEGRITY && status != QUIRE_ERROR) {
            fail_msg("record %zu: status %d, %s", i, (int)status, error.message);
        }
        if (!strstr(error.message, "versions/0000000000") &&
            !strstr(error.message, "out of memory")) {
            fail_msg("record %zu: %s", i, error.message);
        }
    }
    print_message("%zu records, none believed\n", COUNT(records));
}

int main(void) {
    const struct CMUnitTest tests[] = {TEST(test_stands), TEST(test_records)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
