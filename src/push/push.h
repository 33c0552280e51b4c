/** @file What is behind a quire_push, for the files of this layer alone. */
#ifndef Q_PUSH_PUSH_H
#define Q_PUSH_PUSH_H

#include "store/store.h"

/** A run of the source's entries, in the order of paths. */
typedef struct q_push_part {
    char *first; /**< the first path; NULL: there is no entry */
    uint64_t entries, bytes;
    char digest[Q_SHA256_HEX_SIZE]; /**< of its shard, where that can be told; else "" */
    bool is_done;
} q_push_part;

struct quire_push {
    quire_version *source;
    quire_store *target;
    quire_push_options options;
    const char *name; /**< of the collection in the target */
    /** Both stores have the same digest of the same content. */
    bool is_comparable;
    q_notes notes; /**< of the version to be; strings borrowed, lists owned */
    q_origin origin;
    char origin_version[Q_NAME_MAX + 32];
    quire_version *found; /**< in the target, with this content; NULL: none */
    char draft[136];      /**< "": the only part is logged */
    q_push_part *parts;
    uint32_t count;
    quire_version_id logged; /**< once its digest is not "" */
    quire_push_report report;
    quire_progress progress;
};

/** Tell whoever watches that so much more is done. */
void q_push_advance(quire_push *push, uint64_t files, uint64_t bytes);

/* --- notes.c --- */

/** Check whether the target can have such a version, and gather its notes. */
quire_status q_push_gather_notes(quire_push *push, quire_error *error);
void q_push_free_notes(quire_push *push);

/* --- parts.c --- */

/** Divide the source: the same parts whoever asks. @param whole one part, whatever its size */
quire_status q_push_divide(quire_push *push, bool whole, quire_error *error);
void q_push_free_parts(quire_push *push);

/* --- find.c --- */

/** Look for a version of the target with the source's content, as far as that can be told. */
quire_status q_push_find_version(quire_push *push, quire_error *error);
/** Whether the version that was found was pushed by a draft, which perhaps nobody has closed. */
bool q_push_is_from_draft(const quire_push *push);
/** The draft that an earlier push has left, and which parts are in it.
 *  @param is_new whether there shall be the name of a new one, if there is none */
quire_status q_push_find_draft(quire_push *push, bool is_new, quire_error *error);

/* --- copy.c --- */

/** Copy a part: into the draft, or into a version if there is none. */
quire_status q_push_copy(quire_push *push, uint32_t number, quire_error *error);

#endif
