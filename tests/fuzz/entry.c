/**
 * @file
 * A line of a manifest. Lines in the form that quire writes are taken apart by a second, quicker
 * parser; both must tell the same of every line. Input: the line.
 */
#include "manifest/entry.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

static bool equal(const char *a, const char *b) {
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_fields(const q_entry *a, const q_entry *b) {
    return equal(a->path, b->path) && equal(a->digest, b->digest) && equal(a->ref, b->ref) &&
           equal(a->pack, b->pack) && a->size == b->size && a->offset == b->offset &&
           !a->extra == !b->extra;
}

static void check_values(const q_entry *entry) {
    quire_error error = {0};
    FUZZ_OK(q_entry_check(entry, &error), &error);
    FUZZ_CHECK(entry->path && entry->digest && entry->path[0] && entry->path[0] != '/');
    FUZZ_CHECK(entry->size <= Q_ENTRY_SIZE_MAX ||
               (entry->ref && entry->size == QUIRE_SIZE_UNKNOWN));
    FUZZ_CHECK(entry->offset <= Q_ENTRY_SIZE_MAX);
    FUZZ_CHECK(!entry->pack || entry->offset + entry->size <= Q_ENTRY_SIZE_MAX);
    FUZZ_CHECK(!entry->extra || (entry->ref && strlen(entry->extra) <= Q_ENTRY_EXTRA_MAX));
}

static void check_identity(const q_entry *entry) {
    quire_error error = {0};
    q_buffer identity = {0};
    size_t nuls = 0;
    FUZZ_OK(q_entry_identity(&identity, entry, &error), &error);
    for (size_t i = 0; i < identity.size; i++) {
        nuls += identity.data[i] == '\0';
    }
    FUZZ_CHECK(nuls == 4); /* so that no two entries have the same bytes */
    FUZZ_CHECK(memchr(identity.data, '\n', identity.size) == identity.data + identity.size - 1);
    q_buffer_free(&identity);
}

/* What quire prints is read back as it was, and printed the same. */
static void check_print(const q_entry *entry) {
    quire_error error = {0};
    q_buffer first = {0}, second = {0};
    q_entry_box box = {0}, copy = {0};
    FUZZ_OK(q_entry_copy(&copy, entry, &error), &error);
    FUZZ_CHECK(same_fields(&copy.entry, entry) && q_entry_same(&copy.entry, entry));
    FUZZ_OK(q_entry_print(&first, entry, &error), &error);
    if (first.size - 1 <= Q_ENTRY_LINE_MAX) {
        FUZZ_OK(q_entry_parse(first.data, first.size - 1, &box, &error), &error);
        FUZZ_CHECK(same_fields(&box.entry, entry) && equal(box.entry.extra, entry->extra));
        FUZZ_OK(q_entry_print(&second, &box.entry, &error), &error);
        FUZZ_CHECK(first.size == second.size && memcmp(first.data, second.data, first.size) == 0);
    }
    q_entry_box_free(&copy);
    q_entry_box_free(&box);
    q_buffer_free(&first);
    q_buffer_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    quire_error error = {0};
    q_entry_box quick = {0}, slow = {0};
    q_buffer blank = {0}; /* the same line in a form that quire does not write */
    quire_status status = q_entry_parse((const char *)data, size, &quick, &error);
    FUZZ_TOLD(status, &error);
    FUZZ_CHECK(status == QUIRE_OK || status == QUIRE_INTEGRITY);
    fuzz_append(&blank, " ", 1);
    fuzz_append(&blank, data, size);
    quire_status other = q_entry_parse(blank.data, blank.size, &slow, &error);
    FUZZ_TOLD(other, &error);
    /* Blanks and short forms of numbers count in "extra" as they stand, or as they are printed. */
    if (size < Q_ENTRY_EXTRA_MAX / 8) {
        FUZZ_CHECK(status == other);
        FUZZ_CHECK(status != QUIRE_OK || same_fields(&quick.entry, &slow.entry));
    }
    if (!status) {
        check_values(&quick.entry);
        check_identity(&quick.entry);
        check_print(&quick.entry);
    }
    if (!other) {
        check_values(&slow.entry);
        check_print(&slow.entry);
    }
    q_entry_box_free(&quick);
    q_entry_box_free(&slow);
    q_buffer_free(&blank);
    return 0;
}
