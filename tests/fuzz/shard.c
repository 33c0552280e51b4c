/**
 * @file
 * A shard as a stream, in pieces of any size. Input: a byte (size of pieces), a byte (which lie
 * about it), lines.
 */
#include "manifest/shard.h"

#include <string.h>

#include "fuzz_manifest.h"

#define LIES 6

typedef struct supply {
    fuzz_input left;
    size_t piece;
} supply;

static quire_status give(void *context, void *data, size_t size, size_t *got, quire_error *error) {
    supply *from = context;
    (void)error;
    FUZZ_CHECK(size > 0); /* else 0 would be taken for the end */
    *got = from->piece < size ? from->piece : size;
    *got = *got < from->left.size ? *got : from->left.size;
    memcpy(data, from->left.data, *got);
    from->left.data += *got;
    from->left.size -= *got;
    return QUIRE_OK;
}

static void lie(q_shard_summary *summary, unsigned which) {
    summary->entries += which == 1;
    summary->bytes += which == 2;
    summary->size += which == 3;
    summary->digest[5] ^= which == 4 ? 1 : 0;
    summary->object[5] ^= which == 5 ? 1 : 0;
}

static quire_status read_all(q_shard_reader *reader, const fuzz_lines *lines, quire_error *error) {
    const q_entry *entry = NULL;
    size_t given = 0;
    for (;;) {
        quire_status status = q_shard_reader_next(reader, &entry, error);
        FUZZ_TOLD(status, error);
        FUZZ_CHECK(status == QUIRE_OK || (status == QUIRE_INTEGRITY && !entry));
        if (status || !entry) {
            FUZZ_CHECK(status || given == lines->count);
            return status;
        }
        FUZZ_CHECK(given < lines->count);
        FUZZ_CHECK(fuzz_same_entry(entry, &lines->entries[given++].entry));
    }
}

static quire_status append(void *context, const void *data, size_t size, quire_error *error) {
    return q_buffer_append(context, data, size, error);
}

/* Written again, it has the same logical digest and can be read. */
static void write_again(const fuzz_lines *lines, const q_shard_summary *summary) {
    quire_error error = {0};
    q_buffer text = {0};
    q_shard_summary made;
    q_shard_writer *writer = NULL;
    q_shard_reader *reader = NULL;
    FUZZ_OK(q_shard_writer_new(append, &text, &writer, &error), &error);
    for (size_t i = 0; i < lines->count; i++) {
        FUZZ_OK(q_shard_writer_add(writer, &lines->entries[i].entry, &error), &error);
    }
    FUZZ_OK(q_shard_writer_finish(writer, &made, &error), &error);
    FUZZ_CHECK(made.entries == summary->entries && made.bytes == summary->bytes);
    FUZZ_CHECK(strcmp(made.digest, summary->digest) == 0 && made.size == text.size);
    supply from = {{(const uint8_t *)text.data, text.size}, 1000};
    FUZZ_OK(q_shard_reader_new(give, &from, &made, 0, &reader, &error), &error);
    FUZZ_OK(read_all(reader, lines, &error), &error);
    q_shard_reader_free(reader);
    q_shard_writer_free(writer);
    q_buffer_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_input input = {data, size};
    size_t piece = 1 + (size_t)fuzz_byte(&input) * 17;
    unsigned which = fuzz_byte(&input) % LIES;
    quire_error error = {0};
    fuzz_lines lines;
    q_buffer text = {0};
    q_shard_summary summary;
    q_shard_reader *reader = NULL;
    fuzz_lines_read(&lines, &input);
    fuzz_append(&text, Q_SHARD_HEADER, sizeof Q_SHARD_HEADER - 1);
    fuzz_append(&text, input.data, input.size);
    fuzz_lines_shard(&lines, &text, &summary);
    lie(&summary, which);
    supply from = {{(const uint8_t *)text.data, text.size}, piece};
    FUZZ_OK(q_shard_reader_new(give, &from, &summary, 0, &reader, &error), &error);
    quire_status status = read_all(reader, &lines, &error);
    FUZZ_CHECK((status == QUIRE_OK) == (lines.sound && which == 0));
    if (!status) {
        write_again(&lines, &summary);
    }
    q_shard_reader_free(reader);
    fuzz_lines_free(&lines);
    q_buffer_free(&text);
    return 0;
}
