/**
 * @file
 * The entries of a W&B manifest in memory: those that are being written, and those of a version. 48
 * bytes each and its path, so that a hundred thousand are a few MiB.
 */
#ifndef Q_WANDB_LIST_H
#define Q_WANDB_LIST_H

#include "base/md5.h"
#include "manifest/entry.h"

#define Q_WANDB_UNBORN UINT32_MAX

typedef struct q_wandb_item {
    /** Of a reference there follow, behind its NUL, digest, URI and extra ("": none). */
    const char *path;
    uint64_t size; /**< QUIRE_SIZE_UNKNOWN: of a reference */
    unsigned char md5[Q_MD5_SIZE];
    uint32_t birth; /**< number of the artifact whose the content was first; Q_WANDB_UNBORN */
    bool is_reference;
} q_wandb_item;

/** Zero-initialise. */
typedef struct q_wandb_list {
    q_wandb_item *items;
    size_t count, capacity;
    struct q_wandb_block *blocks; /**< what paths lie in */
    char **births;                /**< ids of artifacts */
    uint32_t birth_count;
    uint64_t bytes; /**< of the files */
} q_wandb_list;

void q_wandb_list_free(q_wandb_list *list);

/** Append a file. @param md5 copied */
quire_status q_wandb_list_add_file(q_wandb_list *list, const char *path, uint64_t size,
                                   const unsigned char md5[Q_MD5_SIZE], uint32_t birth,
                                   quire_error *error);
/** Append an entry, a file's or a reference. */
quire_status q_wandb_list_add(q_wandb_list *list, const q_entry *entry, uint32_t birth,
                              quire_error *error);
/** The number of an artifact's id; NULL: Q_WANDB_UNBORN. */
quire_status q_wandb_list_birth(q_wandb_list *list, const char *id, uint32_t *birth,
                                quire_error *error);
/** The id of an item's birth artifact, or NULL. */
const char *q_wandb_list_birth_id(const q_wandb_list *list, const q_wandb_item *item);

/** Bring it into the order of paths. A path that is there twice with one identity stays once; with
 *  two it is QUIRE_INTEGRITY, as is a path that is another's folder. */
quire_status q_wandb_list_sort(q_wandb_list *list, quire_error *error);
/** Of a sorted list: the first whose path is not less. */
size_t q_wandb_list_find(const q_wandb_list *list, const char *path);

/** Take over from another list whose its files were first. @param list sorted, has them all */
quire_status q_wandb_list_adopt(q_wandb_list *list, const q_wandb_list *from, quire_error *error);

/** An item as an entry; strings are borrowed from the list and from `digest`. */
void q_wandb_list_entry(const q_wandb_item *item, char digest[Q_MD5_BASE64_SIZE], q_entry *entry);
/** Whether two are one entry (q_entry_same()), whosever the content was first. */
bool q_wandb_item_same(const q_wandb_item *one, const q_wandb_item *other);

/** The artifact digest `MANIFEST_MD5` of a sorted list. */
quire_status q_wandb_list_digest(const q_wandb_list *list, char hex[Q_MD5_HEX_SIZE],
                                 quire_error *error);

#endif
