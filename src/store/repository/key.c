/** @file Keys: see key.h. */
#include "store/repository/key.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/name.h"

#define NUMBER_DIGITS 10

static quire_status format_key(q_key *key, quire_error *error, const char *format, ...)
    Q_PRINTF(3, 4);

static quire_status format_key(q_key *key, quire_error *error, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(key->text, sizeof key->text, format, arguments);
    va_end(arguments);
    if (size < 0 || (size_t)size >= sizeof key->text) {
        return q_error_set(error, QUIRE_USAGE, "the key of an object is too long: %.80s…",
                           key->text);
    }
    return QUIRE_OK;
}

quire_status q_key_blob(q_key *key, const char *digest, quire_error *error) {
    const char *hex = q_digest_hex(digest);
    return format_key(key, error, Q_KEY_BLOBS "%.2s/%s%s", hex, hex,
                      q_digest_is_blocks(digest) ? "-64m" : "");
}

quire_status q_key_blocks(q_key *key, const char *digest, quire_error *error) {
    const char *hex = q_digest_hex(digest);
    return format_key(key, error, Q_KEY_BLOBS "%.2s/%s-64m.blocks", hex, hex);
}

quire_status q_key_pack(q_key *key, const char *pack, quire_error *error) {
    return format_key(key, error, Q_KEY_PACKS "%s.pack", pack);
}

quire_status q_key_manifest(q_key *key, const char *object, quire_error *error) {
    return format_key(key, error, Q_KEY_MANIFESTS "%s", object);
}

quire_status q_key_lease(q_key *key, const char *id, quire_error *error) {
    return format_key(key, error, Q_KEY_LEASES "%s", id);
}

quire_status q_key_collection(q_key *key, const char *name, const char *suffix,
                              quire_error *error) {
    char *component = NULL;
    quire_status status = q_name_to_component(name, &component, error);
    if (!status) {
        status = format_key(key, error, Q_KEY_COLLECTIONS "%s/%s", component, suffix);
    }
    free(component);
    return status;
}

quire_status q_key_numbered(q_key *key, const char *name, const char *folder, int64_t number,
                            quire_error *error) {
    char suffix[64];
    snprintf(suffix, sizeof suffix, "%s/%010" PRId64, folder, number);
    return q_key_collection(key, name, suffix, error);
}

int64_t q_key_number(const char *component) {
    int64_t number = 0;
    size_t i = 0;
    for (; component[i] >= '0' && component[i] <= '9' && i < NUMBER_DIGITS; i++) {
        number = number * 10 + (component[i] - '0');
    }
    return i == NUMBER_DIGITS && component[i] == '\0' ? number : -1;
}

static quire_status with_component(q_key *key, const char *name, const char *folder, const char *id,
                                   const char *suffix, quire_error *error) {
    char *component = NULL;
    char *tail = NULL;
    quire_status status = q_name_to_component(id, &component, error);
    if (!status) {
        status = q_asprintf(&tail, error, "%s/%s%s", folder, component, suffix);
    }
    if (!status) {
        status = q_key_collection(key, name, tail, error);
    }
    free(tail);
    free(component);
    return status;
}

quire_status q_key_alias(q_key *key, const char *name, const char *alias, quire_error *error) {
    return with_component(key, name, "aliases", alias, "", error);
}

quire_status q_key_draft(q_key *key, const char *name, const char *distributed_id,
                         const char *suffix, quire_error *error) {
    char *tail = NULL;
    quire_status status = q_asprintf(&tail, error, "/%s", suffix);
    if (!status) {
        status = with_component(key, name, "drafts", distributed_id, tail, error);
    }
    free(tail);
    return status;
}
