/**
 * @file
 * Which project of which server, as whom: from the URL of the store, the environment and netrc, in
 * this order. Nothing is asked of the server; what it would refuse is refused here.
 */
#ifndef Q_WANDB_CONFIG_H
#define Q_WANDB_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/environment.h"

/** Freed with q_wandb_config_free(). */
typedef struct q_wandb_config {
    char *base;   /**< `SCHEME://HOST[:PORT][/PATH]`, without a slash at its end */
    char *entity; /**< NULL: that of the user, which the server tells */
    char *project;
    char *shown;                                    /**< the store's URL */
    char *key;                                      /**< a secret, and so is */
    char *authorization;                            /**< a header */
    char *run_id, *run_group, *run_name, *job_type; /**< NULL: not given */
    char *ca_bundle;
    unsigned attempts;
    int64_t wait; /**< milliseconds, before the second attempt */
} q_wandb_config;

/** @return QUIRE_AUTH without a key, or with one that cannot be right; QUIRE_USAGE for names that
 * W&B does not take */
quire_status q_wandb_config_find(const char *url, const q_environment_wandb *environment,
                                 q_wandb_config *config, quire_error *error);
void q_wandb_config_free(q_wandb_config *config);

/** Whether a text has the form of an API key. */
bool q_wandb_is_key(const char *key);

/** Whether an address is the server's own: of its scheme, host and port. Only then may it see the
 *  key. */
bool q_wandb_is_own(const q_wandb_config *config, const char *url);

#endif
