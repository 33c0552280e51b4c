/**
 * @file
 * `quire-mpi log`: one version out of all ranks' files. What can fail on one rank alone comes first
 * and ends in an agreement; from there on there are only collective calls of the library, which
 * agree by themselves.
 */
#include <mpi.h>
#include <quire/mpi.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "cli/commands.h"
#include "cli/making.h"
#include "cli/mpi_agree.h"

static const q_option options[] = {
    Q_COMPOSE_TYPE_ROW,
    Q_COMPOSE_ENTRY_ROWS,
    Q_COMPOSE_NOTE_ROWS,
    {Q_COMPOSE_DISTRIBUTED_ID, "distributed-id", 0, "ID",
     "the draft's id, for a job that is requeued;\nelse WANDB_RUN_GROUP, else a new one"},
    Q_COMPOSE_STORING_ROWS,
    {0},
};

/* `text` with {rank} and {size} replaced. */
static quire_status expand(q_cli *cli, const char *text, q_buffer *out) {
    quire_status status = QUIRE_OK;
    q_buffer_clear(out);
    while (*text && status == QUIRE_OK) {
        size_t plain = 0;
        while (text[plain] && strncmp(text + plain, "{rank}", 6) != 0 &&
               strncmp(text + plain, "{size}", 6) != 0) {
            plain++;
        }
        status = q_buffer_append(out, text, plain, &cli->error);
        text += plain;
        if (status == QUIRE_OK && *text) {
            int number = text[1] == 'r' ? cli->rank : cli->size;
            status = q_buffer_printf(out, &cli->error, "%d", number);
            text += 6;
        }
    }
    return status;
}

