/** @file Changing the notes of a version, for `tag` and `note`. */
#ifndef Q_CLI_ANNOTATE_H
#define Q_CLI_ANNOTATE_H

#include "cli/cli.h"

/** Change them, and print what the version's notes are now (with --json). */
quire_status q_annotate(q_cli *cli, const char *address, const quire_notes_change *change);

#endif
