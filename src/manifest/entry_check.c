/** @file What an entry may hold, field by field. */
#include "manifest/entry.h"

#include <string.h>

#include "base/json.h"
#include "base/name.h"
#include "base/utf8.h"

#define EXTRA_DEPTH 4

static bool has_control(const char *text) {
    for (; *text; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7f) {
            return true;
        }
    }
    return false;
}

static bool is_pack_name(const char *pack) {
    return strlen(pack) == Q_PACK_NAME_SIZE - 1 &&
           strspn(pack, "0123456789abcdef") == Q_PACK_NAME_SIZE - 1;
}

static quire_status check_file(const q_entry *entry, q_digest_kind kind, quire_error *error) {
    const char *wrong = NULL;
    if (!q_is_digest_of(kind, entry->digest)) {
        wrong = "a malformed digest";
    } else if (entry->size > Q_ENTRY_SIZE_MAX) {
        wrong = "an impossible size";
    } else if (entry->extra) {
        wrong = "members that only references have";
    } else if (!entry->pack && entry->offset != 0) {
        wrong = "an offset without a pack";
    } else if (entry->pack && !is_pack_name(entry->pack)) {
        wrong = "a malformed pack name";
    } else if (entry->pack && entry->size == 0) {
        wrong = "a pack, but no content";
    } else if (entry->pack && (entry->offset > Q_ENTRY_SIZE_MAX ||
                               entry->size > Q_ENTRY_SIZE_MAX - entry->offset)) {
        wrong = "an impossible offset";
    }
    return wrong ? q_error_set(error, QUIRE_USAGE, "path '%s' has %s", entry->path, wrong)
                 : QUIRE_OK;
}

static quire_status check_extra(const q_entry *entry, quire_error *error) {
    if (has_control(entry->extra)) {
        return q_error_set(error, QUIRE_USAGE, "extra of path '%s' is not on one line",
                           entry->path);
    }
    cJSON *extra = NULL;
    quire_status status = q_json_parse(entry->extra, strlen(entry->extra), Q_ENTRY_EXTRA_MAX,
                                       EXTRA_DEPTH, &extra, error);
    if (status == QUIRE_OK && !cJSON_IsObject(extra)) {
        status = q_error_set(error, QUIRE_INTEGRITY, "no JSON object");
    }
    cJSON_Delete(extra);
    if (status != QUIRE_OK) {
        q_error_prefix(error, "extra of path '%s'", entry->path);
    }
    if (status == QUIRE_INTEGRITY) {
        status = QUIRE_USAGE;
        if (error) {
            error->status = QUIRE_USAGE;
        }
    }
    return status;
}

static quire_status check_reference(const q_entry *entry, quire_error *error) {
    quire_status status = q_name_check_uri(entry->ref, error);
    if (status != QUIRE_OK) {
        q_error_prefix(error, "path '%s'", entry->path);
        return status;
    }
    const char *wrong = NULL;
    size_t length = strlen(entry->digest);
    bool plain = q_utf8_plain(entry->digest, length) == length; /* as nearly all are */
    if (length == 0 || length > Q_URI_MAX ||
        (!plain && (has_control(entry->digest) || !q_name_is_utf8(entry->digest, length)))) {
        wrong = "a malformed digest";
    } else if (entry->size > Q_ENTRY_SIZE_MAX && entry->size != QUIRE_SIZE_UNKNOWN) {
        wrong = "an impossible size";
    } else if (entry->pack || entry->offset != 0) {
        wrong = "a pack, but is a reference";
    }
    if (wrong) {
        return q_error_set(error, QUIRE_USAGE, "path '%s' has %s", entry->path, wrong);
    }
    return entry->extra ? check_extra(entry, error) : QUIRE_OK;
}

quire_status q_entry_check(const q_entry *entry, quire_error *error) {
    return q_entry_check_of(entry, Q_DIGEST_SHA256, error);
}

quire_status q_entry_check_of(const q_entry *entry, q_digest_kind kind, quire_error *error) {
    if (!entry->path || !entry->digest) {
        return q_error_set(error, QUIRE_USAGE, "an entry without %s",
                           entry->path ? "digest" : "path");
    }
    quire_status status = q_name_check_path(entry->path, error);
    if (status != QUIRE_OK) {
        return status;
    }
    return entry->ref ? check_reference(entry, error) : check_file(entry, kind, error);
}
