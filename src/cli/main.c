/**
 * @file
 * `quire`: the commands that need no MPI. SIGPIPE is ignored so that a closed stdout or a closed
 * log on stderr cannot end the process within a commit; the failed write is seen at the end.
 */
#include <signal.h>

#include "cli/commands.h"

static const q_command *const commands[] = {
    &q_cmd_init,   &q_cmd_version, &q_cmd_log,  &q_cmd_patch,  &q_cmd_upsert,
    &q_cmd_finish, &q_cmd_drafts,  &q_cmd_ls,   &q_cmd_show,   &q_cmd_diff,
    &q_cmd_get,    &q_cmd_cat,     &q_cmd_path, &q_cmd_digest, &q_cmd_push,
    &q_cmd_pull,   &q_cmd_alias,   &q_cmd_tag,  &q_cmd_note,   &q_cmd_use,
    &q_cmd_link,   &q_cmd_rm,      &q_cmd_gc,   &q_cmd_verify, NULL,
};

int main(int argc, char **argv) {
    (void)argc;
    q_cli_hold_descriptors();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a write beyond the limit on file sizes fails, and says so */
    q_cli cli = {
        .program = "quire",
        .summary = "one immutable, versioned artifact out of many writers' files",
        .examples = "quire init /data/store\n"
                    "quire log digits --type dataset data/ --alias best\n"
                    "quire ls digits:latest\n"
                    "quire get digits:best -o ./digits\n",
        .commands = commands,
        .size = 1,
    };
    quire_status status = q_cli_run(&cli, argv);
    status = q_cli_flush(&cli, status);
    q_cli_report(&cli, status);
    return (int)status;
}
