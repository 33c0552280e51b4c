/** @file A version, or a part of one, in the making: what `log`, `upsert`, `finish` and `patch`
 * hold while they work. */
#ifndef Q_CLI_MAKING_H
#define Q_CLI_MAKING_H

#include "cli/compose.h"

/** Zero-initialise; free with q_making_free(). */
typedef struct q_making {
    quire_store *store;
    quire_artifact *artifact;
    quire_commit_options commit;
    quire_version_id version;
} q_making;

/** Open the store, start the meter (`verb` is kept), and set the options of the commit. */
quire_status q_making_begin(q_cli *cli, const q_composition *composition, const char *verb,
                            q_making *making);

void q_making_free(q_making *making);

/** The members that say which version a command made, or found, into an open JSON object. */
void q_making_version_members(q_output *out, const quire_version_id *version);

/** Print the version a command made, or found; its draft is composition->distributed_id, or NULL.
 */
void q_making_print(q_cli *cli, quire_store *store, const quire_version_id *version,
                    const q_composition *composition);

#endif
