/**
 * @file
 * A chunk, read against what its root says of it: good lines in order, told honestly, must all be
 * given; anything else must be refused. Input: a byte (which lie), lines.
 */
#include "manifest/chunk.h"

#include <string.h>

#include "fuzz_manifest.h"

enum lie {
    NO_LIE,
    LIE_ENTRIES_MORE,
    LIE_ENTRIES_LESS,
    LIE_BYTES,
    LIE_WEIGHT,
    LIE_SIZE,
    LIE_DIGEST,
    LIE_BILLION,
    LIES
};

static quire_status load(void *context, const char *object, uint64_t max_size, q_buffer *out,
                         quire_error *error) {
    const q_buffer *text = context;
    (void)object;
    return text->size > max_size ? q_error_set(error, QUIRE_INTEGRITY, "too large")
                                 : q_buffer_append(out, text->data, text->size, error);
}

static void lie(q_chunk_summary *summary, enum lie which) {
    summary->entries += which == LIE_ENTRIES_MORE;
    summary->entries -= which == LIE_ENTRIES_LESS;
    summary->bytes += which == LIE_BYTES;
    summary->weight += which == LIE_WEIGHT;
    summary->size += which == LIE_SIZE;
    summary->digest[7] ^= which == LIE_DIGEST ? 1 : 0;
    if (which == LIE_BILLION) {
        summary->entries = summary->weight = (uint64_t)1 << 53;
    }
}

/* Give all entries, compare them with what was read line by line. */
static quire_status read_all(q_chunk_reader *reader, const fuzz_lines *lines, size_t stop,
                             size_t *given, quire_error *error) {
    const q_entry *entry = NULL;
    quire_status status = QUIRE_OK;
    for (*given = 0; *given < stop; ++*given) {
        status = q_chunk_reader_next(reader, &entry, error);
        FUZZ_TOLD(status, error);
        FUZZ_CHECK(status == QUIRE_OK || (status == QUIRE_INTEGRITY && !entry));
        if (status || !entry) {
            return status;
        }
        FUZZ_CHECK(*given < lines->count);
        FUZZ_CHECK(fuzz_same_entry(entry, &lines->entries[*given].entry));
    }
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_input input = {data, size};
    uint8_t choice = fuzz_byte(&input);
    enum lie which = choice % LIES;
    quire_error error = {0};
    fuzz_lines lines;
    q_buffer text = {0};
    q_chunk_reader reader = {0};
    size_t given = 0;
    fuzz_lines_read(&lines, &input);
    fuzz_append(&text, Q_CHUNK_HEADER, sizeof Q_CHUNK_HEADER - 1);
    fuzz_append(&text, input.data, input.size);
    q_chunk_summary summary = {.entries = lines.count + (lines.sound ? 0 : 1),
                               .bytes = lines.bytes,
                               .weight = lines.weight,
                               .size = text.size};
    char first[] = "none";
    summary.first = lines.count ? (char *)(uintptr_t)lines.entries[0].entry.path : first;
    fuzz_lines_digest(&lines, Q_CHUNK_SALT, summary.digest);
    FUZZ_OK(q_sha256_hex(text.data, text.size, summary.object, &error), &error);
    lie(&summary, which);
    const q_manifest_io io = {&text, load, NULL};
    quire_status status = q_chunk_reader_open(&reader, &io, &summary, &error);
    FUZZ_TOLD(status, &error);
    bool honest = lines.sound && which == NO_LIE;
    FUZZ_CHECK(status == QUIRE_OK || !honest);
    if (!status && choice / LIES) { /* turn back on the way */
        read_all(&reader, &lines, choice / LIES, &given, &error);
        FUZZ_OK(q_chunk_reader_rewind(&reader, &error), &error);
    }
    if (!status) {
        status = read_all(&reader, &lines, SIZE_MAX, &given, &error);
        FUZZ_CHECK((status == QUIRE_OK) == honest);
        FUZZ_CHECK(status != QUIRE_OK || given == lines.count);
    }
    if (!status) { /* the end stays the end */
        const q_entry *entry = NULL;
        FUZZ_OK(q_chunk_reader_next(&reader, &entry, &error), &error);
        FUZZ_CHECK(!entry);
    }
    q_chunk_reader_free(&reader);
    fuzz_lines_free(&lines);
    q_buffer_free(&text);
    return 0;
}
