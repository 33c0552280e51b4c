/** @file Stages: see stage.h. */
#include "store/wandb/stage.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"

#define HELD ((size_t)256 << 10) /* of a stream, before it goes to the spool */
#define PIECE ((size_t)256 << 10)

typedef struct stage {
    q_stage base;
    q_wandb_spool spool;
    q_wandb_staged **all;
    size_t count;
    q_map map; /* by digest */
} stage;

typedef struct stream {
    q_stage_stream base;
    q_md5 *md5;
    q_buffer held;
    q_wandb_spooled spooled;
    bool failed; /* bytes may be missing in the middle */
} stream;

quire_status q_wandb_stage_open(quire_store *store, q_stage **opened, quire_error *error) {
    stage *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->base.store = store;
    *opened = &made->base;
    return QUIRE_OK;
}

static void free_staged(q_wandb_staged *staged) {
    if (staged) {
        q_wandb_spooled_free(&staged->spooled);
        free(staged);
    }
}

void q_wandb_stage_free(q_stage *opened) {
    stage *own = (stage *)opened;
    if (own) {
        for (size_t i = 0; i < own->count; i++) {
            free_staged(own->all[i]);
        }
        free(own->all);
        q_map_free(&own->map);
        q_wandb_spool_free(&own->spool);
        free(own);
    }
}

quire_status q_wandb_stream_open(q_stage *of, q_stage_stream **opened, quire_error *error) {
    stream *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->base.stage = of;
    quire_status status = q_md5_new(&made->md5, error);
    if (status) {
        free(made);
        return status;
    }
    *opened = &made->base;
    return QUIRE_OK;
}

static quire_status spill(stream *own, quire_error *error) {
    stage *to = (stage *)own->base.stage;
    quire_status status =
        q_wandb_spool_append(&to->spool, &own->spooled, own->held.data, own->held.size, error);
    q_buffer_clear(&own->held);
    return status;
}

quire_status q_wandb_stream_write(q_stage_stream *to, const void *data, size_t size,
                                  quire_error *error) {
    stream *own = (stream *)to;
    if (own->failed) {
        return q_error_set(error, QUIRE_ERROR, "an earlier write to a stream failed");
    }
    quire_status status = q_md5_update(own->md5, data, size, error);
    const char *from = data;
    while (size > 0 && !status) {
        size_t part = size < HELD ? size : HELD;
        status = q_buffer_append(&own->held, from, part, error);
        if (!status && own->held.size >= HELD) {
            status = spill(own, error);
        }
        from += part;
        size -= part;
    }
    own->failed = status != QUIRE_OK;
    return status;
}

static quire_status keep(stage *to, q_wandb_staged *staged, quire_error *error) {
    q_wandb_staged **grown = reallocarray(to->all, to->count + 1, sizeof(q_wandb_staged *));
    if (!grown) {
        return q_error_memory(error);
    }
    to->all = grown;
    quire_status status = q_map_put(&to->map, staged->digest, to->count, error);
    if (!status) {
        to->all[to->count++] = staged;
    }
    return status;
}

quire_status q_wandb_stream_close(q_stage_stream *from, q_entry *entry, quire_error *error) {
    stream *own = (stream *)from;
    q_wandb_staged *staged = calloc(1, sizeof *staged);
    quire_status status = staged ? QUIRE_OK : q_error_memory(error);
    if (!status && own->failed) {
        status = q_error_set(error, QUIRE_ERROR, "an earlier write to a stream failed");
    }
    status = status ? status : spill(own, error);
    status = status ? status : q_md5_final(own->md5, staged->md5, error);
    if (!status) {
        q_md5_to_base64(staged->md5, staged->digest);
        staged->spooled = own->spooled;
        own->spooled = (q_wandb_spooled){0};
        *entry = (q_entry){.digest = staged->digest, .size = staged->spooled.size};
        status = keep((stage *)own->base.stage, staged, error);
    }
    if (status) {
        free_staged(staged);
    }
    q_wandb_stream_discard(from);
    return status;
}

void q_wandb_stream_discard(q_stage_stream *opened) {
    stream *own = (stream *)opened;
    if (own) {
        q_md5_free(own->md5);
        q_buffer_free(&own->held);
        q_wandb_spooled_free(&own->spooled);
        free(own);
    }
}

const q_wandb_staged *q_wandb_stage_find(const q_stage *opened, const char *digest) {
    const stage *own = (const stage *)opened;
    size_t index = own ? q_map_get(&own->map, digest) : Q_MAP_NONE;
    return index == Q_MAP_NONE ? NULL : own->all[index];
}

const q_wandb_spool *q_wandb_stage_spool(const q_stage *opened) {
    return opened ? &((const stage *)opened)->spool : NULL;
}

quire_status q_wandb_stage_parts(const q_stage *opened, const q_wandb_staged *staged,
                                 unsigned char **parts, uint64_t *count, quire_error *error) {
    uint64_t size = staged->spooled.size, part = q_wandb_part_size(size), at = 0;
    *count = (size + part - 1) / part;
    *parts = malloc((size_t)*count * Q_MD5_SIZE);
    char *piece = malloc(PIECE);
    q_md5 *md5 = NULL;
    quire_status status = *parts && piece ? q_md5_new(&md5, error) : q_error_memory(error);
    while (at < size && !status) {
        uint64_t left = part - at % part < size - at ? part - at % part : size - at;
        size_t now = left < PIECE ? (size_t)left : PIECE;
        status = q_wandb_spool_read(&((const stage *)opened)->spool, &staged->spooled, at, piece,
                                    now, error);
        status = status ? status : q_md5_update(md5, piece, now, error);
        at += now;
        if (!status && (at % part == 0 || at == size)) {
            status = q_md5_final(md5, *parts + (at - 1) / part * Q_MD5_SIZE, error);
        }
    }
    q_md5_free(md5);
    free(piece);
    if (status) {
        free(*parts);
        *parts = NULL;
    }
    return status;
}
