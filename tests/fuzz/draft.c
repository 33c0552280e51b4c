/**
 * @file
 * A store with one hostile object, and its drafts: listed, joined, finished, dropped. A finish that
 * succeeds names a version that is there, and always the same. Input: see fuzz_store_open().
 */
#include <stdio.h>
#include <string.h>

#include "base/name.h"
#include "fuzz_store.h"

static void check_shown(const char *text) {
    for (const char *c = text; *c; c++) {
        FUZZ_CHECK((unsigned char)*c >= 0x20 && *c != 0x7f);
    }
}

static quire_status see_draft(void *context, const quire_draft *draft) {
    quire_error error = {0};
    (void)context;
    FUZZ_OK(q_name_check_artifact(draft->name, &error), &error);
    FUZZ_OK(q_name_check_id("distributed_id", draft->distributed_id, &error), &error);
    check_shown(draft->type);
    check_shown(draft->created_at);
    for (size_t i = 0; i < draft->writer_count; i++) {
        FUZZ_OK(q_name_check_id("writer", draft->writers[i].name, &error), &error);
        FUZZ_CHECK(draft->writers[i].entries <= Q_ENTRY_SIZE_MAX);
        FUZZ_CHECK(draft->writers[i].bytes <= Q_ENTRY_SIZE_MAX);
    }
    return QUIRE_OK;
}

static void list(quire_store *store) {
    quire_error error = {0};
    quire_status status = quire_draft_list(store, "set", see_draft, NULL, &error);
    FUZZ_TOLD(status, &error);
    status = quire_draft_list(store, NULL, see_draft, NULL, &error);
    FUZZ_TOLD(status, &error);
}

static quire_status finish(quire_store *store, const char *id, int64_t expect,
                           quire_version_id *made) {
    quire_error error = {0};
    const quire_commit_options options = {.expect = expect, .notes_only = 1};
    quire_artifact *artifact = fuzz_artifact(NULL, NULL);
    memset(made, 0, sizeof *made);
    quire_status status = quire_finish_artifact(store, artifact, id, &options, made, &error);
    FUZZ_TOLD(status, &error);
    quire_artifact_free(artifact);
    return status;
}

static void check_made(quire_store *store, const quire_version_id *made) {
    quire_error error = {0};
    quire_version *version = NULL;
    char address[64], hex[Q_SHA256_HEX_SIZE];
    FUZZ_CHECK(strcmp(made->name, "set") == 0 && made->number >= 0);
    FUZZ_CHECK(made->number <= Q_KEY_NUMBER_MAX && q_is_sha256_hex(made->digest));
    snprintf(address, sizeof address, "set:v%lld", (long long)made->number);
    quire_status status = quire_version_open(store, address, &version, &error);
    FUZZ_TOLD(status, &error);
    /* Deleted by hand, or never there? Nothing here deletes. */
    FUZZ_CHECK(status != QUIRE_NOT_FOUND || strstr(error.message, "was deleted"));
    FUZZ_CHECK(status || strcmp(quire_version_get_info(version)->digest, made->digest) == 0);
    quire_version_free(version);
    (void)fuzz_read_version(store, address, hex);
}

static void finish_twice(quire_store *store, const char *id, int64_t expect) {
    quire_version_id first, second;
    if (finish(store, id, expect, &first)) {
        return;
    }
    check_made(store, &first);
    quire_status status = finish(store, id, expect, &second);
    FUZZ_CHECK(status || (first.number == second.number && !second.created &&
                          strcmp(first.digest, second.digest) == 0));
}

static void join(quire_store *store, const char *id, const char *text) {
    quire_error error = {0};
    quire_receipt receipt;
    quire_artifact *artifact = fuzz_artifact("q/0", text);
    quire_status status = quire_upsert_artifact(store, artifact, id, "0", NULL, &receipt, &error);
    FUZZ_TOLD(status, &error);
    quire_artifact_free(artifact);
}

static void drop(quire_store *store, const char *id) {
    quire_error error = {0};
    quire_status status = quire_draft_drop(store, "set", id, &error);
    FUZZ_TOLD(status, &error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_input input = {data, size};
    fuzz_store s;
    fuzz_store_open(&s, &input);
    if (!s.store) {
        return 0;
    }
    list(s.store);
    if (input.size % 4 == 1) { /* else the hostile part is replaced before it is merged */
        join(s.store, "open", "new");
    }
    finish_twice(s.store, "open", input.size % 4 == 2 ? 0 : 2);
    finish_twice(s.store, "done", 0);
    join(s.store, "open", "late");
    join(s.store, "done", "late");
    drop(s.store, "open");
    drop(s.store, "done");
    list(s.store);
    fuzz_store_close(&s);
    return 0;
}
