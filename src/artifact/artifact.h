/** @file What is behind a quire_artifact, for the files of this layer alone. */
#ifndef Q_ARTIFACT_ARTIFACT_H
#define Q_ARTIFACT_ARTIFACT_H

#include <quire/quire.h>

#include "artifact/arguments.h"
#include "artifact/entries.h"
#include "cache/cache.h"
#include "store/store.h"

#define Q_NOTES_MAX 100

/** A stream, or a file that is shared (quire/shared.h). */
struct quire_file {
    quire_artifact *artifact;
    q_stage_stream *stream; /**< NULL: it is shared */
    q_shared *shared;
    q_source source; /**< of a shared one: `name`, kept open */
    char *name;
    struct timespec opened; /**< a time before that */
    bool is_timed;
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
    q_cache *cache;     /**< that shared files were looked up in; the commit's; NULL: none yet */
    quire_file *open;
    char digest[Q_DIGEST_TEXT_SIZE]; /**< what quire_artifact_get_entry() lent last */
};

/**
 * Add an item whose content is set, under a path that is checked and copied here. The content is
 * taken over in any case.
 */
quire_status q_artifact_add(quire_artifact *artifact, const char *path, q_item *item,
                            quire_error *error);

/** Begin something that is written into a store: a file without stream, on the artifact's list. */
quire_status q_file_begin(quire_artifact *artifact, quire_store *store, const char *path,
                          quire_file **file, quire_error *error);
/** Enter what was written, and free the file, also on failure. The store has ended it. */
quire_status q_file_enter(quire_file *file, const q_entry *entry, quire_error *error);

/** QUIRE_CONFLICT when a stream is open under the path. */
quire_status q_artifact_check_open(const quire_artifact *artifact, const char *path,
                                   quire_error *error);

/** Remember a folder for items of kind Q_ITEM_BELOW. @param prefix NULL or "": none */
quire_status q_artifact_folder(quire_artifact *artifact, const char *folder, const char *prefix,
                               const q_folder **made, quire_error *error);

/** `prefix`/`path`, or `path` alone, into `out`, which is emptied before. */
quire_status q_path_join(q_buffer *out, const char *prefix, const char *path, quire_error *error);

#endif
