/**
 * @file
 * A log whose requests are harmed, one after the other, in each way that a network and a server
 * know; and from each one on for good. One harm goes unnoticed; a server that is gone leaves the
 * version whole or absent, and a repeat converges.
 *
 * faults [all]: each request in each way, where the short form takes each fifteenth (faults N: each
 * Nth).
 */
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "store/repository_kit.h"

#include "s3/bucket.h"
#include "s3/proxy.h"

#define LARGE ((size_t)3 << 19) /* a blob of its own */

static char gateway[128], bucket[BUCKET_URL_SIZE];
static proxy between;
static unsigned stride = 15;

/** Two handles on one store. */
typedef struct fixture {
    kit through, direct;
} fixture;

static void use_proxy(bool on) {
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d", between.port);
    assert_int_equal(setenv("AWS_ENDPOINT_URL_S3", on ? url : gateway, 1), 0);
}

static int set_up(void **state) {
    const char *endpoint = getenv("AWS_ENDPOINT_URL_S3");
    (void)state;
    if (!endpoint || bucket_make(bucket) != 0) {
        return -1;
    }
    snprintf(gateway, sizeof gateway, "%s", endpoint);
    return proxy_start(&between, gateway);
}

static int tear_down(void **state) {
    (void)state;
    proxy_stop(&between);
    return 0;
}

static void open_at(kit *k, const char *url, bool through_proxy) {
    memset(k, 0, sizeof *k);
    use_proxy(through_proxy);
    assert_int_equal(kit_open(k, url), 0);
    use_proxy(false);
}

static quire_status act(kit *k, const char *name) {
    static char large[LARGE];
    quire_artifact *artifact = kit_artifact(k, name, "a", "one", "c", "new", NULL);
    memset(large, 'x', sizeof large);
    snprintf(large, sizeof large, "%s", name);
    quire_status status =
        quire_artifact_add_buffer(artifact, "large", large, sizeof large, NULL, &k->error);
    status = status ? status : quire_log_artifact(k->store, artifact, NULL, NULL, &k->error);
    quire_artifact_free(artifact);
    return status;
}

/** Past the proxy: the version is whole, or was not there and is now. */
static void check(kit *k, const char *name, bool done) {
    char address[64];
    snprintf(address, sizeof address, "%s:v0", name);
    size_t versions = kit_versions(k, name);
    assert_in_range(versions, done ? 1 : 0, 1);
    if (versions > 0) {
        assert_ok(kit_read_all(k, address), &k->error);
    }
    assert_ok(act(k, name), &k->error);
    assert_int_equal(kit_versions(k, name), 1);
    assert_ok(kit_read_all(k, address), &k->error);
}

/** A log of a collection of its own. Whether there was a request to harm. */
static bool harm(fixture *all, proxy_harm how, unsigned at, bool for_good) {
    char name[32];
    snprintf(name, sizeof name, "c-%d-%u-%d", (int)how, at, for_good);
    proxy_set(&between, how, at, for_good);
    quire_status status = act(&all->through, name);
    bool hit = proxy_count(&between) >= at;
    proxy_set(&between, PROXY_NONE, 0, false);
    if (!for_good) {
        if (status != QUIRE_OK) {
            print_error("%s at request %u: ", proxy_harm_name(how), at);
        }
        assert_ok(status, &all->through.error);
    } else {
        assert_true(status == QUIRE_OK || (hit && status == QUIRE_TEMPORARY));
    }
    check(&all->direct, name, status == QUIRE_OK);
    return hit;
}

static void open_both(fixture *all, const char *below) {
    char url[sizeof all->direct.url];
    snprintf(url, sizeof url, "%s/%s", bucket, below);
    open_at(&all->direct, url, false);
    open_at(&all->through, url, true);
}

static void close_both(fixture *all) {
    quire_store_free(all->through.store);
    assert_ok(kit_verify(&all->direct), &all->direct.error);
    quire_store_free(all->direct.store);
}

static void each_request_once(void **state) {
    fixture all;
    unsigned points = 0;
    (void)state;
    open_both(&all, "once");
    for (int how = PROXY_RESET; how < PROXY_HARMS; how++) {
        for (unsigned at = 1 + (unsigned)how % stride; harm(&all, (proxy_harm)how, at, false);
             at += stride) {
            points++;
        }
        print_message("[          ] %u harmed, the last by %s\n", points,
                      proxy_harm_name((proxy_harm)how));
    }
    assert_true(points > 200 / stride);
    close_both(&all);
}