/* A mistyped {rnk} would be a file that is not there, or worse, one and the same for all ranks. */
static quire_status check_words(q_cli *cli, const char *text) {
    for (const char *open = text; (open = strchr(open, '{')); open++) {
        size_t size = strspn(open + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_");
        if (size > 0 && open[size + 1] == '}' && strncmp(open, "{rank}", 6) != 0 &&
            strncmp(open, "{size}", 6) != 0) {
            return q_cli_usage(cli, "unknown {%.*s}: {rank} and {size} are known",
                               size < 100 ? (int)size : 100, open + 1);
        }
    }
    return QUIRE_OK;
}

static bool is_own(const q_addition *addition) {
    return addition->kind == Q_ADD_PATH && strstr(addition->text, "{rank}");
}

/* What all ranks share, or rank 0 adds for all, has one place in the artifact. */
static quire_status check_additions(q_cli *cli, const q_composition *c) {
    quire_status status = QUIRE_OK;
    for (size_t i = 0; status == QUIRE_OK && i < c->addition_count; i++) {
        const q_addition *addition = &c->additions[i];
        const char *under = addition->under ? addition->under : "";
        status = addition->kind == Q_ADD_PATH ? check_words(cli, addition->text) : QUIRE_OK;
        if (status == QUIRE_OK) {
            status = check_words(cli, under);
        }
        if (status == QUIRE_OK && strstr(under, "{rank}") && !is_own(addition)) {
            status =
                q_cli_usage(cli, "--under %.100s is for a PATH with {rank}, and %.100s has none",
                            under, addition->text);
        }
    }
    return status;
}

/* What the ranks share: the files of a folder, the blocks of a large file. */
enum {
    NOT_SHARED,
    SHARED_FOLDER,
    SHARED_FILE
};

static unsigned char shared_kind(const q_cli *cli, const char *path) {
    struct stat info;
    if (stat(path, &info) != 0) {
        return NOT_SHARED;
    }
    if (S_ISDIR(info.st_mode)) {
        return SHARED_FOLDER;
    }
    bool is_large = S_ISREG(info.st_mode) && (uint64_t)info.st_size > QUIRE_BLOCK_SIZE;
    return is_large && cli->size > 1 ? SHARED_FILE : NOT_SHARED;
}

/* Which additions are shared, and how; rank 0 looks, for all. */
static void find_shared(q_cli *cli, const q_composition *c, unsigned char *shared) {
    for (size_t i = 0; cli->rank == 0 && i < c->addition_count; i++) {
        const q_addition *addition = &c->additions[i];
        q_buffer text = {0};
        if (addition->kind == Q_ADD_PATH && !is_own(addition) &&
            expand(cli, addition->text, &text) == QUIRE_OK) {
            shared[i] = shared_kind(cli, text.data ? text.data : "");
        }
        q_buffer_free(&text);
    }
    MPI_Bcast(shared, (int)c->addition_count, MPI_BYTE, 0, MPI_COMM_WORLD);
}

/* Entries that one rank adds alone: its own paths; of rank 0, smaller files and references. */
static quire_status add_local(q_cli *cli, const q_composition *c, const unsigned char *shared,
                              quire_artifact *artifact) {
    quire_status status = QUIRE_OK;
    q_buffer text = {0}, under = {0};
    for (size_t i = 0; status == QUIRE_OK && i < c->addition_count; i++) {
        q_addition addition = c->additions[i];
        if (shared[i] != NOT_SHARED || (cli->rank != 0 && !is_own(&addition))) {
            continue;
        }
        status = expand(cli, addition.text, &text);
        if (status == QUIRE_OK && addition.under) {
            status = expand(cli, addition.under, &under);
            addition.under = under.data;
        }
        if (status == QUIRE_OK) {
            status = q_compose_add(cli, c, &addition, text.data ? text.data : "", artifact);
        }
    }
    q_buffer_free(&under);
    q_buffer_free(&text);
    return status;
}

static quire_status add_shared(q_cli *cli, const q_composition *c, const unsigned char *shared,
                               quire_store *store, quire_artifact *artifact) {
    const quire_mpi_add_options add = {
        .progress = q_meter_update, .progress_context = &cli->meter, .as_now = 1, .link = c->link};
    quire_status status = QUIRE_OK;
    for (size_t i = 0; status == QUIRE_OK && i < c->addition_count; i++) {
        char *path = NULL;
        q_buffer text = {0}, folder = {0};
        if (shared[i] == NOT_SHARED) {
            continue;
        }
        status = expand(cli, c->additions[i].text, &text);
        if (status == QUIRE_OK && c->additions[i].under) {
            status = expand(cli, c->additions[i].under, &folder);
        }
        const char *name = text.data ? text.data : "";
        const char *under = folder.data; /* NULL: none given */
        if (status == QUIRE_OK && shared[i] == SHARED_FILE) {
            status = q_compose_path(cli, name, under, &path);
        }
        status = q_mpi_agree(cli, status);
        if (status == QUIRE_OK && shared[i] == SHARED_FILE) {
            status = q_mpi_agreed(cli, quire_mpi_add_shared_file(MPI_COMM_WORLD, store, artifact,
                                                                 name, path, &add, &cli->error));
        } else if (status == QUIRE_OK) {
            status = q_mpi_agreed(cli, quire_mpi_add_shared_dir(MPI_COMM_WORLD, store, artifact,
                                                                name, under, &add, &cli->error));
        }
        free(path);
        q_buffer_free(&folder);
        q_buffer_free(&text);
    }
    return status;
}

static quire_status log_artifact(q_cli *cli, const q_composition *c, unsigned char *shared) {
    quire_store *store = NULL;
    quire_artifact *artifact = NULL;
    quire_version_id version = {0};
    q_cli_meter(cli, "storing");
    quire_mpi_options commit = {.distributed_id = c->distributed_id,
                                .job = c->job,
                                .progress = q_meter_update,
                                .progress_context = &cli->meter};
    quire_status status = q_cli_open(cli, &store);
    if (status == QUIRE_OK) {
        status = quire_artifact_new(c->address, c->type, &artifact, &cli->error);
    }
    if (status == QUIRE_OK && cli->rank == 0) {
        status = q_compose_notes(cli, c, artifact);
    }
    status = q_mpi_agree(cli, status);
    if (status == QUIRE_OK) {
        find_shared(cli, c, shared);
        status = q_mpi_agree(cli, add_local(cli, c, shared, artifact));
    }
    if (status == QUIRE_OK) {
        status = add_shared(cli, c, shared, store, artifact);
    }
    if (status == QUIRE_OK) {
        status = q_mpi_agreed(cli, quire_mpi_log_artifact(MPI_COMM_WORLD, store, artifact, &commit,
                                                          &version, &cli->error));
    }
    if (status == QUIRE_OK) {
        q_making_print(cli, store, &version, c);
    }
    quire_artifact_free(artifact);
    quire_store_free(store);
    return status;
}

static quire_status run(q_cli *cli, q_option_reader *args) {
    q_composition composition = {0};
    unsigned char *shared = NULL;
    quire_status status = q_compose_read(cli, args, "NAME", &composition);
    if (status == QUIRE_OK) {
        status = q_compose_need_type(cli, &composition);
    }
    if (status == QUIRE_OK) {
        status = q_compose_need_additions(cli, &composition);
    }
    if (status == QUIRE_OK) {
        status = check_additions(cli, &composition);
    }
    if (status == QUIRE_OK) {
        shared = calloc(composition.addition_count, 1);
        status = shared ? QUIRE_OK : q_error_memory(&cli->error);
    }
    if (status == QUIRE_OK) {
        status = log_artifact(cli, &composition, shared);
    }
    free(shared);
    q_compose_free(&composition);
    return status;
}

const q_command q_mpi_log = {
    .name = "log",
    .group = "Commands",
    .summary = "make one version out of all ranks' files",
    .examples = "mpirun -n 4 quire-mpi log digits --type dataset /shared/data\n"
                "mpirun -n 4 quire-mpi log preds --type dataset '/tmp/part-{rank}'\n"
                "mpirun -n 4 quire-mpi log preds --type dataset --under parts \\\n"
                "    'out/part-{rank}.csv' --under '' out/summary.json\n"
                "mpirun -n 4 quire-mpi log logs --type dataset --under 'rank-{rank}' \\\n"
                "    '/tmp/logs-{rank}'\n",
    .usage = "NAME --type TYPE [OPTION]... PATH...",
    .text = "{rank} and {size} in a PATH become each rank's number and how many there are; a\n"
            "PATH with {rank} is each rank's own. A folder without {rank} is seen by all\n"
            "ranks, which share its files out among them; so is a file, which is read by\n"
            "rank 0. Of one above 64 MiB that is too large for one rank (a file that is\n"
            "given: of any above 64 MiB) each rank reads and stores a part.\n"
            "Files of one name with different content are a conflict: --under takes {rank},\n"
            "too, which keeps apart what the ranks bring by the same names.\n"
            "Prints NAME:vN. All ranks' files become one version, or none does. Content that\n"
            "a version has already makes no new version: that one is printed, the aliases\n"
            "move to it, and what else is said of it stays.\n"
            "\n"
            "The ranks of a node share its cores out as threads, or each has $QUIRE_THREADS.\n"
            "Where mpirun binds a rank to one core it has one: see its --bind-to none.\n",
    .options = options,
    .run = run,
};
