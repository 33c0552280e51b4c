/** @file Walking folders: order, links, what is refused, and depth. */
#include "artifact/walk.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "artifact/unit.h"

static quire_status collect(void *context, const char *file, const char *path,
                            const struct stat *status, quire_error *error) {
    q_buffer *seen = context;
    assert_true(access(file, F_OK) == 0);
    assert_true(S_ISREG(status->st_mode));
    return q_buffer_printf(seen, error, "%s\n", path);
}

static void make_folder(const char *path) {
    assert_int_equal(mkdir(scratch(path), 0755), 0);
}

static void make_link(const char *target, const char *path) {
    assert_int_equal(symlink(target, scratch(path)), 0);
}

static void expect_walk(const char *folder, const char *wanted) {
    quire_error error = {0};
    q_buffer seen = {0};
    EXPECT(QUIRE_OK, q_walk(folder, collect, &seen, &error));
    assert_string_equal(seen.size ? seen.data : "", wanted);
    q_buffer_free(&seen);
}

static void expect_refusal(quire_status status, const char *words) {
    quire_error error = {0};
    q_buffer seen = {0};
    EXPECT(status, q_walk(scratch(""), collect, &seen, &error));
    EXPECT_MESSAGE(words);
    q_buffer_free(&seen);
}

static void files_come_in_order_through_links(void **state) {
    (void)state;
    make_folder("b");
    make_folder("b/empty");
    make_folder("a");
    scratch_write("b/2", "");
    scratch_write("b/10", "");
    scratch_write("c", "");
    scratch_write(".hidden", "");
    make_link("b", "link");
    make_link("../c", "a/file");
    const char *wanted = ".hidden\na/file\nb/10\nb/2\nc\nlink/10\nlink/2\n";
    expect_walk(scratch(""), wanted);
    char slash[512];
    snprintf(slash, sizeof slash, "%s//", scratch(""));
    expect_walk(slash, wanted);
    expect_walk(scratch("b/empty"), "");
    expect_walk(scratch("link"), "10\n2\n");
}

static void the_root_must_be_a_folder(void **state) {
    (void)state;
    quire_error error = {0};
    scratch_write("f", "");
    EXPECT(QUIRE_INCOMPLETE, q_walk(scratch("no"), collect, NULL, &error));
    EXPECT_MESSAGE("no does not exist");
    EXPECT(QUIRE_INCOMPLETE, q_walk("", collect, NULL, &error));
    EXPECT(QUIRE_ERROR, q_walk(scratch("f"), collect, NULL, &error));
    EXPECT_MESSAGE("is not a folder");
}

static void loops_are_found(void **state) {
    (void)state;
    make_folder("a");
    make_folder("a/b");
    make_link("../..", "a/b/up");
    expect_refusal(QUIRE_ERROR, "a/b/up leads back into a folder that it is in");
    unlink(scratch("a/b/up"));
    make_link(".", "a/self");
    expect_refusal(QUIRE_ERROR, "a/self leads back");
    unlink(scratch("a/self"));
    make_link("self", "a/self");
    expect_refusal(QUIRE_ERROR, "a/self is a loop of symbolic links");
}

static void what_is_no_file_is_refused(void **state) {
    (void)state;
    make_link("nowhere", "x");
    expect_refusal(QUIRE_INCOMPLETE, "x is a dangling symbolic link");
    unlink(scratch("x"));
    assert_int_equal(mkfifo(scratch("x"), 0600), 0);
    expect_refusal(QUIRE_ERROR, "x is a FIFO");
    unlink(scratch("x"));
    make_link("/dev/null", "x");
    expect_refusal(QUIRE_ERROR, "x is a device");
    unlink(scratch("x"));
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", scratch("x"));
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    expect_refusal(QUIRE_ERROR, "x is a socket");
    close(fd);
}

static void names_must_be_fit_for_an_artifact(void **state) {
    (void)state;
    scratch_write("back\\slash", "");
    expect_refusal(QUIRE_USAGE, "back\\slash");
    unlink(scratch("back\\slash"));
    scratch_write("new\nline", "");
    expect_refusal(QUIRE_USAGE, "new?line");
    unlink(scratch("new\nline"));
    scratch_write("latin-\xe4", "");
    expect_refusal(QUIRE_USAGE, "latin-");
}

/** Root may read anything; another user may not. */
static void an_unreadable_folder_is_named(void **state) {
    (void)state;
    make_folder("closed");
    assert_int_equal(chmod(scratch("closed"), 0), 0);
    assert_int_equal(chmod(scratch(""), 0755), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        quire_error error = {0};
        if (geteuid() == 0 && setuid(65534) != 0) {
            _exit(3);
        }
        quire_status status = q_walk(scratch(""), collect, NULL, &error);
        _exit(status == QUIRE_ERROR && strstr(error.message, "closed cannot be read") ? 0 : 1);
    }
    int result = -1;
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(result, 0);
    assert_int_equal(chmod(scratch("closed"), 0755), 0);
}

/** Deeper than the descriptors that this process may have, which holds for the teardown too. */
static void depth_costs_no_descriptors(void **state) {
    (void)state;
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_cur < 256 ? limit.rlim_cur : 256;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    char path[4096] = "d";
    make_folder(path);
    for (int i = 0; i < 1500; i++) {
        strcat(path, "/d");
        make_folder(path);
    }
    strcat(path, "/f");
    scratch_write(path, "");
    strcat(path, "\n");
    expect_walk(scratch(""), path);
}

static quire_status stop(void *context, const char *file, const char *path,
                         const struct stat *status, quire_error *error) {
    (void)context, (void)file, (void)status;
    return q_error_set(error, QUIRE_CONFLICT, "enough with %s", path);
}

static void a_callback_ends_the_walk(void **state) {
    (void)state;
    quire_error error = {0};
    scratch_write("a", "");
    scratch_write("b", "");
    EXPECT(QUIRE_CONFLICT, q_walk(scratch(""), stop, NULL, &error));
    EXPECT_MESSAGE("enough with a");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(files_come_in_order_through_links),
        TEST(the_root_must_be_a_folder),
        TEST(loops_are_found),
        TEST(what_is_no_file_is_refused),
        TEST(names_must_be_fit_for_an_artifact),
        TEST(an_unreadable_folder_is_named),
        TEST(depth_costs_no_descriptors),
        TEST(a_callback_ends_the_walk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
