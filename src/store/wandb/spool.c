/** @file The spool: see spool.h. */
#include "store/wandb/spool.h"

#include <stdlib.h>

#include "base/io.h"

#define NAME "the file for streams"

void q_wandb_spool_free(q_wandb_spool *spool) {
    q_temporary_close(&spool->file);
    *spool = (q_wandb_spool){0};
}

void q_wandb_spooled_free(q_wandb_spooled *spooled) {
    free(spooled->runs);
    *spooled = (q_wandb_spooled){0};
}

static quire_status add_run(q_wandb_spooled *to, uint64_t at, uint64_t size, quire_error *error) {
    q_wandb_run *last = to->count > 0 ? &to->runs[to->count - 1] : NULL;
    if (last && last->at + last->size == at) {
        last->size += size;
        to->size += size;
        return QUIRE_OK;
    }
    if (to->count == to->capacity || !to->runs) {
        size_t capacity = to->capacity ? 2 * to->capacity : 1;
        q_wandb_run *grown = reallocarray(to->runs, capacity, sizeof *grown);
        if (!grown) {
            return q_error_memory(error);
        }
        to->runs = grown;
        to->capacity = capacity;
    }
    to->runs[to->count++] = (q_wandb_run){at, size};
    to->size += size;
    return QUIRE_OK;
}

quire_status q_wandb_spool_append(q_wandb_spool *spool, q_wandb_spooled *to, const void *data,
                                  size_t size, quire_error *error) {
    if (size == 0) {
        return QUIRE_OK;
    }
    q_temporary *file = &spool->file;
    quire_status status = file->is_open ? QUIRE_OK : q_temporary_open(file, error);
    status = status ? status : q_io_write_at(file->fd, data, size, spool->size, NAME, error);
    status = status ? status : add_run(to, spool->size, size, error);
    spool->size += status ? 0 : size;
    return status;
}

quire_status q_wandb_spool_read(const q_wandb_spool *spool, const q_wandb_spooled *from,
                                uint64_t offset, void *to, size_t size, quire_error *error) {
    char *at = to;
    uint64_t begins = 0; /* of the run */
    quire_status status = QUIRE_OK;
    for (size_t i = 0; i < from->count && size > 0 && !status; i++) {
        const q_wandb_run *run = &from->runs[i];
        if (offset < begins + run->size) {
            uint64_t within = offset - begins, left = run->size - within;
            size_t part = left < size ? (size_t)left : size, got = 0;
            status = q_io_read_at(spool->file.fd, at, part, run->at + within, &got, NAME, error);
            if (!status && got < part) {
                status = q_error_set(error, QUIRE_ERROR, NAME " was cut short");
            }
            at += part;
            size -= part;
            offset += part;
        }
        begins += run->size;
    }
    return !status && size > 0 ? q_error_set(error, QUIRE_ERROR, NAME " has less than was written")
                               : status;
}
