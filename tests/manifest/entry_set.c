/** @file A sorted set of entries in memory. */
#include "manifest/entry_set.h"

#include "base/unit.h"

#include "manifest/reader.h"

const q_chunk_limits small_limits = {4, 6, 600};

q_entry file_entry(const char *path, unsigned seed) {
    static char digest[Q_SHA256_HEX_SIZE];
    assert_int_equal(q_sha256_hex(&seed, sizeof seed, digest, NULL), QUIRE_OK);
    return (q_entry){.path = path, .digest = digest, .size = seed};
}

unsigned next_random(unsigned *state) {
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

void entry_set_free(entry_set *set) {
    for (size_t i = 0; i < set->count; i++) {
        q_entry_box_free(&set->boxes[i]);
    }
    free(set->boxes);
    memset(set, 0, sizeof *set);
}

static size_t position(const entry_set *set, const char *path) {
    size_t low = 0, high = set->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(set->boxes[middle].entry.path, path) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

const q_entry *entry_set_get(const entry_set *set, const char *path) {
    size_t at = position(set, path);
    bool there = at < set->count && strcmp(set->boxes[at].entry.path, path) == 0;
    return there ? &set->boxes[at].entry : NULL;
}

void entry_set_put(entry_set *set, const q_entry *entry) {
    size_t at = position(set, entry->path);
    if (!entry_set_get(set, entry->path)) {
        if (set->count == set->capacity) {
            set->capacity = set->capacity ? set->capacity * 2 : 16;
            set->boxes = reallocarray(set->boxes, set->capacity, sizeof *set->boxes);
            assert_non_null(set->boxes);
        }
        memmove(&set->boxes[at + 1], &set->boxes[at], (set->count - at) * sizeof *set->boxes);
        memset(&set->boxes[at], 0, sizeof set->boxes[at]);
        set->count++;
    }
    assert_int_equal(q_entry_copy(&set->boxes[at], entry, NULL), QUIRE_OK);
}

size_t entry_set_remove(entry_set *set, const char *path) {
    size_t length = strlen(path), kept = 0, count = set->count;
    for (size_t i = 0; i < count; i++) {
        const char *other = set->boxes[i].entry.path;
        if (strncmp(other, path, length) == 0 && (!other[length] || other[length] == '/')) {
            q_entry_box_free(&set->boxes[i]);
        } else {
            set->boxes[kept++] = set->boxes[i];
        }
    }
    set->count = kept;
    return count - kept;
}

void entry_set_copy(entry_set *copy, const entry_set *set) {
    for (size_t i = 0; i < set->count; i++) {
        entry_set_put(copy, &set->boxes[i].entry);
    }
}

void entry_set_fill(entry_set *set, size_t count) {
    for (unsigned i = 0; i < count; i++) {
        char path[32];
        snprintf(path, sizeof path, "dir/%04u", i);
        q_entry entry = file_entry(path, i);
        entry_set_put(set, &entry);
    }
}

void entry_set_write(const entry_set *set, const q_manifest_io *io, const q_chunk_limits *limits,
                     q_root *root, char object[Q_SHA256_HEX_SIZE]) {
    q_manifest_writer *writer = NULL;
    uint64_t size = 0;
    quire_error error = {0};
    assert_int_equal(limits ? q_manifest_writer_new_limited(io, limits, &writer, &error)
                            : q_manifest_writer_new(io, &writer, &error),
                     QUIRE_OK);
    for (size_t i = 0; i < set->count; i++) {
        quire_status status = q_manifest_writer_add(writer, &set->boxes[i].entry, &error);
        assert_string_equal(error.message, "");
        assert_int_equal(status, QUIRE_OK);
    }
    assert_int_equal(q_manifest_writer_finish(writer, root, object, &size, &error), QUIRE_OK);
    q_manifest_writer_free(writer);
}

void entry_set_assert_manifest(const entry_set *set, const q_manifest_io *io, const q_root *root) {
    q_manifest_reader *reader = NULL;
    const q_entry *entry = NULL;
    size_t count = 0;
    quire_error error = {0};
    assert_int_equal(q_manifest_reader_new(io, root, &reader, &error), QUIRE_OK);
    for (;;) {
        quire_status status = q_manifest_reader_next(reader, &entry, &error);
        assert_string_equal(error.message, "");
        assert_int_equal(status, QUIRE_OK);
        if (!entry) {
            break;
        }
        assert_true(count < set->count);
        assert_string_equal(entry->path, set->boxes[count].entry.path);
        assert_true(q_entry_same(entry, &set->boxes[count].entry));
        count++;
    }
    assert_int_equal(count, set->count);
    q_manifest_reader_free(reader);
}
