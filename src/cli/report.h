/** @file The outcome of `get` and `verify`, of `quire` and of `quire-mpi` alike. */
#ifndef Q_CLI_REPORT_H
#define Q_CLI_REPORT_H

#include "cli/cli.h"

/** Tell what of `address` was written below `folder`. */
void q_report_print(q_cli *cli, const char *address, const char *folder,
                    const quire_read_report *report);

/** Tell that a version is sound: a sentence on stderr, which --json makes silent. */
void q_report_sound(q_cli *cli, const char *address, const quire_read_report *report);

/** The members files, bytes, references, skipped, into an open JSON object. */
void q_report_members(q_output *out, const quire_read_report *report);

#endif
