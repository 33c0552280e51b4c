/** @file Manifests, written: see manifest.h. */
#include <inttypes.h>
#include <string.h>

#include "base/json.h"
#include "store/wandb/manifest.h"

#define PIECE ((size_t)16 << 10)
#define HEAD                                                                                       \
    "{\"version\":1,\"storagePolicy\":\"wandb-storage-policy-v1\","                                \
    "\"storagePolicyConfig\":{\"storageLayout\":\"V2\"},\"contents\":{"
#define TAIL "}}"

void q_wandb_print_free(q_wandb_print *print) {
    q_buffer_free(&print->piece);
}

static quire_status add_text(q_buffer *out, const char *name, const char *value,
                             quire_error *error) {
    quire_status status = q_buffer_append_string(out, name, error);
    return status ? status : q_json_quote(out, value, error);
}

static quire_status print_item(const q_wandb_list *list, const q_wandb_item *item, q_buffer *out,
                               quire_error *error) {
    char digest[Q_MD5_BASE64_SIZE];
    q_entry entry;
    const char *birth = q_wandb_list_birth_id(list, item);
    q_wandb_list_entry(item, digest, &entry);
    quire_status status = q_json_quote(out, entry.path, error);
    status = status ? status : add_text(out, ":{\"digest\":", entry.digest, error);
    if (!status && birth) {
        status = add_text(out, ",\"birthArtifactID\":", birth, error);
    }
    if (!status && entry.ref) {
        status = add_text(out, ",\"ref\":", entry.ref, error);
    }
    if (!status && entry.extra) {
        status = q_buffer_printf(out, error, ",\"extra\":%s", entry.extra);
    }
    if (!status && entry.size != QUIRE_SIZE_UNKNOWN) {
        status = q_buffer_printf(out, error, ",\"size\":%" PRIu64, entry.size);
    }
    return status ? status : q_buffer_append(out, "}", 1, error);
}

/** The next piece, empty at the end. */
static quire_status advance(q_wandb_print *print, quire_error *error) {
    const q_wandb_list *list = print->list;
    quire_status status = QUIRE_OK;
    print->begins += print->piece.size;
    q_buffer_clear(&print->piece);
    if (print->next == 0) {
        status = q_buffer_append_string(&print->piece, HEAD, error);
        print->next = 1;
    }
    while (!status && print->next <= list->count && print->piece.size < PIECE) {
        if (print->next > 1) {
            status = q_buffer_append(&print->piece, ",", 1, error);
        }
        status =
            status ? status : print_item(list, &list->items[print->next - 1], &print->piece, error);
        print->next++;
    }
    if (!status && print->next == list->count + 1) {
        status = q_buffer_append_string(&print->piece, TAIL, error);
        print->next++;
    }
    return status;
}

size_t q_wandb_print_read(q_wandb_print *print, uint64_t offset, void *to, size_t room) {
    if (offset < print->begins) {
        print->begins = 0;
        print->next = 0;
        q_buffer_clear(&print->piece);
    }
    while (offset >= print->begins + print->piece.size) {
        bool is_end = print->next > print->list->count + 1;
        if (is_end || advance(print, &print->error)) {
            return 0;
        }
    }
    size_t at = (size_t)(offset - print->begins), left = print->piece.size - at;
    size_t size = left < room ? left : room;
    memcpy(to, print->piece.data + at, size);
    return size;
}

quire_status q_wandb_print_measure(q_wandb_print *print, uint64_t *size,
                                   unsigned char md5[Q_MD5_SIZE], quire_error *error) {
    char text[4096];
    size_t got = 1;
    q_md5 *sum = NULL;
    quire_status status = q_md5_new(&sum, error);
    *size = 0;
    print->error.status = QUIRE_OK;
    while (!status && got > 0) {
        got = q_wandb_print_read(print, *size, text, sizeof text);
        status = q_md5_update(sum, text, got, error);
        *size += got;
    }
    if (!status && print->error.status) {
        status = q_error_set(error, (quire_status)print->error.status, "%s", print->error.message);
    }
    status = status ? status : q_md5_final(sum, md5, error);
    q_md5_free(sum);
    return status;
}
