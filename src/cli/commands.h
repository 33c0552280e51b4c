/** @file The commands: of `quire` one a file cmd_<name>.c, of `quire-mpi` mpi_<name>.c. */
#ifndef Q_CLI_COMMANDS_H
#define Q_CLI_COMMANDS_H

#include "cli/cli.h"

extern const q_command q_cmd_init;
extern const q_command q_cmd_log;
extern const q_command q_cmd_upsert;
extern const q_command q_cmd_finish;
extern const q_command q_cmd_patch;
extern const q_command q_cmd_drafts;
extern const q_command q_cmd_ls;
extern const q_command q_cmd_show;
extern const q_command q_cmd_get;
extern const q_command q_cmd_cat;
extern const q_command q_cmd_path;
extern const q_command q_cmd_diff;
extern const q_command q_cmd_alias;
extern const q_command q_cmd_tag;
extern const q_command q_cmd_note;
extern const q_command q_cmd_link;
extern const q_command q_cmd_use;
extern const q_command q_cmd_rm;
extern const q_command q_cmd_gc;
extern const q_command q_cmd_verify;
extern const q_command q_cmd_push;
extern const q_command q_cmd_pull;
extern const q_command q_cmd_digest;
extern const q_command q_cmd_version;

extern const q_command q_mpi_log;
extern const q_command q_mpi_get;
extern const q_command q_mpi_push;
extern const q_command q_mpi_verify;
extern const q_command q_mpi_version;

#endif
