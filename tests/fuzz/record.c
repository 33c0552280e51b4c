/**
 * @file
 * Records, and what is read of them without a store: parts and notes. Input: a byte (1: give it a
 * check that holds; the rest: which kind is wanted), the record.
 */
#include "store/repository/record.h"

#include <string.h>

#include "base/digest.h"
#include "fuzz_record.h"
#include "manifest/entry.h"
#include "store/repository/notes.h"
#include "store/repository/part.h"
#include "store/store.h"

/* Printed and parsed again it is the same. */
static void check_print(cJSON *record) {
    quire_error error = {0};
    q_buffer first = {0}, second = {0};
    cJSON *again = NULL;
    if (!cJSON_IsObject(record)) {
        return;
    }
    while (cJSON_GetObjectItemCaseSensitive(record, "check")) {
        cJSON_DeleteItemFromObjectCaseSensitive(record, "check");
    }
    FUZZ_OK(q_record_print(record, &first, &error), &error);
    FUZZ_OK(q_record_parse(first.data, first.size, NULL, "it", &again, &error), &error);
    cJSON_DeleteItemFromObjectCaseSensitive(again, "check");
    FUZZ_OK(q_record_print(again, &second, &error), &error);
    FUZZ_CHECK(first.size == second.size && memcmp(first.data, second.data, first.size) == 0);
    /* One byte changed anywhere is found. */
    first.data[first.size / 2] ^= 1;
    cJSON_Delete(again);
    FUZZ_CHECK(q_record_parse(first.data, first.size, NULL, "it", &again, &error) ==
               QUIRE_INTEGRITY);
    FUZZ_CHECK(!again);
    q_buffer_free(&first);
    q_buffer_free(&second);
}

static void check_notes(const cJSON *notes) {
    quire_error error = {0};
    uint64_t ttl = 0;
    quire_status status = q_notes_check(notes, &error);
    FUZZ_TOLD(status, &error);
    FUZZ_CHECK(status == QUIRE_OK || status == QUIRE_INTEGRITY);
    if (!status && cJSON_GetObjectItemCaseSensitive(notes, "ttl")) {
        FUZZ_OK(q_json_uint(notes, "ttl", &ttl, &error), &error);
        FUZZ_CHECK(ttl <= (uint64_t)Q_TTL_MAX);
    }
    if (!status) { /* united with itself it stays the same */
        cJSON *united = q_notes_empty();
        FUZZ_CHECK(united);
        FUZZ_OK(q_notes_unite(united, notes, NULL, "one", &error), &error);
        FUZZ_OK(q_notes_unite(united, notes, NULL, "the same", &error), &error);
        FUZZ_OK(q_notes_check(united, &error), &error);
        cJSON_Delete(united);
    }
}

static void check_part(const cJSON *part) {
    quire_error error = {0};
    q_draft_member member;
    quire_status status = q_draft_read_member(NULL, part, &member, &error);
    FUZZ_TOLD(status, &error);
    FUZZ_CHECK(status == QUIRE_OK || status == QUIRE_INTEGRITY);
    if (!status) {
        FUZZ_OK(q_name_check_id("writer", member.writer, &error), &error);
        FUZZ_CHECK(q_is_sha256_hex(member.shard.digest) && q_is_sha256_hex(member.shard.object));
        FUZZ_CHECK(member.shard.entries <= Q_ENTRY_SIZE_MAX);
        FUZZ_CHECK(member.shard.bytes <= Q_ENTRY_SIZE_MAX);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const kinds[] = {NULL, "version", "part", "notes"};
    fuzz_input input = {data, size};
    uint8_t choice = fuzz_byte(&input);
    const char *kind = kinds[choice / 2 % 4];
    quire_error error = {0};
    q_buffer text = {0};
    cJSON *record = NULL;
    if (choice % 2) {
        fuzz_record_seal(&text, &input);
    } else {
        fuzz_append(&text, input.data, input.size);
    }
    quire_status status =
        q_record_parse(text.data ? text.data : "", text.size, kind, "it", &record, &error);
    FUZZ_TOLD(status, &error);
    FUZZ_CHECK((status == QUIRE_OK) == (record != NULL));
    FUZZ_CHECK(status == QUIRE_OK || status == QUIRE_INTEGRITY ||
               strstr(error.message, "newer than this quire"));
    if (!status) {
        const char *found = NULL;
        FUZZ_OK(q_json_string(record, "quire", &found, &error), &error);
        FUZZ_CHECK(!kind || strcmp(found, kind) == 0);
        check_part(record);
        check_notes(cJSON_GetObjectItemCaseSensitive(record, "notes"));
        check_notes(record);
        check_print(record);
    }
    cJSON_Delete(record);
    q_buffer_free(&text);
    return 0;
}
