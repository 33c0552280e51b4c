/** @file I/O: pipes that deliver in pieces, interrupted calls, the end of a file, failures. */
#include "base/io.h"

#include <errno.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "base/scratch.h"

#define SIZE ((size_t)3 << 20)

static void on_alarm(int number) {
    (void)number;
}

/** A signal every few milliseconds, without SA_RESTART: calls come back short or with EINTR. */
static void interrupt_often(bool on) {
    struct sigaction action = {.sa_handler = on_alarm};
    struct itimerval timer = {{0, on ? 5000 : 0}, {0, on ? 5000 : 0}};
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &timer, NULL);
}

static void copies_through_a_pipe_under_signals(void **state) {
    (void)state;
    quire_error error = {0};
    int ends[2];
    static char sent[SIZE], come[2 * SIZE];
    for (size_t i = 0; i < SIZE; i++) {
        sent[i] = (char)(i * 31 >> 3);
    }
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[0]);
        usleep(50000); /* lets the reader wait under its signals */
        interrupt_often(true);
        quire_status status = q_io_write(ends[1], sent, SIZE, "pipe", &error);
        _exit((int)status);
    }
    close(ends[1]);
    size_t got = 0, rest = 0;
    interrupt_often(true);
    EXPECT(QUIRE_OK, q_io_read(ends[0], come, SIZE / 2, &got, "pipe", &error));
    interrupt_often(false);
    assert_int_equal(got, SIZE / 2);
    usleep(50000); /* lets the writer wait under its own */
    EXPECT(QUIRE_OK, q_io_read(ends[0], come + got, SIZE, &rest, "pipe", &error));
    assert_int_equal(got + rest, SIZE);
    assert_memory_equal(come, sent, SIZE);
    int result = -1;
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(result, 0);
    EXPECT(QUIRE_OK, q_io_close(ends[0], "pipe", &error));
}

static void reads_to_the_end_and_at_offsets(void **state) {
    (void)state;
    quire_error error = {0};
    char text[16] = {0};
    size_t got = 9;
    scratch_write("f", "0123456789");
    int fd = open("f", O_RDWR | O_CLOEXEC);
    EXPECT(QUIRE_OK, q_io_read_at(fd, text, 4, 3, &got, "f", &error));
    assert_int_equal(got, 4);
    assert_memory_equal(text, "3456", 4);
    EXPECT(QUIRE_OK, q_io_read_at(fd, text, 16, 8, &got, "f", &error));
    assert_int_equal(got, 2);
    EXPECT(QUIRE_OK, q_io_read_at(fd, text, 16, 80, &got, "f", &error));
    assert_int_equal(got, 0);
    EXPECT(QUIRE_ERROR, q_io_read_at(fd, text, 16, UINT64_MAX, &got, "f", &error));
    EXPECT(QUIRE_ERROR, q_io_read_at(fd, text, 16, INT64_MAX, &got, "f", &error));
    EXPECT(QUIRE_OK, q_io_read(fd, text, 16, &got, "f", &error));
    assert_int_equal(got, 10);
    EXPECT(QUIRE_OK, q_io_fsync(fd, "f", &error));
    EXPECT(QUIRE_OK, q_io_close(fd, "f", &error));
}

static void failures_name_the_file(void **state) {
    (void)state;
    quire_error error = {0};
    char byte;
    size_t got;
    EXPECT(QUIRE_ERROR, q_io_write(-1, "x", 1, "the/file", &error));
    EXPECT_MESSAGE("the/file cannot be written: Bad file descriptor");
    EXPECT(QUIRE_ERROR, q_io_read(-1, &byte, 1, &got, "the/file", &error));
    EXPECT(QUIRE_ERROR, q_io_fsync(-1, "the/file", &error));
    EXPECT(QUIRE_ERROR, q_io_close(-1, "the/file", &error));
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    assert_true(full >= 0);
    EXPECT(QUIRE_ERROR, q_io_write(full, "x", 1, "the/file", &error));
    EXPECT_MESSAGE("No space left on device");
    close(full);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_through_a_pipe_under_signals),
        cmocka_unit_test_setup_teardown(reads_to_the_end_and_at_offsets, scratch_make,
                                        scratch_remove),
        cmocka_unit_test(failures_name_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