static void each_request_and_all_after(void **state) {
    static const proxy_harm harms[] = {PROXY_RESET, PROXY_LOST_REPLY, PROXY_SLOW_DOWN};
    fixture all;
    unsigned points = 0;
    (void)state;
    assert_int_equal(setenv("AWS_MAX_ATTEMPTS", "2", 1), 0);
    open_both(&all, "for-good");
    assert_int_equal(unsetenv("AWS_MAX_ATTEMPTS"), 0);
    for (unsigned i = 0; i < sizeof harms / sizeof *harms; i++) {
        for (unsigned at = 1 + i % stride; harm(&all, harms[i], at, true); at += stride) {
            points++;
        }
    }
    print_message("[          ] %u times the gateway was gone\n", points);
    assert_true(points >= 60 / stride);
    close_both(&all);
}

/* --- processes that are killed --- */

/** A process of its own logs through the proxy, and is killed at a request. */
static bool kill_at(const char *url, proxy_harm how, unsigned at, kit *direct) {
    char name[32];
    int status = 0;
    snprintf(name, sizeof name, "k-%d-%u", (int)how, at);
    proxy_set(&between, how, at, false);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        kit own;
        open_at(&own, url, true);
        _exit(act(&own, name) != QUIRE_OK);
    }
    while (proxy_count(&between) < at && waitpid(child, &status, WNOHANG) == 0) {
        (void)usleep(1000);
    }
    bool hit = proxy_count(&between) >= at;
    if (hit) {
        (void)usleep(how == PROXY_HANG_AFTER ? 50000 : 0); /* for the gateway to do it */
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
    }
    proxy_set(&between, PROXY_NONE, 0, false);
    check(direct, name, !hit);
    return hit;
}

static void killed_at_each_request(void **state) {
    fixture all;
    unsigned points = 0;
    (void)state;
    open_both(&all, "killed");
    for (int how = PROXY_HANG_BEFORE; how <= PROXY_HANG_AFTER; how++) {
        for (unsigned at = 1 + (unsigned)how % stride;
             kill_at(all.direct.url, (proxy_harm)how, at, &all.direct); at += stride) {
            points++;
        }
    }
    print_message("[          ] killed at %u requests\n", points);
    assert_true(points >= 30 / stride);
    close_both(&all);
}

/* --- streams of several parts --- */

#define STREAM ((size_t)33 << 20) /* three parts, the last a small one */

/** One after the other, or by runs of an object that threads share. */
static quire_status write_stream(q_objects *objects, bool shared, const char *data,
                                 q_object_writer **writer, quire_error *error) {
    char token[Q_OBJECT_TOKEN_SIZE];
    q_object_part *part = NULL;
    const size_t piece = (size_t)1 << 20;
    quire_status status = shared
                              ? q_object_writer_open_shared(objects, STREAM, writer, token, error)
                              : q_object_writer_open(objects, writer, error);
    if (!status && shared) {
        status = q_object_part_own(*writer, 0, &part, error);
    }
    for (size_t to = 0; to < STREAM && !status; to += piece) {
        status = shared ? q_object_part_write(part, data + to, piece, error)
                        : q_object_writer_write(*writer, data + to, piece, error);
    }
    if (!status && shared) {
        status = q_object_part_close(part, error);
    }
    q_object_part_free(part);
    return status;
}

static bool harm_stream(q_objects *direct, q_objects *objects, bool shared, proxy_harm how,
                        unsigned at, const char *data) {
    char key[64];
    bool created = false;
    quire_error error = {0};
    q_object_writer *writer = NULL;
    q_object_info info = {0};
    snprintf(key, sizeof key, "streams/%d-%d-%u", shared, (int)how, at);
    proxy_set(&between, how, at, false);
    assert_ok(write_stream(objects, shared, data, &writer, &error), &error);
    assert_ok(q_object_writer_publish(writer, key, &created, &error), &error);
    q_object_writer_free(writer);
    bool hit = proxy_count(&between) >= at;
    proxy_set(&between, PROXY_NONE, 0, false);
    assert_ok(q_objects_stat(direct, key, &info, &error), &error);
    assert_int_equal(info.size, STREAM);
    assert_ok(q_objects_remove(direct, key, INT64_MAX, NULL, &error), &error);
    return hit;
}

