/** @file What can be found out about a collection from its versions and drafts. */
#ifndef Q_CLI_COLLECTION_H
#define Q_CLI_COLLECTION_H

#include "cli/cli.h"

/** Its type, from a version or an open draft; QUIRE_NOT_FOUND when it has neither. The caller frees
 *  it. */
quire_status q_collection_type(q_cli *cli, quire_store *store, const char *name, char **type);

#endif
