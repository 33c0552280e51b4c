/** @file Loads: see intake_load.h. */
#include "store/repository/intake_load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/repository/intake_divided.h"
#include "store/repository/intake_internal.h"

#define PIECE ((size_t)1 << 20)

typedef enum load_state {
    EXPECTED,
    KNOWN, /* nothing was read: it is in the store */
    HELD,  /* a small one, in the load's memory */
    STORED /* a large one, in a blob */
} load_state;

typedef struct load_file {
    q_entry_box prior;
    bool has_prior; /* one that is a file */
    bool is_there;  /* its content was looked for, and found */
    load_state state;
    char digest[Q_DIGEST_TEXT_SIZE];
    uint64_t size;
    size_t at; /* in the load's memory */
} load_file;

struct q_intake_load {
    q_intake *intake;
    q_digest *digest;
    q_buffer memory; /* of small files; what lies behind them is for the piece of a large one */
    size_t held;     /* how many files are in it */
    load_file files[Q_LOAD_FILES];
};

quire_status q_intake_load_new(q_intake *intake, q_intake_load **load, quire_error *error) {
    q_intake_load *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->intake = intake;
    quire_status status = q_digest_new(&made->digest, error);
    if (status) {
        free(made);
        return status;
    }
    *load = made;
    return QUIRE_OK;
}

void q_intake_load_free(q_intake_load *load) {
    if (load) {
        for (size_t i = 0; i < Q_LOAD_FILES; i++) {
            q_entry_box_free(&load->files[i].prior);
        }
        q_buffer_free(&load->memory);
        q_digest_free(load->digest);
        free(load);
    }
}

/* --- expecting --- */

static const q_entry *prior_of(const load_file *file, uint64_t size) {
    const q_entry *prior = &file->prior.entry;
    return file->has_prior && prior->size == size ? prior : NULL;
}

static bool find_known(q_intake *intake, load_file *file) {
    const q_entry *prior = prior_of(file, file->size);
    bool is_prior = prior && strcmp(prior->digest, file->digest) == 0;
    if (file->size >= Q_PACK_FILE_MAX) {
        return (is_prior && q_intake_has_blob(intake->repository, file->digest)) ||
               q_intake_claim_blob(intake->repository, file->digest, file->size);
    }
    file->is_there = is_prior && file->size > 0 && q_intake_has_prior(intake, prior);
    return file->is_there || q_intake_has_small(intake, file->size, file->digest);
}

static quire_status copy_prior(load_file *file, const q_entry *prior, quire_error *error) {
    file->has_prior = prior && !prior->ref; /* a reference has a digest too, but no bytes here */
    return file->has_prior ? q_entry_copy(&file->prior, prior, error) : QUIRE_OK;
}

quire_status q_intake_load_expect(q_intake_load *load, size_t index, const q_entry *prior,
                                  uint64_t size, const char *digest, bool *known,
                                  quire_error *error) {
    load_file *file = &load->files[index];
    *known = false;
    if (index == 0) {
        load->held = 0;
        q_buffer_clear(&load->memory);
    }
    file->state = EXPECTED;
    file->is_there = false;
    quire_status status = q_intake_check(load->intake, error);
    status = status ? status : copy_prior(file, prior, error);
    if (!status && digest) {
        snprintf(file->digest, sizeof file->digest, "%s", digest);
        file->size = size;
        *known = find_known(load->intake, file);
        file->state = *known ? KNOWN : EXPECTED;
    }
    return status;
}

/* --- reading --- */

static quire_status hold(q_intake_load *load, load_file *file, q_source *source,
                         quire_error *error) {
    size_t size = 0, got = 0, room = (size_t)source->size + 1; /* one byte more, to see the end */
    quire_status status = q_buffer_reserve(&load->memory, room, error);
    if (status) {
        return status;
    }
    char *to = load->memory.data + load->memory.size;
    do { /* to the very end, since there the source looks for changes */
        status = q_source_read(source, to + size, room - size, &got, error);
        size += status ? 0 : got;
    } while (!status && got);
    status = status ? status : q_digest_update(load->digest, to, size, error);
    status = status ? status : q_digest_final(load->digest, file->digest, NULL, error);
    if (!status) {
        file->state = HELD;
        file->size = size;
        file->at = load->memory.size;
        load->memory.size += size;
        load->held++;
    }
    return status;
}

