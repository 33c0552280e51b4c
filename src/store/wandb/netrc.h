/** @file Passwords of hosts, as `wandb login`, curl and ftp keep them: the file netrc. */
#ifndef Q_WANDB_NETRC_H
#define Q_WANDB_NETRC_H

#include <stddef.h>

/**
 * The password of a host, else that of `default`. What is no netrc has none.
 * @param text is cut into its words; the password is one of them
 * @return NULL when there is none
 */
const char *q_wandb_netrc_find(char *text, const char *host);

#endif
