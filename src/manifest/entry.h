/**
 * @file
 * An entry of a manifest: what a path is (identity) and where its bytes lie (placement).
 *
 * Identity is path, kind, digest, size and reference URI; only it enters digests. As bytes:
 *
 *     path NUL kind NUL digest NUL size NUL uri LF        kind: "f" file, "r" reference
 *
 * with the size in decimal, "-" when unknown, and an empty uri for files. No field can hold NUL or
 * LF, so that no two entries have the same bytes.
 *
 * As one line of JSON, members in this order, those in brackets only where they apply:
 *
 *     {"path":…,"digest":…[,"size":N][,"ref":URI][,"extra":{…}][,"pack":NAME,"offset":N]}
 *
 * A file with neither pack nor content (size 0) has no placement; one without pack lies in a blob.
 */
#ifndef Q_MANIFEST_ENTRY_H
#define Q_MANIFEST_ENTRY_H

#include <quire/artifact.h>
#include <stdbool.h>

#include "base/buffer.h"
#include "base/digest.h"

#define Q_ENTRY_LINE_MAX ((size_t)64 << 10)
#define Q_ENTRY_EXTRA_MAX ((size_t)16 << 10)
#define Q_PACK_NAME_SIZE 33
/** The largest size of a file, end in a pack, and sum of sizes: what JSON numbers hold exactly. */
#define Q_ENTRY_SIZE_MAX ((uint64_t)1 << 53)

/** Strings are borrowed, from whoever filled it. */
typedef struct q_entry {
    const char *path;
    const char *digest;
    uint64_t size;     /**< QUIRE_SIZE_UNKNOWN for a reference that was not looked at */
    const char *ref;   /**< NULL: a file */
    const char *extra; /**< JSON object on one line; references only; NULL: none */
    const char *pack;  /**< 32 hexadecimal digits; NULL: a blob, or nothing for size 0 */
    uint64_t offset;
} q_entry;

/** An entry with the memory its strings are in. Zero-initialise; reuse freely; free at the end. */
typedef struct q_entry_box {
    q_entry entry;
    q_buffer text;
} q_entry_box;

void q_entry_box_free(q_entry_box *box);
quire_status q_entry_copy(q_entry_box *box, const q_entry *entry, quire_error *error);

/** Check every field. QUIRE_USAGE; says which path. */
quire_status q_entry_check(const q_entry *entry, quire_error *error);
/** The same of a store with file digests of another kind. */
quire_status q_entry_check_of(const q_entry *entry, q_digest_kind kind, quire_error *error);

/** Append the identity bytes. */
quire_status q_entry_identity(q_buffer *out, const q_entry *entry, quire_error *error);

/** Whether two entries of one path have the same identity. */
bool q_entry_same(const q_entry *a, const q_entry *b);

/** Add to a sum of sizes. QUIRE_USAGE when it exceeds Q_ENTRY_SIZE_MAX. */
quire_status q_entry_sum(uint64_t *sum, uint64_t more, quire_error *error);

/** Append as a line of JSON, LF included. */
quire_status q_entry_print(q_buffer *out, const q_entry *entry, quire_error *error);

/** Parse one line (without LF). Checks all fields; QUIRE_INTEGRITY. Unknown members are ignored. */
quire_status q_entry_parse(const char *line, size_t size, q_entry_box *box, quire_error *error);
quire_status q_entry_parse_of(const char *line, size_t size, q_digest_kind kind, q_entry_box *box,
                              quire_error *error);

#endif
