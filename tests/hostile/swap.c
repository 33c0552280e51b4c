/**
 * @file
 * A thread that exchanges folders of the target with symbolic links to what is outside, as fast as
 * it can, while versions are written there, by one thread and by three. Once with openat2(2), and
 * once on a kernel (pretended) that has none, or whose sandbox forbids it.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "hostile/unit.h"
#include "support/threads.h"

#define SWAPS 100000
#define MANY 72 /* files, enough for three threads */

static int refusal; /* what openat2 fails with; 0: it does not */
static atomic_size_t refused;

/* The library's only raw call is openat2(2): it is answered here. */
long syscall(long number, ...) {
    static long (*_Atomic known)(long, ...);
    long (*real)(long, ...) = known;
    va_list list;
    long a[6];
    if (!real) {
        *(void **)(&real) = dlsym(RTLD_NEXT, "syscall");
        known = real;
    }
    va_start(list, number);
    for (int i = 0; i < 6; i++) {
        a[i] = va_arg(list, long);
    }
    va_end(list);
    if (number == SYS_openat2 && refusal) {
        refused++;
        errno = refusal;
        return -1;
    }
    return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

typedef struct swapper {
    int out;
    atomic_size_t swaps;
    atomic_bool failed;
} swapper;

/** `a`, `a/b` and `top` are exchanged in turn for links that lie ready. */
static void *swap(void *context) {
    static const char *const pairs[][2] = {
        {"a", ".link-a"}, {"a/b", ".link-b"}, {"top", ".link-top"}, {"a", ".link-up"}};
    swapper *s = context;
    while (s->swaps < SWAPS) {
        const char *const *pair = pairs[(s->swaps / 2) % COUNT(pairs)];
        if (renameat2(s->out, pair[0], s->out, pair[1], RENAME_EXCHANGE) != 0 && errno != ENOENT &&
            errno != ENOTDIR && errno != ELOOP) {
            s->failed = true;
        }
        s->swaps++;
    }
    return NULL;
}

static void make_links(void) {
    assert_int_equal(mkdir(scratch("base/out/a"), 0700) || mkdir(scratch("base/out/a/b"), 0700), 0);
    scratch_write("base/out/top", "old");
    assert_int_equal(symlink("../outside", scratch("base/out/.link-a")), 0);
    assert_int_equal(symlink(scratch("base/outside/b"), scratch("base/out/.link-b")), 0);
    assert_int_equal(symlink("../outside/file", scratch("base/out/.link-top")), 0);
    assert_int_equal(symlink("..", scratch("base/out/.link-up")), 0);
}

/* Below the folders that are exchanged, by turns, so that each thread has some of them under way.
 */
static int64_t plant_many(evil *e) {
    static const char *const folders[] = {"a/b", "a"};
    char paths[MANY][32];
    evil_entry entries[MANY];
    for (size_t i = 0; i < MANY - 1; i++) { /* in the order of paths */
        size_t of = i < MANY / 2 ? 0 : 1;
        snprintf(paths[i], sizeof paths[i], "%s/f%02zu", folders[of], i);
        entries[i] = (evil_entry){paths[i], strlen(paths[i]), NULL, NULL};
    }
    entries[MANY - 1] = (evil_entry){"top", 3, NULL, NULL};
    return evil_plant(e, entries, MANY);
}

static int64_t plant_few(evil *e) {
    static const evil_entry entries[] = {{"a/b/file", 8, NULL, NULL},
                                         {"a/file", 6, NULL, NULL},
                                         {"a/x", 3, NULL, NULL},
                                         {"top", 3, NULL, NULL}};
    return evil_plant(e, entries, COUNT(entries));
}

static void swap_and_write(int number, unsigned threads) {
    const quire_download_options options = {.threads = threads};
    size_t written = 0, contained = 0, touched = 0;
    pthread_t thread;
    swapper s = {0};
    evil e;
    quire_store *store = open_store();
    quire_version *version = NULL;
    quire_error error = {0};
    char address[64];
    refusal = 0;
    evil_begin(&e, store, "evil");
    snprintf(address, sizeof address, "evil:v%" PRId64,
             threads > 1 ? plant_many(&e) : plant_few(&e));
    assert_int_equal(mkdir(scratch("base"), 0700), 0);
    sentinel_make(scratch("base"));
    make_links();
    char *before = sentinel_print(scratch("base"));
    assert_ok(quire_version_open(store, address, &version, &error), &error);
    s.out = open(scratch("base/out"), O_PATH | O_DIRECTORY);
    refusal = number;
    refused = 0;
    threads_left = INT_MAX;
    assert_int_equal(pthread_create(&thread, NULL, swap, &s), 0);
    threads_made = 0;
    while (s.swaps < SWAPS) {
        quire_read_report report = {0};
        quire_status status =
            quire_version_download(version, scratch("base/out"), &options, &report, &error);
        assert_true(status == QUIRE_OK || status == QUIRE_ERROR);
        written += status == QUIRE_OK;
        contained += status != QUIRE_OK;
        touched += report.files;
    }
    pthread_join(thread, NULL);
    refusal = 0;
    close(s.out);
    assert_false(s.failed);
    char *after = sentinel_print(scratch("base"));
    assert_string_equal(before, after);
    free(before);
    free(after);
    quire_version_free(version);
    evil_end(&e);
    quire_store_free(store);
    assert_true((refused > 0) == (number != 0));
    assert_true((threads_made >= 3) == (threads > 1));
    assert_true(written > 0 || (threads > 1 && touched > 0)); /* hardly ever all of many */
    print_message("%d swaps, %u threads: %zu downloads written, %zu ended with an error, of %zu "
                  "files\n",
                  SWAPS, threads, written, contained, touched);
}

static void test_with_openat2(void **state) {
    (void)state;
    swap_and_write(0, 1);
}

static void test_without_openat2(void **state) {
    (void)state;
    swap_and_write(ENOSYS, 1);
}

static void test_forbidden_openat2(void **state) {
    (void)state;
    swap_and_write(EPERM, 1);
}

static void test_by_threads(void **state) {
    (void)state;
    swap_and_write(0, 3);
}

static void test_by_threads_without_openat2(void **state) {
    (void)state;
    swap_and_write(ENOSYS, 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {TEST(test_with_openat2), TEST(test_without_openat2),
                                       TEST(test_forbidden_openat2), TEST(test_by_threads),
                                       TEST(test_by_threads_without_openat2)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
