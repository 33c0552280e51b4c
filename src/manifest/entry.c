/** @file Entries: copies, comparison and sums. Checks and bytes are in entry_check.c and
 * entry_print.c.
 */
#include "manifest/entry.h"

#include <string.h>

void q_entry_box_free(q_entry_box *box) {
    q_buffer_free(&box->text);
    memset(&box->entry, 0, sizeof box->entry);
}

static const char *copy_string(q_buffer *text, const char *string) {
    if (!string) {
        return NULL;
    }
    size_t size = strlen(string) + 1;
    char *copy = memcpy(text->data + text->size, string, size);
    text->size += size;
    return copy;
}

quire_status q_entry_copy(q_entry_box *box, const q_entry *entry, quire_error *error) {
    const char *strings[] = {entry->path, entry->digest, entry->ref, entry->extra, entry->pack};
    size_t size = 0;
    for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++) {
        size += strings[i] ? strlen(strings[i]) + 1 : 0;
    }
    q_buffer_clear(&box->text);
    quire_status status = q_buffer_reserve(&box->text, size, error);
    if (status != QUIRE_OK) {
        return status;
    }
    box->entry.path = copy_string(&box->text, entry->path);
    box->entry.digest = copy_string(&box->text, entry->digest);
    box->entry.size = entry->size;
    box->entry.ref = copy_string(&box->text, entry->ref);
    box->entry.extra = copy_string(&box->text, entry->extra);
    box->entry.pack = copy_string(&box->text, entry->pack);
    box->entry.offset = entry->offset;
    return QUIRE_OK;
}

quire_status q_entry_sum(uint64_t *sum, uint64_t more, quire_error *error) {
    if (*sum > Q_ENTRY_SIZE_MAX || more > Q_ENTRY_SIZE_MAX - *sum) {
        return q_error_set(error, QUIRE_USAGE, "the sizes add up to more than 2^53 bytes");
    }
    *sum += more;
    return QUIRE_OK;
}

bool q_entry_same(const q_entry *a, const q_entry *b) {
    return a->size == b->size && strcmp(a->digest, b->digest) == 0 && !a->ref == !b->ref &&
           (!a->ref || strcmp(a->ref, b->ref) == 0);
}
