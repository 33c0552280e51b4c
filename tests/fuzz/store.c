/**
 * @file
 * A store with one hostile object: opened, listed, read, verified, written to, cleaned up. What
 * verify finds good can be read; what could be read before a gc can be read after it. Input: a byte
 * (read or write), then see fuzz_store_open().
 */
#include <stdio.h>
#include <string.h>

#include "base/name.h"
#include "fuzz_store.h"

#define ADDRESSES 4

static const char *const addresses[ADDRESSES] = {"set:v0", "set:v2", "set:best", "set:latest"};

typedef struct outcome {
    quire_status status[ADDRESSES];
    char hex[ADDRESSES][Q_SHA256_HEX_SIZE];
} outcome;

static void read_everything(quire_store *store, outcome *out) {
    for (size_t i = 0; i < ADDRESSES; i++) {
        out->status[i] = fuzz_read_version(store, addresses[i], out->hex[i]);
    }
}

static quire_status see_name(void *context, const char *name) {
    quire_error error = {0};
    ++*(size_t *)context;
    FUZZ_OK(q_name_check_artifact(name, &error), &error);
    return QUIRE_OK;
}

typedef struct listing {
    quire_store *store;
    int64_t last;
    bool sound; /**< all that is listed can be read */
} listing;

static quire_status see_version(void *context, const quire_version_info *info) {
    listing *to = context;
    char address[64], hex[Q_SHA256_HEX_SIZE];
    FUZZ_CHECK(info->number > to->last && strcmp(info->name, "set") == 0);
    to->last = info->number;
    snprintf(address, sizeof address, "set:v%lld", (long long)info->number);
    to->sound = fuzz_read_version(to->store, address, hex) == QUIRE_OK && to->sound;
    return QUIRE_OK;
}

static quire_status see_difference(void *context, const quire_entry *before,
                                   const quire_entry *after) {
    (void)context;
    FUZZ_CHECK(before || after);
    return QUIRE_OK;
}

static void compare(quire_store *store) {
    quire_error error = {0};
    quire_version *before = NULL, *after = NULL;
    if (!quire_version_open(store, "set:v0", &before, &error) &&
        !quire_version_open(store, "set:v1", &after, &error)) {
        quire_status status = quire_version_diff(before, after, see_difference, NULL, &error);
        FUZZ_TOLD(status, &error);
    }
    quire_version_free(before);
    quire_version_free(after);
}

static void see_fault(void *context, const char *line) {
    ++*(size_t *)context;
    for (const char *c = line; *c; c++) {
        FUZZ_CHECK((unsigned char)*c >= 0x20 && *c != 0x7f);
    }
}

static bool is_sound(quire_store *store) {
    quire_error error = {0};
    size_t faults = 0;
    quire_status status = quire_store_verify(store, see_fault, &faults, &error);
    FUZZ_TOLD(status, &error);
    FUZZ_CHECK((status == QUIRE_INTEGRITY) == (faults > 0) || status == QUIRE_ERROR);
    return status == QUIRE_OK;
}

static void list(quire_store *store, bool sound) {
    quire_error error = {0};
    size_t count = 0;
    listing to = {store, -1, true};
    quire_status status = quire_store_collections(store, see_name, &count, &error);
    FUZZ_TOLD(status, &error);
    FUZZ_CHECK(!sound || (status == QUIRE_OK && count == 1));
    status = quire_version_each(store, "set", see_version, &to, &error);
    FUZZ_TOLD(status, &error);
    FUZZ_CHECK(!sound || (status == QUIRE_OK && to.sound));
}

static void collect(quire_store *store, int64_t grace, uint64_t *expired) {
    quire_error error = {0};
    const quire_gc_options options = {.grace = grace};
    quire_gc_report report = {0};
    quire_status status = quire_store_gc(store, &options, &report, &error);
    FUZZ_TOLD(status, &error);
    *expired = report.versions_expired;
}

/* A version is what the call says it is, or the call fails. */
static void write_versions(quire_store *store) {
    quire_error error = {0};
    quire_version *version = NULL;
    quire_version_id id;
    char address[64];
    quire_artifact *artifact = fuzz_artifact("b", "three");
    quire_status status = quire_alias_set(store, "set:v0", "other", &error);
    FUZZ_TOLD(status, &error);
    status = quire_log_artifact(store, artifact, NULL, &id, &error);
    FUZZ_TOLD(status, &error);
    quire_artifact_free(artifact);
    if (status) {
        return;
    }
    snprintf(address, sizeof address, "set:v%lld", (long long)id.number);
    status = quire_version_open(store, address, &version, &error);
    FUZZ_CHECK(status != QUIRE_NOT_FOUND);
    FUZZ_CHECK(status || strcmp(quire_version_get_info(version)->digest, id.digest) == 0);
    quire_version_free(version);
}

static void check_reading(quire_store *store) {
    bool sound = is_sound(store);
    list(store, sound);
    compare(store);
}

static void check_writing(quire_store *store, int64_t grace) {
    outcome before, after;
    uint64_t expired = 0;
    write_versions(store);
    read_everything(store, &before);
    collect(store, grace, &expired);
    read_everything(store, &after);
    for (size_t i = 0; expired == 0 && i < ADDRESSES; i++) {
        FUZZ_CHECK(before.status[i] == after.status[i]);
        FUZZ_CHECK(strcmp(before.hex[i], after.hex[i]) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_input input = {data, size};
    fuzz_store s;
    uint8_t how = fuzz_byte(&input);
    fuzz_store_open(&s, &input);
    if (!s.store) {
        return 0;
    }
    if (how % 2) {
        check_writing(s.store, how & 2 ? -1 : 1);
    } else {
        check_reading(s.store);
    }
    fuzz_store_close(&s);
    return 0;
}
