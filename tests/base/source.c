/** @file Sources: read whole, and every way in which a file can change on the way. */
#include "base/source.h"

#include <sys/socket.h>
#include <sys/un.h>

#include "base/scratch.h"

static quire_status drain(q_source *source, size_t *total, quire_error *error) {
    char piece[4];
    size_t got;
    quire_status status;
    *total = 0;
    do {
        status = q_source_read(source, piece, sizeof piece, &got, error);
        *total += got;
    } while (status == QUIRE_OK && got > 0);
    return status;
}

static void reads_a_file_twice(void **state) {
    (void)state;
    quire_error error = {0};
    q_source source;
    size_t total, got;
    scratch_write("f", "0123456789");
    EXPECT(QUIRE_OK, q_source_open_file(&source, "f", &error));
    assert_int_equal(source.size, 10);
    for (int pass = 0; pass < 2; pass++) {
        EXPECT(QUIRE_OK, drain(&source, &total, &error));
        assert_int_equal(total, 10);
        EXPECT(QUIRE_OK, q_source_rewind(&source, &error));
    }
    EXPECT(QUIRE_OK, q_source_read(&source, NULL, 0, &got, &error));
    q_source_close(&source);
    q_source_close(&source);
    scratch_write("empty", "");
    EXPECT(QUIRE_OK, q_source_open_file(&source, "empty", &error));
    EXPECT(QUIRE_OK, drain(&source, &total, &error));
    assert_int_equal(total, 0);
    q_source_close(&source);
}

static void reads_memory(void **state) {
    (void)state;
    quire_error error = {0};
    q_source source;
    char text[8];
    size_t got;
    q_source_open_memory(&source, "entry", "abcde", 5);
    for (int pass = 0; pass < 2; pass++) {
        EXPECT(QUIRE_OK, q_source_read(&source, text, 3, &got, &error));
        assert_int_equal(got, 3);
        EXPECT(QUIRE_OK, q_source_read(&source, text, 3, &got, &error));
        assert_int_equal(got, 2);
        assert_memory_equal(text, "de", 2);
        EXPECT(QUIRE_OK, q_source_read(&source, text, 3, &got, &error));
        assert_int_equal(got, 0);
        EXPECT(QUIRE_OK, q_source_rewind(&source, &error));
    }
    q_source_close(&source);
    q_source_open_memory(&source, "entry", NULL, 0);
    EXPECT(QUIRE_OK, q_source_read(&source, text, 3, &got, &error));
    assert_int_equal(got, 0);
}

static void modify(void) {
    FILE *out = fopen("f", "r+");
    assert_non_null(out);
    fputs("x", out);
    fclose(out);
}

static void cut(void) {
    assert_int_equal(truncate("f", 6), 0);
}

static void lengthen(void) {
    assert_int_equal(truncate("f", 20), 0);
}

static void replace(void) {
    scratch_write("g", "0123456789");
    assert_int_equal(rename("g", "f"), 0);
}

static void vanish(void) {
    assert_int_equal(unlink("f"), 0);
}

/** Restores size and mtime, as a careless copy would: only the ctime tells. */
static void modify_in_secret(void) {
    struct stat before;
    assert_int_equal(stat("f", &before), 0);
    modify();
    struct timespec times[2] = {before.st_atim, before.st_mtim};
    assert_int_equal(utimensat(AT_FDCWD, "f", times, 0), 0);
}

static void become_a_folder(void) {
    assert_int_equal(unlink("f"), 0);
    assert_int_equal(mkdir("f", 0755), 0);
}

static void a_change_is_an_error(void **state) {
    (void)state;
    static void (*const changes[])(void) = {
        modify, cut, lengthen, replace, vanish, modify_in_secret, become_a_folder};
    quire_error error = {0};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        q_source source;
        char piece[4];
        size_t got, total;
        rmdir("f");
        scratch_write("f", "0123456789");
        EXPECT(QUIRE_OK, q_source_open_file(&source, "f", &error));
        EXPECT(QUIRE_OK, q_source_read(&source, piece, 4, &got, &error));
        usleep(20000); /* the kernel's clock of files ticks every few milliseconds */
        changes[i]();
        error = (quire_error){0};
        if (drain(&source, &total, &error) != QUIRE_ERROR) {
            fail_msg("change %zu was not seen", i);
        }
        assert_string_equal(error.message, "f changed while it was read");
        q_source_close(&source);
    }
}

/** The file that is open stays as it was and is read whole, though its path leads elsewhere by now.
 * A file that got a further name is looked for by its path. */
static void another_target_of_a_link_matters_where_ctime_does_not(void **state) {
    (void)state;
    quire_error error = {0};
    q_source source;
    size_t total;
    scratch_write("one", "0123456789");
    scratch_write("two", "0123456789");
    assert_int_equal(symlink("one", "link"), 0);
    EXPECT(QUIRE_OK, q_source_open_file(&source, "link", &error));
    EXPECT(QUIRE_OK, drain(&source, &total, &error));
    EXPECT(QUIRE_OK, q_source_rewind(&source, &error));
    assert_int_equal(unlink("link"), 0);
    assert_int_equal(symlink("two", "link"), 0);
    EXPECT(QUIRE_OK, drain(&source, &total, &error));
    assert_int_equal(total, 10);
    EXPECT(QUIRE_ERROR, q_source_linked(&source, &error));
    EXPECT_MESSAGE("link changed while it was read");
    q_source_close(&source);
}

static void what_is_no_file_is_refused(void **state) {
    (void)state;
    quire_error error = {0};
    q_source source;
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(mkfifo("fifo", 0600), 0);
    assert_int_equal(mkdir("folder", 0700), 0);
    assert_int_equal(symlink("nowhere", "dangling"), 0);
    assert_int_equal(symlink("loop", "loop"), 0);
    static const char *const refused[] = {"fifo", "folder", "socket", "/dev/null", "loop"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        EXPECT(QUIRE_ERROR, q_source_open_file(&source, refused[i], &error));
        EXPECT_MESSAGE(refused[i]);
        q_source_close(&source);
    }
    scratch_write("file", "");
    static const char *const missing[] = {"none", "dangling", "file/below", "none/below", ""};
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++) {
        EXPECT(QUIRE_INCOMPLETE, q_source_open_file(&source, missing[i], &error));
        EXPECT_MESSAGE(missing[i]);
    }
    close(fd);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_file_twice),
        cmocka_unit_test(reads_memory),
        cmocka_unit_test(a_change_is_an_error),
        cmocka_unit_test(another_target_of_a_link_matters_where_ctime_does_not),
        cmocka_unit_test(what_is_no_file_is_refused),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
