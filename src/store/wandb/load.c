/** @file Loads: see load.h. */
#include "store/wandb/load.h"

#include <stdlib.h>
#include <string.h>

#include "store/wandb/writing.h"

#define PIECE ((size_t)256 << 10)
#define HELD ((size_t)512 << 10) /* of a load, between reading and putting */

typedef struct file {
    q_buffer name;
    struct stat before;
    bool is_file;
    const void *data; /* of memory */
    size_t held;      /* where it is in the load's memory; SIZE_MAX: nowhere */
    uint64_t size;
    unsigned char md5[Q_MD5_SIZE];
    unsigned char *parts;
    uint64_t part_count;
} file;

typedef struct load {
    q_load base;
    q_md5 *md5, *part_md5;
    char *piece;
    q_buffer memory; /* content of small files */
    file files[Q_LOAD_FILES];
} load;

quire_status q_wandb_load_new(q_writing *writing, q_load **opened, quire_error *error) {
    load *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->base.writing = writing;
    made->piece = malloc(PIECE);
    quire_status status = made->piece ? q_md5_new(&made->md5, error) : q_error_memory(error);
    status = status ? status : q_md5_new(&made->part_md5, error);
    if (status) {
        q_wandb_load_free(&made->base);
        return status;
    }
    *opened = &made->base;
    return QUIRE_OK;
}

void q_wandb_load_free(q_load *opened) {
    load *own = (load *)opened;
    if (own) {
        for (size_t i = 0; i < Q_LOAD_FILES; i++) {
            q_buffer_free(&own->files[i].name);
            free(own->files[i].parts);
        }
        q_buffer_free(&own->memory);
        q_md5_free(own->md5);
        q_md5_free(own->part_md5);
        free(own->piece);
        free(own);
    }
}

/* Whether the server has something is told only when the whole is known. */
quire_status q_wandb_load_expect(q_load *of, size_t index, const char *path, uint64_t size,
                                 const char *digest, bool *known, quire_error *error) {
    load *own = (load *)of;
    (void)path;
    (void)size;
    (void)digest;
    (void)error;
    if (index == 0) {
        q_buffer_clear(&own->memory);
    }
    *known = false;
    return QUIRE_OK;
}

/* --- reading --- */

static quire_status begin(file *this, const q_source *source, quire_error *error) {
    free(this->parts);
    this->parts = NULL;
    this->part_count = 0;
    this->size = 0;
    this->held = SIZE_MAX;
    this->is_file = source->fd >= 0;
    this->before = source->before;
    this->data = source->data;
    q_buffer_clear(&this->name);
    if (source->size >= Q_WANDB_MULTIPART) {
        uint64_t part = q_wandb_part_size(source->size);
        this->parts = malloc((size_t)((source->size + part - 1) / part) * Q_MD5_SIZE);
        if (!this->parts) {
            return q_error_memory(error);
        }
    }
    return this->is_file ? q_buffer_append_string(&this->name, source->name, error) : QUIRE_OK;
}

static quire_status end_part(load *own, file *this, quire_error *error) {
    return q_md5_final(own->part_md5, this->parts + this->part_count++ * Q_MD5_SIZE, error);
}

/** The digests of the parts, in the same reading. */
static quire_status hash_parts(load *own, file *this, uint64_t whole, size_t got,
                               quire_error *error) {
    uint64_t part = q_wandb_part_size(whole);
    const char *at = own->piece;
    quire_status status = QUIRE_OK;
    for (uint64_t begins = this->size; got > 0 && !status;) {
        uint64_t left = part - begins % part;
        size_t now = left < got ? (size_t)left : got;
        status = q_md5_update(own->part_md5, at, now, error);
        begins += now;
        at += now;
        got -= now;
        if (!status && (begins % part == 0 || begins == whole)) {
            status = end_part(own, this, error);
        }
    }
    return status;
}

static quire_status hold(load *own, file *this, size_t got, quire_error *error) {
    if (this->held == SIZE_MAX && this->size == 0 && own->memory.size + got <= HELD) {
        this->held = own->memory.size;
    }
    if (this->held == SIZE_MAX) {
        return QUIRE_OK;
    }
    if (this->held + (size_t)this->size + got > HELD) { /* longer than it looked */
        own->memory.size = this->held;
        this->held = SIZE_MAX;
        return QUIRE_OK;
    }
    return q_buffer_append(&own->memory, own->piece, got, error);
}

static quire_status hash(load *own, file *this, q_source *source, quire_error *error) {
    size_t got = 0;
    quire_status status = QUIRE_OK;
    do { /* to the very end, since there the source looks for changes */
        status = q_source_read(source, own->piece, PIECE, &got, error);
        status = status || !got ? status : q_md5_update(own->md5, own->piece, got, error);
        if (!status && got && this->parts) {
            status = hash_parts(own, this, source->size, got, error);
        }
        if (!status && got && this->is_file && source->size <= PIECE) {
            status = hold(own, this, got, error);
        }
        this->size += status ? 0 : got;
    } while (!status && got);
    return status ? status : q_md5_final(own->md5, this->md5, error);
}

quire_status q_wandb_load_read(q_load *of, size_t index, q_source *source, quire_error *error) {
    load *own = (load *)of;
    file *this = &own->files[index];
    quire_status status = begin(this, source, error);
    status = status ? status : hash(own, this, source, error);
    if (status) { /* what is half done must not leak into the next file's */
        unsigned char ignored[Q_MD5_SIZE];
        (void)q_md5_final(own->md5, ignored, NULL);
        (void)q_md5_final(own->part_md5, ignored, NULL);
    }
    return status;
}

/* --- putting --- */

quire_status q_wandb_load_put(q_load *of, size_t index, const char *path, quire_status status,
                              char digest[Q_DIGEST_TEXT_SIZE], quire_error *error) {
    load *own = (load *)of;
    file *this = &own->files[index];
    q_wandb_contents *contents = &((q_wandb_writing *)of->writing)->contents;
    if (status) {
        return status;
    }
    q_wandb_hashed hashed = {.path = path,
                             .size = this->size,
                             .kind = this->is_file ? Q_WANDB_FILE : Q_WANDB_MEMORY,
                             .data = this->data,
                             .name = this->name.data,
                             .before = &this->before,
                             .parts = this->parts,
                             .part_count = this->part_count};
    memcpy(hashed.md5, this->md5, sizeof hashed.md5);
    bool is_held = this->is_file && (this->held != SIZE_MAX || this->size == 0);
    if (is_held && q_wandb_contents_may_keep(contents, this->size)) {
        hashed.kind = Q_WANDB_KEPT;
        hashed.data = this->size ? own->memory.data + this->held : "";
    }
    this->parts = NULL;
    q_md5_to_base64(this->md5, digest);
    return q_wandb_contents_add(contents, &hashed, error);
}
