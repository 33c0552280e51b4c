/** @file Reading a version that may lie: see fuzz_store.h. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/name.h"
#include "base/time.h"
#include "fuzz_store.h"

/* What was stored before is text that can be shown: no control characters, UTF-8. */
static void check_text(const char *text, bool may_be_empty) {
    size_t size = strlen(text);
    FUZZ_CHECK((may_be_empty || size > 0) && q_name_is_utf8(text, size));
    for (const char *c = text; *c; c++) {
        FUZZ_CHECK((unsigned char)*c >= 0x20 && *c != 0x7f);
    }
}

static void check_object(const char *text) {
    quire_error error = {0};
    cJSON *value = NULL;
    FUZZ_OK(q_json_parse(text, strlen(text), SIZE_MAX, Q_RECORD_DEPTH, &value, &error), &error);
    FUZZ_CHECK(cJSON_IsObject(value));
    cJSON_Delete(value);
}

static void check_info(const quire_version_info *info) {
    quire_error error = {0};
    int64_t created = 0;
    FUZZ_OK(q_name_check_artifact(info->name, &error), &error);
    FUZZ_OK(q_name_check_type(info->type, NULL, &error), &error);
    FUZZ_OK(q_time_parse(info->created_at, &created, &error), &error);
    FUZZ_CHECK(info->number >= 0 && info->number <= Q_KEY_NUMBER_MAX);
    FUZZ_CHECK(q_is_sha256_hex(info->digest));
    FUZZ_CHECK(info->entries <= Q_ENTRY_SIZE_MAX && info->bytes <= Q_ENTRY_SIZE_MAX);
    FUZZ_CHECK(info->ttl >= 0 && info->ttl <= Q_TTL_MAX);
    check_text(info->mode, false);
    check_object(info->created_by);
    check_object(info->metadata);
    FUZZ_CHECK(q_name_is_utf8(info->description, strlen(info->description)));
    for (size_t i = 0; i < info->alias_count; i++) {
        FUZZ_CHECK(strcmp(info->aliases[i], "latest") == 0 ||
                   q_name_check_alias(info->aliases[i], &error) == QUIRE_OK);
    }
    for (size_t i = 0; i < info->tag_count; i++) {
        FUZZ_OK(q_name_check_tag(info->tags[i], &error), &error);
    }
}

typedef struct reading {
    quire_version *version;
    q_buffer seen; /**< paths and digests */
    char *last;
    uint64_t entries, bytes;
    quire_status worst;
    q_sha256 *sha;
    uint64_t got;
} reading;

static quire_status hash(void *context, const void *data, size_t size) {
    reading *to = context;
    to->got += size;
    return q_sha256_update(to->sha, data, size, NULL);
}

/* Bytes that are handed out are those of the digest. */
static void read_file(reading *to, const quire_entry *entry) {
    quire_error error = {0};
    char hex[Q_SHA256_HEX_SIZE];
    to->got = 0;
    quire_status status =
        quire_version_read(to->version, entry->path, 0, UINT64_MAX, hash, to, &error);
    FUZZ_TOLD(status, &error);
    FUZZ_CHECK(status == QUIRE_OK || status == QUIRE_INTEGRITY);
    to->worst = to->worst ? to->worst : status;
    FUZZ_OK(q_sha256_final_hex(to->sha, hex, &error), &error);
    FUZZ_CHECK(status || (to->got == entry->size &&
                          (q_digest_is_blocks(entry->digest) || !strcmp(hex, entry->digest))));
}

static quire_status see_entry(void *context, const quire_entry *entry) {
    reading *to = context;
    quire_error error = {0};
    quire_entry found;
    FUZZ_OK(q_name_check_path(entry->path, &error), &error);
    FUZZ_CHECK(!to->last || strcmp(to->last, entry->path) < 0);
    free(to->last);
    to->last = strdup(entry->path);
    to->entries++;
    fuzz_append(&to->seen, entry->path, strlen(entry->path) + 1);
    fuzz_append(&to->seen, entry->digest, strlen(entry->digest) + 1);
    FUZZ_CHECK(entry->size <= Q_ENTRY_SIZE_MAX || entry->reference);
    quire_status status = quire_version_get_entry(to->version, entry->path, &found, &error);
    FUZZ_TOLD(status, &error);
    FUZZ_CHECK(status == QUIRE_OK || status == QUIRE_INTEGRITY || status == QUIRE_NOT_FOUND);
    FUZZ_CHECK(status || strcmp(found.path, entry->path) == 0);
    if (!entry->reference) {
        to->bytes += entry->size;
        read_file(to, entry);
    }
    return QUIRE_OK;
}

static quire_status see_listed(void *context, const quire_entry *entry) {
    (void)context;
    check_text(entry->path, false);
    return QUIRE_OK;
}

static quire_status see_step(void *context, const quire_lineage *step) {
    (void)context;
    FUZZ_CHECK(step->kind && step->user && step->host && step->at);
    return QUIRE_OK;
}

static quire_status read_all(reading *to) {
    quire_error error = {0};
    const quire_version_info *info = quire_version_get_info(to->version);
    check_info(info);
    quire_status status = quire_version_walk(to->version, NULL, see_entry, to, &error);
    FUZZ_TOLD(status, &error);
    FUZZ_CHECK(status == QUIRE_OK || status == QUIRE_INTEGRITY ||
               strstr(error.message, "newer format"));
    FUZZ_CHECK(status || (to->entries == info->entries && to->bytes == info->bytes));
    quire_status other = quire_version_list(to->version, NULL, see_listed, NULL, &error);
    FUZZ_TOLD(other, &error);
    FUZZ_CHECK(status || other == QUIRE_OK || other == QUIRE_INTEGRITY);
    other = quire_version_lineage(to->version, see_step, NULL, &error);
    FUZZ_TOLD(other, &error);
    return status ? status : to->worst ? to->worst : other;
}

quire_status fuzz_read_version(quire_store *store, const char *address,
                               char hex[Q_SHA256_HEX_SIZE]) {
    quire_error error = {0};
    reading to = {0};
    memset(hex, 0, Q_SHA256_HEX_SIZE);
    quire_status status = quire_version_open(store, address, &to.version, &error);
    FUZZ_TOLD(status, &error);
    if (status) {
        FUZZ_CHECK(!to.version);
        return status;
    }
    FUZZ_OK(q_sha256_new(&to.sha, &error), &error);
    status = read_all(&to);
    FUZZ_OK(q_sha256_hex(to.seen.data ? to.seen.data : "", to.seen.size, hex, &error), &error);
    q_sha256_free(to.sha);
    q_buffer_free(&to.seen);
    free(to.last);
    quire_version_free(to.version);
    return status;
}
