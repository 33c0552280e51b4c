/** @file Stages: contents that come before it is known for which version; an intake with a lease.
 */
#include "store/repository/stage.h"

#include <stdlib.h>
#include <string.h>

#include "store/repository/intake_internal.h"
#include "store/repository/intake_stream.h"

quire_status q_stage_open(quire_store *store, q_stage **stage, quire_error *error) {
    q_repository *repository = q_repository_of(store);
    q_repository_stage *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->base.store = store;
    quire_status status = q_lease_take(repository, NULL, -1, NULL, &made->lease, error);
    if (!status) {
        status = q_intake_new(repository, &made->intake, error);
    }
    if (status) {
        q_stage_free(&made->base);
        return status;
    }
    *stage = &made->base;
    return QUIRE_OK;
}

void q_stage_free(q_stage *stage) {
    q_repository_stage *own = (q_repository_stage *)stage;
    if (own) {
        q_intake_free(own->intake);
        for (size_t i = 0; i < own->digest_count; i++) {
            free(own->digests[i]);
        }
        free(own->digests);
        q_lease_drop(&own->lease);
        free(own);
    }
}

typedef struct stage_stream {
    q_stage_stream base;
    q_intake_stream *stream;
} stage_stream;

quire_status q_stage_stream_open(q_stage *stage, q_stage_stream **stream, quire_error *error) {
    q_repository_stage *own = (q_repository_stage *)stage;
    stage_stream *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    made->base.stage = stage;
    quire_status status = q_intake_stream_open(own->intake, &made->stream, error);
    if (status) {
        free(made);
        return status;
    }
    *stream = &made->base;
    return QUIRE_OK;
}

quire_status q_stage_stream_write(q_stage_stream *stream, const void *data, size_t size,
                                  quire_error *error) {
    q_repository_stage *own = (q_repository_stage *)stream->stage;
    quire_status status = q_lease_renew(&own->lease, error);
    return status ? status
                  : q_intake_stream_write(((stage_stream *)stream)->stream, data, size, error);
}

/* The artifact keeps the entry for as long as the stage lives; the intake reuses the text. */
quire_status q_stage_keep_digest(q_repository_stage *stage, q_entry *entry, quire_error *error) {
    char **grown = realloc(stage->digests, (stage->digest_count + 1) * sizeof *grown);
    if (!grown) {
        return q_error_memory(error);
    }
    stage->digests = grown;
    quire_status status = q_strdup(entry->digest, &grown[stage->digest_count], error);
    if (!status) {
        entry->digest = grown[stage->digest_count++];
    }
    return status;
}

quire_status q_stage_stream_close(q_stage_stream *stream, q_entry *entry, quire_error *error) {
    memset(entry, 0, sizeof *entry);
    quire_status status = q_intake_stream_close(((stage_stream *)stream)->stream, entry, error);
    if (!status) {
        status = q_stage_keep_digest((q_repository_stage *)stream->stage, entry, error);
    }
    q_stage_stream_discard(stream);
    return status;
}

quire_status q_stage_known(q_stage *stage, uint64_t size, const char *digest, bool *known,
                           quire_error *error) {
    q_repository_stage *own = (q_repository_stage *)stage;
    quire_status status = q_lease_renew(&own->lease, error);
    *known = !status && q_intake_claim_blob(q_repository_of(stage->store), digest, size);
    return status;
}

void q_stage_stream_discard(q_stage_stream *stream) {
    if (stream) {
        q_intake_stream_free(((stage_stream *)stream)->stream);
        free(stream);
    }
}
