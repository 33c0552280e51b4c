/**
 * @file
 * Digests of references: what W&B's clients expect there, and what quire makes of it. Lists and
 * manifests have W&B's.
 */
#ifndef Q_WANDB_REFERENCE_H
#define Q_WANDB_REFERENCE_H

#include "manifest/entry.h"

/**
 * W&B's digest of a reference that is no file's MD5: an ETag without quotes at its ends, or of a
 * `file:` URI that nobody looked at the MD5 of the URI; else as it is.
 */
quire_status q_wandb_reference_digest(const q_entry *entry, q_buffer *digest, quire_error *error);

/** Let a `file:` reference that nobody looked at be known by its URI, as quire has it. */
void q_wandb_reference_show(q_entry *entry);

#endif
