/**
 * @file
 * W&B's manifest as JSON. It is written as it is sent, and parsed as it comes, entry by entry: the
 * text of a large one is never in memory.
 */
#ifndef Q_WANDB_MANIFEST_H
#define Q_WANDB_MANIFEST_H

#include "store/wandb/list.h"

/** The text of a list's manifest, from any offset on, though going back costs going through it
 *  again. Zero-initialise with the list; the list must not change meanwhile. */
typedef struct q_wandb_print {
    const q_wandb_list *list;
    size_t next; /**< what comes behind the piece: 0 the head, then the items, then the tail */
    q_buffer piece;
    uint64_t begins; /**< where the piece does */
    quire_error error;
} q_wandb_print;

void q_wandb_print_free(q_wandb_print *print);
/** Up to `room` bytes from `offset` on; 0: its end, or a failure, which is in `error`. */
size_t q_wandb_print_read(q_wandb_print *print, uint64_t offset, void *to, size_t room);
/** How long it is, and its MD5. */
quire_status q_wandb_print_measure(q_wandb_print *print, uint64_t *size,
                                   unsigned char md5[Q_MD5_SIZE], quire_error *error);

/** A manifest on its way. */
typedef struct q_wandb_parse q_wandb_parse;

/** @param list receives the entries */
quire_status q_wandb_parse_new(q_wandb_list *list, q_wandb_parse **parse, quire_error *error);
void q_wandb_parse_free(q_wandb_parse *parse);
/** Take the next bytes. QUIRE_INTEGRITY when it is none that can be read. */
quire_status q_wandb_parse_take(q_wandb_parse *parse, const char *text, size_t size,
                                quire_error *error);
/** The end: is it whole, of a kind that is known; sorts the list. */
quire_status q_wandb_parse_end(q_wandb_parse *parse, quire_error *error);
/** Whether files lie as in storage layout V2. */
bool q_wandb_parse_is_v2(const q_wandb_parse *parse);
/** The region that the manifest names, or NULL. Lives as long as the parse. */
const char *q_wandb_parse_region(const q_wandb_parse *parse);

#endif
