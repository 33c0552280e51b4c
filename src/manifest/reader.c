/**
 * @file
 * Reading a manifest. A position is a chunk that is not loaded yet, or an entry of the loaded one;
 * a chunk is loaded only when one of its entries is asked for.
 */
#include "manifest/reader.h"

#include <stdlib.h>
#include <string.h>

struct q_manifest_reader {
    const q_manifest_io *io;
    const q_root *root;
    size_t index;         /**< of the chunk that holds the next entry; their number at the end */
    size_t loaded;        /**< the index of the chunk in `chunk`; SIZE_MAX: none */
    bool open;            /**< the next entry is to come from `chunk`; else it begins one */
    const q_entry *ahead; /**< read, and not given yet */
    q_chunk_reader chunk;
};

quire_status q_manifest_reader_new(const q_manifest_io *io, const q_root *root,
                                   q_manifest_reader **reader, quire_error *error) {
    *reader = calloc(1, sizeof **reader);
    if (!*reader) {
        return q_error_memory(error);
    }
    (*reader)->io = io;
    (*reader)->root = root;
    (*reader)->loaded = SIZE_MAX;
    return QUIRE_OK;
}

void q_manifest_reader_free(q_manifest_reader *reader) {
    if (reader) {
        q_chunk_reader_free(&reader->chunk);
        free(reader);
    }
}

static quire_status load(q_manifest_reader *reader, quire_error *error) {
    size_t index = reader->index;
    quire_status status = QUIRE_OK;
    if (reader->loaded == index) {
        status = q_chunk_reader_rewind(&reader->chunk, error);
    } else {
        reader->loaded = SIZE_MAX;
        status =
            q_chunk_reader_open(&reader->chunk, reader->io, &reader->root->chunks[index], error);
    }
    reader->loaded = status == QUIRE_OK ? index : SIZE_MAX;
    reader->open = status == QUIRE_OK;
    return status;
}

/** Read the open chunk's next entry into `ahead`, or find its end and move to the next chunk. */
static quire_status look_ahead(q_manifest_reader *reader, quire_error *error) {
    const q_root *root = reader->root;
    quire_status status = q_chunk_reader_next(&reader->chunk, &reader->ahead, error);
    if (status == QUIRE_OK && reader->ahead && reader->index + 1 < root->chunk_count &&
        strcmp(reader->ahead->path, root->chunks[reader->index + 1].first) >= 0) {
        status = q_error_set(error, QUIRE_INTEGRITY, "chunk %s: path '%s' belongs to another chunk",
                             root->chunks[reader->index].object, reader->ahead->path);
    }
    if (status != QUIRE_OK) {
        reader->loaded = SIZE_MAX;
        reader->open = false;
        reader->ahead = NULL;
    } else if (!reader->ahead) {
        reader->open = false;
        reader->index++;
    }
    return status;
}

/** Whether the first entry not less than `path` is still to come from the open chunk. */
static bool is_ahead(const q_manifest_reader *reader, const char *path) {
    if (reader->ahead && strcmp(reader->ahead->path, path) <= 0) {
        return true;
    }
    uint64_t passed = reader->chunk.given - (reader->ahead ? 1 : 0);
    return passed > 0 && strcmp(reader->chunk.boxes[(passed - 1) & 1].entry.path, path) < 0;
}

quire_status q_manifest_reader_seek(q_manifest_reader *reader, const char *path,
                                    quire_error *error) {
    size_t index = q_root_find(reader->root, path);
    if (!reader->open || reader->index != index || !is_ahead(reader, path)) {
        reader->index = index;
        reader->open = false;
        reader->ahead = NULL;
    }
    if (index >= reader->root->chunk_count ||
        (!reader->open && strcmp(path, reader->root->chunks[index].first) <= 0)) {
        return QUIRE_OK;
    }
    quire_status status = reader->open ? QUIRE_OK : load(reader, error);
    while (status == QUIRE_OK && reader->open) {
        if (reader->ahead && strcmp(reader->ahead->path, path) >= 0) {
            break;
        }
        status = look_ahead(reader, error);
    }
    return status;
}

quire_status q_manifest_reader_next(q_manifest_reader *reader, const q_entry **entry,
                                    quire_error *error) {
    *entry = NULL;
    quire_status status = QUIRE_OK;
    while (status == QUIRE_OK && !reader->ahead && reader->index < reader->root->chunk_count) {
        status = reader->open ? QUIRE_OK : load(reader, error);
        if (status == QUIRE_OK) {
            status = look_ahead(reader, error);
        }
    }
    if (status == QUIRE_OK) {
        *entry = reader->ahead;
        reader->ahead = NULL;
    }
    return status;
}

quire_status q_manifest_reader_peek(q_manifest_reader *reader, const char **path,
                                    const q_chunk_summary **chunk, quire_error *error) {
    *path = NULL;
    *chunk = NULL;
    if (!reader->ahead && reader->open) {
        quire_status status = look_ahead(reader, error);
        if (status != QUIRE_OK) {
            return status;
        }
    }
    if (reader->ahead) {
        *path = reader->ahead->path;
    } else if (reader->index < reader->root->chunk_count) {
        *chunk = &reader->root->chunks[reader->index];
        *path = (*chunk)->first;
    }
    return QUIRE_OK;
}

void q_manifest_reader_skip(q_manifest_reader *reader) {
    reader->index++;
}
