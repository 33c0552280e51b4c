/**
 * @file
 * Sending contents: addresses are asked for in batches, the next while the files of one are sent;
 * what the server has is not sent; an address that has expired is asked for again.
 */
#ifndef Q_WANDB_UPLOAD_H
#define Q_WANDB_UPLOAD_H

#include "store/wandb/contents.h"
#include "store/wandb/store.h"

/** What contents are sent for. */
typedef struct q_wandb_target {
    const char *artifact, *manifest; /**< ids */
} q_wandb_target;

/** Send what has to be sent, and enter into the list whose each file was first. */
quire_status q_wandb_upload(q_wandb *store, q_wandb_contents *contents,
                            const q_wandb_target *target, quire_error *error);

/** Headers as libcurl takes them, made of what the server says: "Name:value". Zero-initialise. */
typedef struct q_wandb_headers {
    char **lines; /**< NULL at the end */
    size_t count;
} q_wandb_headers;
/** @param only the one header that is taken, or NULL: all */
quire_status q_wandb_headers_make(q_wandb_headers *headers, const cJSON *given, const char *only,
                                  quire_error *error);
quire_status q_wandb_headers_add(q_wandb_headers *headers, const char *line, quire_error *error);
void q_wandb_headers_free(q_wandb_headers *headers);

/** Ask for the addresses of items; ends with q_wandb_call_end(). `items` are numbers of the list.
 */
quire_status q_wandb_upload_ask(q_wandb *store, const q_wandb_contents *contents,
                                const q_wandb_target *target, const size_t *items, size_t count,
                                q_wandb_call *call, q_variables *variables, quire_error *error);
/** The same of one, and wait. @param data freed by the caller; @param node within it */
quire_status q_wandb_upload_ask_one(q_wandb *store, q_wandb_contents *contents,
                                    const q_wandb_target *target, size_t item, cJSON **data,
                                    const cJSON **node, quire_error *error);

/** Whether an answer says that a signed address has expired. */
bool q_wandb_has_expired(const q_http_exchange *answer);

/** Send one large file in parts. @param node what the server said of it */
quire_status q_wandb_upload_parts(q_wandb *store, q_wandb_contents *contents,
                                  const q_wandb_target *target, size_t item, const cJSON *node,
                                  quire_error *error);

#endif
