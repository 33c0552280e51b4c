/** @file The three listings of `quire ls`: lines, or elements of an open JSON array. */
#ifndef Q_CLI_LISTING_H
#define Q_CLI_LISTING_H

#include "cli/cli.h"

quire_status q_list_collections(q_cli *cli, quire_store *store, bool is_long);
quire_status q_list_versions(q_cli *cli, quire_store *store, const char *name, bool is_long);
/** @param folder NULL: the root */
quire_status q_list_entries(q_cli *cli, quire_version *version, const char *folder, bool is_long,
                            bool is_recursive);

/** The members that say which version this is and what it holds, into an open JSON object. */
void q_list_version_members(q_output *out, const quire_version_info *info);

#endif