static void each_request_of_a_stream(void **state) {
    fixture all;
    char *data = malloc(STREAM);
    unsigned points = 0;
    (void)state;
    assert_non_null(data);
    for (size_t i = 0; i < STREAM; i++) {
        data[i] = (char)(i * 31 + i / 4096);
    }
    open_both(&all, "streams");
    for (int i = 0; i<2 * (PROXY_HARMS - PROXY_RESET); i += stride> 1 ? 3 : 1) {
        proxy_harm how = (proxy_harm)(PROXY_RESET + i / 2);
        for (unsigned at = 1 + (unsigned)(5 * i) % (stride < 9 ? stride : 9);
             harm_stream(all.direct.objects, all.through.objects, i % 2, how, at, data);
             at += stride) {
            points++;
        }
    }
    print_message("[          ] %u requests were harmed\n", points);
    assert_true(points >= (stride > 1 ? 6 : 140));
    close_both(&all);
    free(data);
}

/* --- servers that are no good --- */

static void refused_by_init(void **state) {
    kit k = {0};
    char url[sizeof k.url];
    (void)state;
    snprintf(url, sizeof url, "%s/refused", bucket);
    use_proxy(true);
    proxy_set(&between, PROXY_YES, 1, true);
    assert_int_equal(quire_store_init(url, NULL, &k.error), QUIRE_ERROR);
    assert_says(&k.error, "If-None-Match");
    proxy_set(&between, PROXY_NO, 1, true);
    assert_int_equal(quire_store_init(url, NULL, &k.error), QUIRE_AUTH);
    assert_says(&k.error, "clock of this host");
    proxy_set(&between, PROXY_NONE, 0, false);
    use_proxy(false);
    assert_int_equal(quire_store_init("s3://quire-no-such-bucket", NULL, &k.error), QUIRE_ERROR);
    assert_says(&k.error, "NoSuchBucket");
    assert_says(&k.error, "make the bucket first");
}

static void wrong_keys_are_not_told(void **state) {
    static const char secret[] = "NotToBeSeenInAnyMessage";
    kit k = {0};
    char url[sizeof k.url], kept[128];
    (void)state;
    snprintf(url, sizeof url, "%s/wrong", bucket);
    snprintf(kept, sizeof kept, "%s", getenv("AWS_SECRET_ACCESS_KEY"));
    assert_int_equal(setenv("AWS_SECRET_ACCESS_KEY", secret, 1), 0);
    assert_int_equal(quire_store_init(url, NULL, &k.error), QUIRE_AUTH);
    assert_says(&k.error, "SignatureDoesNotMatch");
    assert_null(strstr(k.error.message, secret));
    assert_int_equal(setenv("AWS_SECRET_ACCESS_KEY", kept, 1), 0);
}

static void comes_back_when_told(void **state) {
    kit k;
    char url[sizeof k.url];
    struct timespec begin = {0}, end = {0};
    (void)state;
    snprintf(url, sizeof url, "%s/told", bucket);
    open_at(&k, url, true);
    proxy_set(&between, PROXY_RETRY_AFTER, 1, false);
    (void)clock_gettime(CLOCK_MONOTONIC, &begin);
    assert_int_equal(kit_versions(&k, "none"), 0);
    (void)clock_gettime(CLOCK_MONOTONIC, &end);
    assert_true(end.tv_sec - begin.tv_sec >= 1); /* of two seconds, that is */
    proxy_set(&between, PROXY_NONE, 0, false);
    quire_store_free(k.store);
}

int main(int count, char **arguments) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refused_by_init),
        cmocka_unit_test(wrong_keys_are_not_told),
        cmocka_unit_test(comes_back_when_told),
        cmocka_unit_test(each_request_once),
        cmocka_unit_test(each_request_and_all_after),
        cmocka_unit_test(killed_at_each_request),
        cmocka_unit_test(each_request_of_a_stream),
    };
    if (count > 1) {
        stride = strcmp(arguments[1], "all") == 0 ? 1 : (unsigned)strtoul(arguments[1], NULL, 10);
    }
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
