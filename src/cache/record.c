/** @file Records of the cache: see record.h. */
#include "cache/record.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

#define NANOSECONDS 1000000000
/* The year 2255: seconds up to it fit into 63 bits as nanoseconds. */
#define SECONDS_MAX ((int64_t)9000000000)

static_assert(sizeof(q_cache_record) == Q_CACHE_RECORD_SIZE, "records have no gaps");

static bool nanoseconds(struct timespec time, int64_t *out) {
    if (time.tv_sec < -SECONDS_MAX || time.tv_sec > SECONDS_MAX || time.tv_nsec < 0 ||
        time.tv_nsec >= NANOSECONDS) {
        return false;
    }
    *out = (int64_t)time.tv_sec * NANOSECONDS + time.tv_nsec;
    return true;
}

bool q_cache_record_of(const struct stat *status, q_cache_record *record) {
    *record = (q_cache_record){
        .device = status->st_dev, .inode = status->st_ino, .size = (uint64_t)status->st_size};
    return nanoseconds(status->st_mtim, &record->modified) &&
           nanoseconds(status->st_ctim, &record->changed);
}

static int digit(char c) {
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

bool q_cache_record_set(q_cache_record *record, const char *digest) {
    if (!q_is_digest(digest) || q_digest_is_blocks(digest) != (record->size > Q_DIGEST_BLOCK)) {
        return false;
    }
    const char *hex = q_digest_hex(digest);
    for (size_t i = 0; i < sizeof record->digest; i++) {
        record->digest[i] = (unsigned char)(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
    }
    return true;
}

void q_cache_record_text(const q_cache_record *record, char digest[Q_DIGEST_TEXT_SIZE]) {
    size_t size = record->size > Q_DIGEST_BLOCK ? strlen(Q_DIGEST_BLOCKS_PREFIX) : 0;
    memcpy(digest, Q_DIGEST_BLOCKS_PREFIX, size);
    q_hex(record->digest, sizeof record->digest, digest + size);
}

static int order(uint64_t a, uint64_t b) {
    return a < b ? -1 : a > b;
}

int q_cache_record_compare(const void *a, const void *b) {
    const q_cache_record *one = a, *other = b;
    int result = order(one->inode, other->inode);
    result = result ? result : order(one->device, other->device);
    result = result ? result : order(one->size, other->size);
    result = result ? result : order((uint64_t)one->modified, (uint64_t)other->modified);
    return result ? result : order((uint64_t)one->changed, (uint64_t)other->changed);
}

q_cache_record *q_cache_record_find(q_cache_record *records, size_t count,
                                    const q_cache_record *key) {
    size_t from = 0, to = count;
    while (from < to) { /* the first that is not below the key */
        size_t middle = from + (to - from) / 2;
        if (q_cache_record_compare(&records[middle], key) < 0) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    if (from == count || q_cache_record_compare(&records[from], key) != 0) {
        return NULL;
    }
    for (size_t i = from + 1; i < count && q_cache_record_compare(&records[i], key) == 0; i++) {
        if (memcmp(records[i].digest, records[from].digest, sizeof records[i].digest) != 0) {
            return NULL;
        }
    }
    return &records[from];
}

void q_cache_record_swap(q_cache_record *record) {
    record->device = htole64(record->device);
    record->inode = htole64(record->inode);
    record->size = htole64(record->size);
    record->idle = htole64(record->idle);
    record->modified = (int64_t)htole64((uint64_t)record->modified);
    record->changed = (int64_t)htole64((uint64_t)record->changed);
}
