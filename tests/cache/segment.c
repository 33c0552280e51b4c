/** @file Segments: what is written is read, and nothing else ever is. */
#include "cache/segment.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/unit.h"
#include "support/scratch.h"

#define COUNT 5

static q_cache_record record(uint64_t inode, unsigned char fill) {
    q_cache_record made = {.device = 7,
                           .inode = inode,
                           .size = 100 + inode,
                           .modified = -5,
                           .changed = INT64_C(1700000000123456789)};
    memset(made.digest, fill, sizeof made.digest);
    return made;
}

static int write_segment(const q_cache_record *one, size_t one_count, const q_cache_record *other,
                         size_t other_count) {
    quire_error error = {0};
    int fd = open(scratch("segment"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    EXPECT(QUIRE_OK,
           q_cache_segment_write(fd, one, one_count, other, other_count, "segment", &error));
    return fd;
}

static quire_status read_segment(int fd, q_cache_segment *segment, quire_error *error) {
    off_t size = lseek(fd, 0, SEEK_END);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return q_cache_segment_read(segment, fd, (uint64_t)size, "segment", error);
}

static int write_five(q_cache_record records[COUNT]) {
    for (size_t i = 0; i < COUNT; i++) {
        records[i] = record(10 + i, (unsigned char)i);
    }
    const q_cache_record one[] = {records[0], records[3]};
    const q_cache_record other[] = {records[1], records[2], records[4]};
    return write_segment(one, 2, other, 3);
}

static void round_trip(void **state) {
    (void)state;
    quire_error error = {0};
    q_cache_record records[COUNT];
    q_cache_segment segment = {0};
    int fd = write_five(records);
    assert_int_equal(lseek(fd, 0, SEEK_END), Q_CACHE_HEADER_SIZE + COUNT * Q_CACHE_RECORD_SIZE);
    EXPECT(QUIRE_OK, read_segment(fd, &segment, &error));
    assert_int_equal(segment.count, COUNT);
    assert_memory_equal(segment.records, records, sizeof records);
    q_cache_segment_free(&segment);
    (void)close(fd);
    fd = write_segment(NULL, 0, NULL, 0);
    EXPECT(QUIRE_OK, read_segment(fd, &segment, &error));
    assert_int_equal(segment.count, 0);
    q_cache_segment_free(&segment);
    (void)close(fd);
}

static void many_records(void **state) {
    (void)state;
    quire_error error = {0};
    q_cache_segment segment = {0};
    const size_t count = 1500; /* more than are written at a time */
    q_cache_record *records = calloc(count, sizeof *records);
    assert_non_null(records);
    for (size_t i = 0; i < count; i++) {
        records[i] = record(i, (unsigned char)i);
    }
    int fd = write_segment(records, count, NULL, 0);
    EXPECT(QUIRE_OK, read_segment(fd, &segment, &error));
    assert_int_equal(segment.count, count);
    assert_memory_equal(segment.records, records, count * sizeof *records);
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(q_cache_record_find(segment.records, count, &records[i]),
                         &segment.records[i]);
    }
    q_cache_segment_free(&segment);
    free(records);
    (void)close(fd);
}

static void every_flipped_bit_is_damage(void **state) {
    (void)state;
    quire_error error = {0};
    q_cache_record records[COUNT];
    q_cache_segment segment = {0};
    int fd = write_five(records);
    off_t size = lseek(fd, 0, SEEK_END);
    for (off_t at = 0; at < size; at++) {
        unsigned char byte = 0, flipped;
        assert_int_equal(pread(fd, &byte, 1, at), 1);
        for (unsigned bit = 1; bit < 256; bit *= 2) {
            flipped = (unsigned char)(byte ^ bit);
            assert_int_equal(pwrite(fd, &flipped, 1, at), 1);
            EXPECT(QUIRE_INTEGRITY, read_segment(fd, &segment, &error));
            assert_null(segment.records);
        }
        assert_int_equal(pwrite(fd, &byte, 1, at), 1);
    }
    EXPECT_MESSAGE("segment is damaged");
    EXPECT(QUIRE_OK, read_segment(fd, &segment, &error));
    q_cache_segment_free(&segment);
    for (off_t cut = size - 1; cut >= 0; cut--) {
        assert_int_equal(ftruncate(fd, cut), 0);
        EXPECT(QUIRE_INTEGRITY, read_segment(fd, &segment, &error));
    }
    (void)close(fd);
}

static void shorter_than_its_size_said(void **state) {
    (void)state;
    quire_error error = {0};
    q_cache_record records[COUNT];
    q_cache_segment segment = {0};
    int fd = write_five(records);
    off_t size = lseek(fd, 0, SEEK_END);
    assert_int_equal(ftruncate(fd, size - Q_CACHE_RECORD_SIZE), 0);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    EXPECT(QUIRE_INTEGRITY, q_cache_segment_read(&segment, fd, (uint64_t)size, "segment", &error));
    EXPECT(QUIRE_INTEGRITY,
           q_cache_segment_read(&segment, fd, (UINT64_MAX / 1000) * 80 + 64, "segment", &error));
    (void)close(fd);
}

static void disorder_is_damage(void **state) {
    (void)state;
    quire_error error = {0};
    q_cache_segment segment = {0};
    const q_cache_record wrong[] = {record(2, 0), record(1, 0)}, twice[] = {wrong[0], wrong[0]};
    int fd = write_segment(wrong, 2, NULL, 0);
    EXPECT(QUIRE_INTEGRITY, read_segment(fd, &segment, &error));
    (void)close(fd);
    fd = write_segment(twice, 2, NULL, 0);
    EXPECT(QUIRE_INTEGRITY, read_segment(fd, &segment, &error));
    (void)close(fd);
}

static void digests_fit_sizes(void **state) {
    (void)state;
    char small[Q_DIGEST_TEXT_SIZE], large[Q_DIGEST_TEXT_SIZE], text[Q_DIGEST_TEXT_SIZE];
    q_cache_record r = {.size = Q_DIGEST_BLOCK};
    memset(r.digest, 0xa5, sizeof r.digest);
    q_cache_record_text(&r, small);
    r.size++;
    q_cache_record_text(&r, large);
    assert_true(q_is_digest(small) && !q_digest_is_blocks(small));
    assert_true(q_is_digest(large) && q_digest_is_blocks(large));
    assert_true(q_cache_record_set(&r, large) && !q_cache_record_set(&r, small));
    q_cache_record_text(&r, text);
    assert_string_equal(text, large);
    r.size--;
    assert_true(q_cache_record_set(&r, small) && !q_cache_record_set(&r, large));
    assert_false(q_cache_record_set(&r, "sha256"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(round_trip, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(many_records, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(every_flipped_bit_is_damage, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(shorter_than_its_size_said, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(disorder_is_damage, scratch_setup, scratch_teardown),
        cmocka_unit_test(digests_fit_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
