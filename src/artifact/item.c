/**
 * @file
 * Items: opening their content, and comparing two that claim one path. A file is compared by what
 * it is before it is read: the same inode, or another size, settles most cases.
 */
#include "artifact/item.h"

#include <stdlib.h>
#include <string.h>

#include "artifact/content.h"

void q_item_free(q_item *item) {
    free(item->path);
    free(item->seen);
    switch (item->kind) {
    case Q_ITEM_FILE:
        free(item->from.file);
        break;
    case Q_ITEM_BUFFER:
        free((void *)(uintptr_t)item->from.data);
        break;
    case Q_ITEM_STAGED:
    case Q_ITEM_REFERENCE:
        free(item->from.entry);
        break;
    case Q_ITEM_BELOW:
    case Q_ITEM_BORROWED:
        break;
    }
    memset(item, 0, sizeof *item);
}

static const char *put_string(char **to, const char *string) {
    if (!string) {
        return NULL;
    }
    size_t size = strlen(string) + 1;
    char *copy = memcpy(*to, string, size);
    *to += size;
    return copy;
}

static size_t string_size(const char *string) {
    return string ? strlen(string) + 1 : 0;
}

quire_status q_item_copy_entry(const q_entry *entry, q_entry **copy, quire_error *error) {
    /* A reference that nobody looked at has its URI as digest: one copy serves both. */
    bool digest_is_ref = entry->ref && strcmp(entry->ref, entry->digest) == 0;
    q_entry *made =
        malloc(sizeof *made + (digest_is_ref ? 0 : string_size(entry->digest)) +
               string_size(entry->ref) + string_size(entry->extra) + string_size(entry->pack));
    if (!made) {
        return q_error_memory(error);
    }
    char *to = (char *)(made + 1);
    *made = *entry;
    made->path = NULL;
    made->ref = put_string(&to, entry->ref);
    made->digest = digest_is_ref ? made->ref : put_string(&to, entry->digest);
    made->extra = put_string(&to, entry->extra);
    made->pack = put_string(&to, entry->pack);
    *copy = made;
    return QUIRE_OK;
}

bool q_item_is_source(const q_item *item) {
    return item->kind != Q_ITEM_STAGED && item->kind != Q_ITEM_REFERENCE;
}

bool q_item_is_file(const q_item *item) {
    return item->kind == Q_ITEM_FILE || item->kind == Q_ITEM_BELOW;
}

quire_status q_item_file_name(const q_item *item, q_buffer *name, quire_error *error) {
    q_buffer_clear(name);
    if (item->kind == Q_ITEM_FILE) {
        return q_buffer_append_string(name, item->from.file, error);
    }
    quire_status status = q_buffer_append_string(name, item->from.folder->name, error);
    if (status == QUIRE_OK) {
        status = q_buffer_append_string(name, item->path + item->from.folder->skip, error);
    }
    return status;
}

quire_status q_item_open(const q_item *item, q_source *source, q_buffer *name, quire_error *error) {
    if (!q_item_is_file(item)) {
        q_source_open_memory(source, item->path, item->from.data, item->size);
        return QUIRE_OK;
    }
    quire_status status = q_item_file_name(item, name, error);
    return status == QUIRE_OK ? q_source_open_file(source, name->data, error) : status;
}

quire_status q_item_entry(const q_item *item, q_entry *entry, q_digest_kind kind,
                          char digest[Q_DIGEST_TEXT_SIZE], quire_error *error) {
    if (!q_item_is_source(item)) {
        *entry = *item->from.entry;
        entry->path = item->path;
        return QUIRE_OK;
    }
    q_buffer name = {0};
    q_source source;
    quire_status status = q_item_open(item, &source, &name, error);
    if (status == QUIRE_OK) {
        status = q_content_digest(&source, kind, digest, error);
        *entry = (q_entry){.path = item->path, .digest = digest, .size = source.size};
        q_source_close(&source);
    }
    q_buffer_free(&name);
    return status;
}

/** What two local files are now; `*known` is set when that alone tells whether they are the same.
 */
static quire_status compare_files(const q_item *a, const q_item *b, bool *same, bool *known,
                                  quire_error *error) {
    q_buffer name = {0};
    q_source one, other;
    quire_status status = q_item_open(a, &one, &name, error);
    if (status == QUIRE_OK) {
        q_source_close(&one);
        status = q_item_open(b, &other, &name, error);
    }
    if (status == QUIRE_OK) {
        q_source_close(&other);
        *same =
            one.before.st_dev == other.before.st_dev && one.before.st_ino == other.before.st_ino;
        *known = *same || one.size != other.size;
    }
    q_buffer_free(&name);
    return status;
}

/** What was staged has the digest that its store has, and is not read again. */
static bool is_md5(const q_item *item) {
    return item->kind == Q_ITEM_STAGED && q_is_digest_of(Q_DIGEST_MD5, item->from.entry->digest);
}

quire_status q_item_same(const q_item *a, const q_item *b, bool *same, quire_error *error) {
    *same = false;
    if ((a->kind == Q_ITEM_REFERENCE) != (b->kind == Q_ITEM_REFERENCE)) {
        return QUIRE_OK;
    }
    if (q_item_is_file(a) && q_item_is_file(b)) {
        bool known = false;
        quire_status status = compare_files(a, b, same, &known, error);
        if (status != QUIRE_OK || known) {
            return status;
        }
    } else if (!q_item_is_file(a) && !q_item_is_file(b) && a->size != b->size) {
        return QUIRE_OK;
    }
    char digests[2][Q_DIGEST_TEXT_SIZE];
    q_entry one, other;
    q_digest_kind kind = is_md5(a) || is_md5(b) ? Q_DIGEST_MD5 : Q_DIGEST_SHA256;
    quire_status status = q_item_entry(a, &one, kind, digests[0], error);
    if (status == QUIRE_OK) {
        status = q_item_entry(b, &other, kind, digests[1], error);
    }
    if (status == QUIRE_OK) {
        one.path = other.path = b->path;
        *same = q_entry_same(&one, &other);
    }
    return status;
}