/* Read the source to its end; with an object, write what is read. */
static quire_status pass(q_intake_load *load, load_file *file, q_source *source, bool is_divided,
                         q_object_writer *object, q_buffer *blocks, quire_error *error) {
    if (is_divided) {
        file->size = source->size;
        return q_intake_read_divided(source, object, file->digest, blocks, error);
    }
    size_t got = 0;
    char *piece = load->memory.data + load->memory.size;
    quire_status status = QUIRE_OK;
    file->size = 0;
    do {
        status = q_source_read(source, piece, PIECE, &got, error);
        if (!status && got) {
            file->size += got;
            status = q_digest_update(load->digest, piece, got, error);
        }
        if (!status && got && object) {
            status = q_object_writer_write(object, piece, got, error);
        }
    } while (!status && got);
    return status ? status : q_digest_final(load->digest, file->digest, blocks, error);
}

static quire_status store_blob(q_intake_load *load, load_file *file, q_source *source,
                               quire_error *error) {
    q_buffer blocks = {0};
    q_object_writer *object = NULL;
    q_repository *repository = load->intake->repository;
    q_objects *objects = repository->objects;
    char token[Q_OBJECT_TOKEN_SIZE];
    bool is_divided = q_intake_can_divide(source) && q_objects_can_share(objects, source->size);
    quire_status status =
        source->is_promised ? q_object_writer_open_link(objects, source, &object, error) : QUIRE_OK;
    bool is_taken = object != NULL; /* as it is: it is read for its digest alone */
    if (!status && !is_taken) {
        status = is_divided
                     ? q_object_writer_open_shared(objects, source->size, &object, token, error)
                     : q_object_writer_open(objects, &object, error);
    }
    if (!status) {
        status = pass(load, file, source, is_divided, is_taken ? NULL : object, &blocks, error);
    }
    if (!status) {
        status = q_intake_publish_blob(repository, object, file->digest, &blocks, error);
    }
    q_object_writer_free(object);
    q_buffer_free(&blocks);
    return status;
}

/* A file of the size it had in the prior version is probably the same: look before writing. */
static quire_status look(q_intake_load *load, load_file *file, q_source *source, bool *same,
                         quire_error *error) {
    q_buffer blocks = {0};
    quire_status status =
        pass(load, file, source, q_intake_can_divide(source), NULL, &blocks, error);
    q_buffer_free(&blocks);
    *same = !status && strcmp(file->digest, file->prior.entry.digest) == 0 &&
            q_intake_has_blob(load->intake->repository, file->digest);
    return status || *same ? status : q_source_rewind(source, error);
}

static quire_status store(q_intake_load *load, load_file *file, q_source *source,
                          quire_error *error) {
    bool same = false;
    quire_status status = q_buffer_reserve(&load->memory, PIECE, error);
    if (!status && prior_of(file, source->size)) {
        status = look(load, file, source, &same, error);
    }
    if (!status && !same) {
        status = store_blob(load, file, source, error);
    }
    file->state = status ? EXPECTED : STORED;
    return status;
}

quire_status q_intake_load_read(q_intake_load *load, size_t index, q_source *source,
                                quire_error *error) {
    load_file *file = &load->files[index];
    quire_status status = source->size < Q_PACK_FILE_MAX ? hold(load, file, source, error)
                                                         : store(load, file, source, error);
    if (status) { /* a digest left half done must not leak into the next file's */
        char ignored[Q_DIGEST_TEXT_SIZE];
        q_digest_final(load->digest, ignored, NULL, NULL);
    }
    return status;
}

/* --- placing --- */

static quire_status place_held(q_intake_load *load, const load_file *file, q_entry *entry,
                               quire_error *error) {
    const q_small small = {.data = load->memory.data + file->at,
                           .size = (size_t)file->size,
                           .digest = file->digest,
                           .prior = prior_of(file, file->size)};
    quire_status status = q_intake_place_small(load->intake, &small, entry, error);
    load->held--;
    if (load->held == 0) {
        q_buffer_clear(&load->memory);
    }
    return status;
}

quire_status q_intake_load_place(q_intake_load *load, size_t index, q_entry *entry,
                                 quire_error *error) {
    const load_file *file = &load->files[index];
    quire_status status = q_intake_check(load->intake, error);
    if (status) {
        return status;
    }
    if (file->state == HELD) {
        return place_held(load, file, entry, error);
    }
    if (file->state == KNOWN && file->size < Q_PACK_FILE_MAX) {
        const q_small small = {.size = (size_t)file->size,
                               .digest = file->digest,
                               .prior = file->is_there ? &file->prior.entry : NULL,
                               .is_known = true};
        return q_intake_place_small(load->intake, &small, entry, error);
    }
    if (file->state == EXPECTED) {
        return q_error_set(error, QUIRE_USAGE, "'%s' was not read", entry->path);
    }
    *entry = (q_entry){.path = entry->path, .digest = file->digest, .size = file->size};
    return QUIRE_OK;
}
