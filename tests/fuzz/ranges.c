/**
 * @file
 * What ranks send each other to merge together. Input: a byte (how many ranges), samples of paths
 * up to a byte 255, the lines of a piece.
 */
#include "manifest/ranges.h"

#include <string.h>

#include "fuzz.h"
#include "manifest/run.h"

/** Each in its order, fewer than the ranges. */
static void check_choice(const q_buffer *choice, size_t ranges) {
    size_t count = 0;
    const char *last = NULL;
    for (size_t at = 0; at < choice->size; at += strlen(choice->data + at) + 1) {
        FUZZ_CHECK(!last || strcmp(last, choice->data + at) < 0);
        last = choice->data + at;
        count++;
    }
    FUZZ_CHECK(count == 0 || count < ranges);
    FUZZ_CHECK(choice->size == 0 || choice->data[choice->size - 1] == '\0');
}

/** Whether all lines are good; `last` becomes the last path. */
static bool read_lines(const char *text, size_t size, q_buffer *last, uint64_t *count) {
    quire_error error = {0};
    q_run run = {.text = text, .size = size};
    const q_entry *entry = NULL;
    quire_status status = QUIRE_OK;
    *count = 0;
    do {
        status = q_run_next(&run, &entry, &error);
        FUZZ_TOLD(status, &error);
        FUZZ_CHECK(status == QUIRE_OK || (status == QUIRE_INTEGRITY && !entry));
        if (!status && entry) {
            FUZZ_CHECK(last->size == 0 || strcmp(last->data, entry->path) < 0);
            q_buffer_clear(last);
            fuzz_append(last, entry->path, strlen(entry->path));
            ++*count;
        }
    } while (!status && entry);
    q_run_free(&run);
    return !status;
}

/** Where a path is found, everything before it is less, and nothing behind it. */
static void check_find(const char *text, size_t size, const char *path, bool good) {
    quire_error error = {0};
    q_entry_box box = {0};
    const char *found = NULL;
    size_t at = 0, next = 0;
    quire_status status = q_run_find(text, size, path, &at, &error);
    FUZZ_CHECK(!good || !status);
    if (!status && good && at < size) {
        FUZZ_OK(q_run_path(text, size, at, &box, &found, &next, &error), &error);
        FUZZ_CHECK(strcmp(found, path) >= 0 && next > at && next <= size);
    }
    for (size_t before = 0; !status && good && before < at; before = next) {
        FUZZ_OK(q_run_path(text, size, before, &box, &found, &next, &error), &error);
        FUZZ_CHECK(strcmp(found, path) < 0 && next > before);
    }
    q_entry_box_free(&box);
}

static void check_lines(const char *text, size_t size, const q_buffer *choice) {
    quire_error error = {0};
    q_buffer last = {0}, out = {0};
    uint64_t count = 0;
    bool good = read_lines(text, size, &last, &count);
    quire_status status = q_ranges_sample(text, size, count, 8, 4096, &out, &error);
    FUZZ_CHECK(!good || !status);
    FUZZ_CHECK(out.size <= 4096);
    if (good) {
        q_buffer chosen = {0};
        FUZZ_OK(q_ranges_choose(out.data, out.size, 4, &chosen, &error), &error);
        check_choice(&chosen, 4);
        q_buffer_free(&chosen);
    }
    for (size_t at = 0; at < choice->size; at += strlen(choice->data + at) + 1) {
        check_find(text, size, choice->data + at, good);
        q_buffer_clear(&out);
        status = q_ranges_guards(text, size, choice->data + at, &out, &error);
        FUZZ_CHECK(!good || !status);
    }
    if (last.size > 0) {
        check_find(text, size, last.data, good);
    }
    q_buffer_free(&last);
    q_buffer_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_input input = {data, size};
    quire_error error = {0};
    q_buffer choice = {0}, text = {0};
    size_t ranges = fuzz_byte(&input);
    fuzz_input samples = fuzz_until(&input, "\xff");
    quire_status status =
        q_ranges_choose((const char *)samples.data, samples.size, ranges, &choice, &error);
    FUZZ_TOLD(status, &error);
    FUZZ_CHECK(status == QUIRE_OK || status == QUIRE_INTEGRITY);
    if (!status) {
        check_choice(&choice, ranges);
    }
    fuzz_append(&text, input.data, input.size);
    check_lines(text.data ? text.data : "", text.size, &choice);
    q_buffer_free(&choice);
    q_buffer_free(&text);
    return 0;
}
