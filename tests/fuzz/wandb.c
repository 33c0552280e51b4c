/**
 * @file
 * What W&B's server and storage say, and what ranks tell each other. Input: a byte (0: a manifest
 * in pieces of a length that follows, 1: an answer, 2: what a writer tells of its part, 3: a
 * version, else a netrc), then the text.
 */
#include <stdlib.h>
#include <string.h>

#include "base/name.h"
#include "fuzz.h"
#include "store/wandb/answer.h"
#include "store/wandb/draft.h"
#include "store/wandb/handle.h"
#include "store/wandb/manifest.h"
#include "store/wandb/merging.h"
#include "store/wandb/netrc.h"
#include "store/wandb/unite.h"

#define TEXT_MAX ((size_t)1 << 22)

static quire_status parse(q_wandb_list *list, const void *data, size_t size, size_t piece,
                          quire_error *error) {
    q_wandb_parse *parse = NULL;
    const char *text = data;
    FUZZ_OK(q_wandb_parse_new(list, &parse, error), error);
    quire_status status = QUIRE_OK;
    for (size_t at = 0; at < size && !status; at += piece) {
        status = q_wandb_parse_take(parse, text + at, size - at < piece ? size - at : piece, error);
    }
    status = status ? status : q_wandb_parse_end(parse, error);
    q_wandb_parse_free(parse);
    return status;
}

static void check_list(const q_wandb_list *list) {
    uint64_t bytes = 0;
    for (size_t i = 0; i < list->count; i++) {
        char digest[Q_MD5_BASE64_SIZE];
        q_entry entry;
        q_wandb_list_entry(&list->items[i], digest, &entry);
        FUZZ_CHECK(q_name_check_path(entry.path, NULL) == QUIRE_OK);
        FUZZ_CHECK(i == 0 || strcmp(list->items[i - 1].path, entry.path) < 0);
        FUZZ_CHECK(q_wandb_list_find(list, entry.path) == i);
        FUZZ_CHECK(entry.ref || q_entry_check_of(&entry, Q_DIGEST_MD5, NULL) == QUIRE_OK);
        bytes += entry.ref ? 0 : entry.size;
    }
    FUZZ_CHECK(bytes == list->bytes);
}

/** What is taken is written again as it was, and however it comes in pieces. */
static void parse_manifest(fuzz_input *input) {
    q_wandb_list list = {0}, back = {0};
    quire_error error = {0};
    size_t piece = (size_t)fuzz_byte(input) + 1;
    quire_status status = parse(&list, input->data, input->size, piece, &error);
    FUZZ_TOLD(status, &error);
    FUZZ_CHECK(status == QUIRE_OK || status == QUIRE_INTEGRITY || status == QUIRE_USAGE);
    if (status == QUIRE_OK) {
        char *text = malloc(TEXT_MAX);
        char digests[2][Q_MD5_HEX_SIZE];
        q_wandb_print print = {.list = &list};
        size_t size = 0, got;
        FUZZ_CHECK(text != NULL);
        check_list(&list);
        while ((got = q_wandb_print_read(&print, size, text + size, TEXT_MAX - size)) > 0) {
            size += got;
        }
        FUZZ_CHECK(print.error.status == QUIRE_OK);
        FUZZ_OK(parse(&back, text, size, 4096, &error), &error);
        FUZZ_OK(q_wandb_list_digest(&list, digests[0], &error), &error);
        FUZZ_OK(q_wandb_list_digest(&back, digests[1], &error), &error);
        FUZZ_CHECK(back.count == list.count && strcmp(digests[0], digests[1]) == 0);
        q_wandb_print_free(&print);
        free(text);
    }
    q_wandb_list_free(&list);
    q_wandb_list_free(&back);
}

static void parse_answer(const fuzz_input *input) {
    quire_error error = {0};
    q_wandb_words words;
    cJSON *data = NULL;
    FUZZ_OK(q_wandb_answer_parse((const char *)input->data, input->size, &data, &words, &error),
            &error);
    FUZZ_CHECK((data != NULL) == (words.size == 0));
    FUZZ_CHECK(words.size < sizeof words.text && strlen(words.text) == words.size);
    FUZZ_CHECK(!strpbrk(words.text, "\n\r\t\033"));
    FUZZ_CHECK(q_wandb_answer_status(200, words.text) != QUIRE_OK);
    cJSON_Delete(data);
}

static void take_part(const fuzz_input *input) {
    quire_error error = {0};
    char name[] = "name", id[] = "id";
    q_wandb_draft draft = {.name = name, .distributed_id = id};
    q_wandb_merging *merging = calloc(1, sizeof *merging);
    FUZZ_CHECK(merging != NULL);
    merging->draft = &draft;
    draft.users = 1;
    for (int i = 0; i < 2; i++) {
        quire_status status =
            q_wandb_merge_collect(&merging->base, (const char *)input->data, input->size, &error);
        FUZZ_TOLD(status, &error);
    }
    if (merging->notes) {
        q_wandb_notes notes;
        q_buffer marked = {0};
        quire_status status = q_wandb_notes_make(merging->notes, &notes, &error);
        FUZZ_TOLD(status, &error);
        if (status == QUIRE_OK) {
            FUZZ_OK(q_wandb_mark(notes.notes.metadata, "id", &marked, &error), &error);
        }
        q_wandb_notes_free(&notes);
        q_buffer_free(&marked);
    }
    q_wandb_merge_free(&merging->base);
}

static void parse_version(const fuzz_input *input) {
    quire_error error = {0};
    q_wandb_words words;
    quire_store store = {0};
    quire_version *version = NULL;
    q_wandb_handle *handle = calloc(1, sizeof *handle);
    FUZZ_CHECK(handle != NULL);
    handle->base.store = &store;
    pthread_mutex_init(&handle->urls.lock, NULL);
    version = &handle->base;
    FUZZ_OK(q_strdup("name", &handle->name, &error), &error);
    FUZZ_OK(
        q_wandb_answer_parse((const char *)input->data, input->size, &handle->data, &words, &error),
        &error);
    if (handle->data) {
        const cJSON *membership = q_wandb_get(handle->data, "m");
        quire_status status =
            q_wandb_handle_fill(handle, q_wandb_get(membership, "artifact"), membership, &error);
        FUZZ_TOLD(status, &error);
        if (status == QUIRE_OK) {
            const quire_version_info *info = &version->info;
            FUZZ_CHECK(info->number >= 0 && info->ttl >= 0 && info->digest && info->type);
            FUZZ_CHECK(info->metadata[0] == '{' && info->created_by[0] == '{');
        }
    }
    q_wandb_version_free(version);
}

static void parse_netrc(const fuzz_input *input) {
    char *text = fuzz_text(input);
    const char *password = q_wandb_netrc_find(text, "api.wandb.ai");
    FUZZ_CHECK(!password || (*password && !strpbrk(password, " \t\r\n")));
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_input input = {data, size};
    switch (fuzz_byte(&input)) {
    case 0:
        parse_manifest(&input);
        break;
    case 1:
        parse_answer(&input);
        break;
    case 2:
        take_part(&input);
        break;
    case 3:
        parse_version(&input);
        break;
    default:
        parse_netrc(&input);
    }
    return 0;
}
