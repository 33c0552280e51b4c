/** @file What is behind a quire_artifact, for the files of this layer alone. */
#ifndef Q_ARTIFACT_ARTIFACT_H
#define Q_ARTIFACT_ARTIFACT_H

#include <quire/quire.h>

#include "artifact/arguments.h"
#include "artifact/entries.h"
#include "store/store.h"

#define Q_NOTES_MAX 100

struct quire_file {
    quire_artifact *artifact;
    q_stage_stream *stream;
    char *path;
    struct quire_file *next; /**< of the artifact's open ones */
    quire_error failure;     /**< status other than QUIRE_OK: of the write that failed */
};

struct quire_artifact {
    char *name, *type;
    q_notes notes;
    q_entries entries;
    q_folder *folders;
    q_keyset removals;
    quire_store *store; /**< what the stage belongs to */
    q_stage *stage;     /**< NULL until the first stream */
    quire_file *open;
    char digest[Q_DIGEST_TEXT_SIZE]; /**< what quire_artifact_get_entry() lent last */
};

/**
 * Add an item whose content is set, under a path that is checked and copied here. The content is
 * taken over in any case.
 */
quire_status q_artifact_add(quire_artifact *artifact, const char *path, q_item *item,
                            quire_error *error);

/** QUIRE_CONFLICT when a stream is open under the path. */
quire_status q_artifact_check_open(const quire_artifact *artifact, const char *path,
                                   quire_error *error);

/** Remember a folder for items of kind Q_ITEM_BELOW. @param prefix NULL or "": none */
quire_status q_artifact_folder(quire_artifact *artifact, const char *folder, const char *prefix,
                               const q_folder **made, quire_error *error);

/** `prefix`/`path`, or `path` alone, into `out`, which is emptied before. */
quire_status q_path_join(q_buffer *out, const char *prefix, const char *path, quire_error *error);

#endif
