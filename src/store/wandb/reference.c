/** @file Digests of references: see reference.h. */
#include "store/wandb/reference.h"

#include <string.h>

#include "base/md5.h"
#include "base/uri.h"

static quire_status hash_uri(const char *uri, char digest[Q_MD5_BASE64_SIZE], quire_error *error) {
    unsigned char raw[Q_MD5_SIZE] = {0};
    q_md5 *md5 = NULL;
    quire_status status = q_md5_new(&md5, error);
    status = status ? status : q_md5_update(md5, uri, strlen(uri), error);
    status = status ? status : q_md5_final(md5, raw, error);
    q_md5_to_base64(raw, digest);
    q_md5_free(md5);
    return status;
}

quire_status q_wandb_reference_digest(const q_entry *entry, q_buffer *digest, quire_error *error) {
    char hashed[Q_MD5_BASE64_SIZE];
    const char *text = entry->digest;
    size_t size = strlen(text);
    q_buffer_clear(digest);
    if (strcmp(text, entry->ref) == 0 && q_uri_has_scheme(entry->ref, "file")) {
        quire_status status = hash_uri(entry->ref, hashed, error);
        return status ? status : q_buffer_append_string(digest, hashed, error);
    }
    if (q_uri_has_scheme(entry->ref, "http") || q_uri_has_scheme(entry->ref, "https")) {
        while (size > 1 && text[0] == '"') {
            text++;
            size--;
        }
        while (size > 1 && text[size - 1] == '"') {
            size--;
        }
    }
    return q_buffer_append(digest, text, size, error);
}

void q_wandb_reference_show(q_entry *entry) {
    char hashed[Q_MD5_BASE64_SIZE];
    if (entry->ref && q_md5_from_base64(entry->digest, NULL) &&
        q_uri_has_scheme(entry->ref, "file") && hash_uri(entry->ref, hashed, NULL) == QUIRE_OK &&
        strcmp(hashed, entry->digest) == 0) {
        entry->digest = entry->ref;
    }
}
