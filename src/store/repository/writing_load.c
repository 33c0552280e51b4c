/** @file Loads of a writing: see writing_load.h. */
#include "store/repository/writing_load.h"

#include <stdio.h>
#include <stdlib.h>

#include "store/repository/intake_load.h"

typedef struct writing_load {
    q_load base;
    q_intake_load *files;
} writing_load;

static q_repository_writing *writing_of(const q_load *load) {
    return (q_repository_writing *)load->writing;
}

static q_intake_load *files_of(q_load *load) {
    return ((writing_load *)load)->files;
}

quire_status q_write_load_new(q_writing *writing, q_load **load, quire_error *error) {
    writing_load *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->base.writing = writing;
    quire_status status =
        q_intake_load_new(((q_repository_writing *)writing)->intake, &made->files, error);
    if (status) {
        free(made);
        return status;
    }
    *load = &made->base;
    return QUIRE_OK;
}

void q_write_load_free(q_load *load) {
    if (load) {
        q_intake_load_free(files_of(load));
        free(load);
    }
}

quire_status q_write_load_expect(q_load *load, size_t index, const char *path, uint64_t size,
                                 const char *digest, bool *known, quire_error *error) {
    q_repository_writing *writing = writing_of(load);
    quire_status status = q_lease_renew(&writing->lease, error);
    if (!status) {
        status = q_intake_load_expect(files_of(load), index, q_write_find_prior(writing, path),
                                      size, digest, known, error);
    }
    return q_lease_explain(&writing->lease, status, error);
}

quire_status q_write_load_read(q_load *load, size_t index, q_source *source, quire_error *error) {
    return q_intake_load_read(files_of(load), index, source, error);
}

quire_status q_write_load_put(q_load *load, size_t index, const char *path, quire_status status,
                              char digest[Q_DIGEST_TEXT_SIZE], quire_error *error) {
    q_repository_writing *writing = writing_of(load);
    q_entry entry = {.path = path};
    status = status ? status : q_intake_load_place(files_of(load), index, &entry, error);
    if (!status) {
        snprintf(digest, Q_DIGEST_TEXT_SIZE, "%s", entry.digest);
        status = q_write_entry(load->writing, &entry, error);
    }
    return q_lease_explain(&writing->lease, status, error);
}
