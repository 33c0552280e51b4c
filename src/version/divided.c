/** @file Divided files: see divided.h. */
#include "version/divided.h"

#include "base/digest.h"

typedef struct divided {
    q_readers *readers;
    const quire_version *version;
    const q_entry *entry;
    const q_target *target; /* NULL: none */
} divided;

/** Where the bytes of a block go. The store's callback has no room for an error: `failure` keeps
 *  it. */
typedef struct sink {
    const divided *of;
    size_t lane;
    uint64_t at, end;
    quire_error failure;
} sink;

static quire_status take_data(void *context, const void *data, size_t size) {
    sink *to = context;
    const divided *of = to->of;
    quire_status status = QUIRE_OK;

    if (of->target != NULL) {
        status = q_target_write_at(of->target, data, size, to->at, &to->failure);
    }
    to->at += size;
    return status == QUIRE_OK ? q_readers_tell(of->readers, to->lane, size) : status;
}

static quire_status read_block(void *context, size_t lane, uint64_t number, quire_error *error) {
    const divided *of = context;
    const q_entry *entry = of->entry;
    uint64_t at = number * Q_DIGEST_BLOCK;
    sink to = {.of = of, .lane = lane, .at = at};

    to.end = entry->size - at < Q_DIGEST_BLOCK ? entry->size : at + Q_DIGEST_BLOCK;
    quire_status status = of->version->store->ops->copier_blocks(
        q_readers_copier(of->readers, lane), entry, number, 1, take_data, &to, error);
    if (to.failure.status != QUIRE_OK) {
        status = (quire_status)to.failure.status;
        *error = to.failure;
    }
    return status == QUIRE_OK && to.at != to.end
               ? q_error_set(error, QUIRE_INTEGRITY, "%s is cut short", entry->path)
               : status;
}

bool q_divided_applies(const q_readers *readers, const quire_version *version,
                       const q_entry *entry) {
    return entry->size > Q_DIGEST_BLOCK && entry->pack == NULL &&
           version->store->ops->copier_blocks != NULL && q_readers_can_share(readers);
}

quire_status q_divided_read(q_readers *readers, size_t lane, const quire_version *version,
                            const q_entry *entry, q_target *target, quire_error *error) {
    divided of = {.readers = readers, .version = version, .entry = entry, .target = target};
    return q_readers_share(readers, lane, q_digest_count_blocks(entry->size), read_block, &of,
                           error);
}
