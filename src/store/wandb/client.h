/**
 * @file
 * Requests to W&B's server and to the addresses that it signs: made again where that helps, after a
 * wait that grows, and not sooner than the server asks for.
 *
 * A request whose answer was lost may have been carried out. Nearly all are such that a second one
 * changes nothing; of the others (`is_uncertain`) the caller looks what became of it.
 */
#ifndef Q_WANDB_CLIENT_H
#define Q_WANDB_CLIENT_H

#include "http/pool.h"
#include "store/wandb/answer.h"
#include "store/wandb/config.h"
#include "store/wandb/variables.h"

/** What requests need: where to, as whom, over what. */
typedef struct q_wandb_client {
    q_wandb_config config;
    q_http_pool *pool;
    long connections; /**< that the pool has */
} q_wandb_client;

/** Nothing is asked of the server. */
quire_status q_wandb_client_open(const char *url, q_wandb_client *client, quire_error *error);
void q_wandb_client_close(q_wandb_client *client);

/** A request under way, and again. Zero-initialise. */
typedef struct q_wandb_flight {
    q_http_exchange request; /**< as it is to be made; filled before the start, its answer after */
    unsigned attempts;
    bool is_under_way;
} q_wandb_flight;

void q_wandb_flight_start(q_wandb_client *client, q_wandb_flight *flight);
/**
 * Wait for its answer, beginning again as often as that may help. QUIRE_OK: an answer came that
 * will not change; `request.code` says which.
 * @param what "upload of 'x'", for messages
 */
quire_status q_wandb_flight_land(q_wandb_client *client, q_wandb_flight *flight, const char *what,
                                 quire_error *error);
/** Free; ends one that is under way. */
void q_wandb_flight_free(q_wandb_client *client, q_wandb_flight *flight);

/** A GraphQL request. */
typedef struct q_wandb_call {
    const char *operation; /**< its name in the document */
    const char *document;
    q_variables *variables;
    bool only_once; /**< where doing it twice would be wrong: a lost answer is QUIRE_TEMPORARY */
    q_wandb_flight flight;
    q_buffer body;
    const char *headers[5];
} q_wandb_call;

/** Begin; ends with q_wandb_call_end(). Failures come then. */
quire_status q_wandb_call_start(q_wandb_client *client, q_wandb_call *call, quire_error *error);
/**
 * Wait, and take the data. @param data freed with cJSON_Delete()
 * @return by kind: QUIRE_AUTH, QUIRE_NOT_FOUND, QUIRE_CONFLICT, QUIRE_TEMPORARY, QUIRE_ERROR, with
 * the operation and the server's words
 */
quire_status q_wandb_call_end(q_wandb_client *client, q_wandb_call *call, cJSON **data,
                              quire_error *error);
/** Free; also ends one that is under way. */
void q_wandb_call_free(q_wandb_client *client, q_wandb_call *call);

/** Both in one. The variables are freed. */
quire_status q_wandb_ask(q_wandb_client *client, const char *operation, const char *document,
                         q_variables *variables, cJSON **data, quire_error *error);

/** What an answer that is no success means: fills the error with its words. */
quire_status q_wandb_refused(q_wandb_client *client, const q_http_exchange *answer,
                             const char *what, quire_error *error);

/** Wait as before another attempt. @param attempt how many there were; `answer` may be NULL */
void q_wandb_pause(q_wandb_client *client, unsigned attempt, const q_http_exchange *answer);

#endif
