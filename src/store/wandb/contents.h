/**
 * @file
 * What is to be written: entries, and where the bytes of each file can be had again when the server
 * has told where they go. Small ones stay in memory, up to a bound; files are opened again, and
 * must look as they did when they were hashed.
 */
#ifndef Q_WANDB_CONTENTS_H
#define Q_WANDB_CONTENTS_H

#include <sys/stat.h>

#include "base/source.h"
#include "store/wandb/list.h"
#include "store/wandb/spool.h"

/** Files from this size on go in parts, whose digests are needed, too. */
#define Q_WANDB_MULTIPART ((uint64_t)1 << 31)

typedef enum q_wandb_kind {
    Q_WANDB_NOWHERE, /**< nothing is to be sent: a reference, or what the base has */
    Q_WANDB_MEMORY,  /**< the caller's, until the writing is freed */
    Q_WANDB_KEPT,    /**< own memory */
    Q_WANDB_FILE,
    Q_WANDB_SPOOLED
} q_wandb_kind;

/** Where the bytes of one entry are. */
typedef struct q_wandb_source {
    q_wandb_kind kind;
    uint32_t prefix; /**< of a file: its name is this one of the prefixes and */
    uint32_t skip;   /**< the entry's path from here on */
    union {
        const void *data;
        struct {
            dev_t device;
            ino_t inode;
            struct timespec modified, changed;
        } file;
        const q_wandb_spooled *spooled; /**< a stage's */
    } at;
} q_wandb_source;

/** The digests of the parts of a large file. */
typedef struct q_wandb_parts {
    size_t item;
    unsigned char *md5s;  /**< binary, one behind the other */
    uint64_t count, size; /**< parts, and bytes of each but the last */
} q_wandb_parts;

/** Zero-initialise. */
typedef struct q_wandb_contents {
    q_wandb_list list;
    q_wandb_source *sources; /**< of each item of the list */
    size_t capacity;
    char **prefixes;
    uint32_t prefix_count;
    q_wandb_parts *parts;
    size_t part_count;
    uint64_t kept; /**< bytes in own memory */
    const q_wandb_spool *spool;
    void (*stored)(void *context, uint64_t files, uint64_t bytes); /**< NULL: nobody is told */
    void *stored_context;
} q_wandb_contents;

void q_wandb_contents_free(q_wandb_contents *contents);

/** The bytes of a part of a file of that size; W&B's rule. */
uint64_t q_wandb_part_size(uint64_t size);

/** What is known of a file that was hashed. */
typedef struct q_wandb_hashed {
    const char *path;
    uint64_t size;
    unsigned char md5[Q_MD5_SIZE];
    q_wandb_kind kind;
    const void *data;          /**< memory; kept: copied */
    const char *name;          /**< of a file */
    const struct stat *before; /**< of a file */
    const q_wandb_spooled *spooled;
    unsigned char *parts; /**< taken over; NULL: it is not that large */
    uint64_t part_count;
} q_wandb_hashed;

/** Append one. `parts` is taken over in any case. */
quire_status q_wandb_contents_add(q_wandb_contents *contents, q_wandb_hashed *hashed,
                                  quire_error *error);
/** Append an entry of which nothing is to be sent. */
quire_status q_wandb_contents_add_entry(q_wandb_contents *contents, const q_entry *entry,
                                        uint32_t birth, quire_error *error);
/** Whether so many bytes more may be kept in memory. */
bool q_wandb_contents_may_keep(const q_wandb_contents *contents, uint64_t size);

const q_wandb_parts *q_wandb_contents_parts(const q_wandb_contents *contents, size_t item);

/** One content while it is read. Zero-initialise. */
typedef struct q_wandb_reading {
    const q_wandb_contents *contents;
    size_t item;
    uint64_t begins; /**< where a part does; 0 */
    q_source source;
    q_buffer name;
    bool is_open;
    quire_error error; /**< why q_wandb_reading_give() gave nothing */
} q_wandb_reading;

/** QUIRE_ERROR when a file is not what it was. */
quire_status q_wandb_reading_open(q_wandb_reading *reading, const q_wandb_contents *contents,
                                  size_t item, quire_error *error);
/** The bytes in memory, or NULL: they have to be read. */
const void *q_wandb_reading_memory(const q_wandb_reading *reading);
/** As q_http_exchange.read. @param context a q_wandb_reading */
size_t q_wandb_reading_give(void *context, uint64_t offset, void *to, size_t room);
/** Whether a file is yet what it was. */
quire_status q_wandb_reading_check(const q_wandb_reading *reading, quire_error *error);
void q_wandb_reading_close(q_wandb_reading *reading);

#endif
