/**
 * @file
 * What a store shows to its readers: versions with the bytes of every file, aliases, the writers of
 * drafts. Read by the public interface only.
 */
#ifndef CRASH_CONTENT_H
#define CRASH_CONTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONTENT_TEXT 600

typedef enum content_kind {
    CONTENT_VERSION,
    CONTENT_ALIAS,
    CONTENT_WRITER
} content_kind;

/** One thing that is seen, as `key` and `value`: NAME:vN and what it holds; NAME:ALIAS and vN;
 *  NAME/DRAFT/WRITER and its size. */
typedef struct content_item {
    content_kind kind;
    char key[CONTENT_TEXT];
    char value[CONTENT_TEXT];
} content_item;

typedef struct content {
    content_item *items;
    size_t count;
    char fault[2 * CONTENT_TEXT]; /**< the first that opening, verifying and reading came upon */
} content;

/** Verify a store and read all of it. */
void content_read(content *to, const char *store);
void content_free(content *this);
const content_item *content_find(const content *this, content_kind kind, const char *key);
/** Whether a version with this value is there, whatever its number. */
bool content_has_version(const content *this, const char *value);

#endif
