/**
 * @file
 * What `log`, `upsert`, `finish` and `patch` have in common: the options that say what goes into an
 * artifact, kept in the order in which they came, and the artifact made from them.
 */
#ifndef Q_CLI_COMPOSE_H
#define Q_CLI_COMPOSE_H

#include <stdint.h>

#include "base/environment.h"
#include "cli/words.h"

enum {
    Q_COMPOSE_TYPE = 1,
    Q_COMPOSE_UNDER,
    Q_COMPOSE_REFERENCE,
    Q_COMPOSE_NO_CHECKSUM,
    Q_COMPOSE_REMOVE,
    Q_COMPOSE_ALIAS,
    Q_COMPOSE_TAG,
    Q_COMPOSE_INPUT,
    Q_COMPOSE_DESCRIPTION,
    Q_COMPOSE_METADATA,
    Q_COMPOSE_TTL,
    Q_COMPOSE_JOB,
    Q_COMPOSE_DISTRIBUTED_ID,
    Q_COMPOSE_WRITER,
    Q_COMPOSE_EXPECT,
    Q_COMPOSE_DURABILITY,
    Q_COMPOSE_NO_CACHE,
    Q_COMPOSE_LINK
};

/* Rows for the commands' tables of options. */
/* clang-format off */
#define Q_COMPOSE_TYPE_ROW {Q_COMPOSE_TYPE, "type", 't', "TYPE", "type of the collection: model, dataset, ..."}
#define Q_COMPOSE_ENTRY_ROWS                                                                      \
    {Q_COMPOSE_UNDER, "under", 0, "PREFIX",                                                       \
     "put the PATHs that follow under this folder\nof the artifact; '' is its root"},            \
    {Q_COMPOSE_REFERENCE, "reference", 0, "[PATH=]URI",                                           \
     "add a URI that stays where it is; without\nPATH, under the last part of the URI"},         \
    {Q_COMPOSE_NO_CHECKSUM, "no-checksum", 0, NULL,                                               \
     "record URIs as they are, look nothing up"}
#define Q_COMPOSE_NOTE_ROWS                                                                       \
    {Q_COMPOSE_ALIAS, "alias", 'a', "ALIAS", "point ALIAS to the version; may be repeated"},      \
    {Q_COMPOSE_TAG, "tag", 0, "TAG", "tag the version; may be repeated"},                         \
    {Q_COMPOSE_INPUT, "input", 0, "NAME:VERSION",                                                 \
     "made from that version; may be repeated"},                                                  \
    {Q_COMPOSE_DESCRIPTION, "description", 0, "TEXT", "what it is"},                              \
    {Q_COMPOSE_METADATA, "metadata", 0, "JSON|@FILE", "a JSON object, or a file with one"},       \
    {Q_COMPOSE_TTL, "ttl", 0, "SPAN", "gc may delete it after 3600, 90s, 30m, 12h, 7d, 2w"},          \
    {Q_COMPOSE_JOB, "job", 0, "JOB", "who makes it; else the Slurm or PBS job"}
#define Q_COMPOSE_STORING_ROWS                                                                    \
    {Q_COMPOSE_LINK, "link", 0, NULL,                                                             \
     "clone or hard-link files of 1 MiB and more\ninto the store; they must never change again"},  \
    {Q_COMPOSE_NO_CACHE, "no-cache", 0, NULL,                                                     \
     "read every file, also one that looks as it did\nwhen it was logged last"},                  \
    {Q_COMPOSE_DURABILITY, "durability", 0, "HOW", \
     "full (default): each object is synced when\nstored; batch: names once, before the\ncommit; none: a power cut may lose versions"}
/* clang-format on */

typedef struct q_addition {
    enum {
        Q_ADD_PATH,
        Q_ADD_REFERENCE,
        Q_ADD_REMOVAL
    } kind;
    const char *text;
    const char *under; /**< the --under in force, or NULL */
} q_addition;

/** Zero-initialise; free with q_compose_free(). Strings are those of the command line. */
typedef struct q_composition {
    const char *address; /**< the first operand: NAME or NAME:VERSION */
    const char *type;
    q_addition *additions;
    size_t addition_count;
    q_words aliases, tags, inputs;
    const char *description;
    const char *metadata;
    const char *ttl;
    const char *job;
    const char *distributed_id;
    const char *writer;
    int64_t expect;
    bool no_checksum, link;
    const char *under; /**< while reading */
    char id_room[Q_ENVIRONMENT_SIZE], writer_room[Q_ENVIRONMENT_SIZE];
} q_composition;

/** Read the command line; `what` names the first operand, which must be there. */
quire_status q_compose_read(q_cli *cli, q_option_reader *args, const char *what,
                            q_composition *composition);
void q_compose_free(q_composition *composition);

/** Usage errors when there is no type, or nothing to add. */
quire_status q_compose_need_type(q_cli *cli, const q_composition *composition);
quire_status q_compose_need_additions(q_cli *cli, const q_composition *composition);

/** The distributed id and writer that were given, else those of the environment, else a usage
 *  error that tells how to give them. */
quire_status q_compose_need_id(q_cli *cli, q_composition *composition);
quire_status q_compose_need_writer(q_cli *cli, q_composition *composition);

/** Set aliases, tags, inputs, description, metadata and ttl. */
quire_status q_compose_notes(q_cli *cli, const q_composition *composition,
                             quire_artifact *artifact);

/** The path that a file gets in the artifact, freed with free(). @param under NULL: none given */
quire_status q_compose_path(q_cli *cli, const char *file, const char *under, char **path);

/** Add one path, reference or removal; `text` instead of the addition's own. */
quire_status q_compose_add(q_cli *cli, const q_composition *composition, const q_addition *addition,
                           const char *text, quire_artifact *artifact);

/** A new artifact with notes and all additions. */
quire_status q_compose_artifact(q_cli *cli, const q_composition *composition, const char *name,
                                const char *type, quire_artifact **artifact);

#endif
