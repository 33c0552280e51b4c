/**
 * @file
 * A batch: neighbouring steps of a plan, whose files one thread reads in one go. It is composed and
 * written by the thread of the writing, in the order of the plan; in between, its files are read,
 * on any thread.
 *
 * What a file looks like is asked for when it is its turn, not when it was added: an artifact may
 * be composed long before it is committed; unless the caller has said that this will do. Files that
 * the cache knows are not read, if the store has what they hold.
 */
#ifndef Q_ARTIFACT_BATCH_H
#define Q_ARTIFACT_BATCH_H

#include "artifact/plan.h"
#include "base/crew.h"
#include "cache/cache.h"
#include "store/store.h"

/** What the batches of a writing share. */
typedef struct q_batch_target {
    quire_store *store;
    q_writing *writing;
    q_cache *cache; /**< NULL: every file is read */
    /** Within a file that is read: so many bytes more, perhaps 0. Another status than QUIRE_OK ends
     *  the reading. @param by_owner on the thread of the writing, after the batch was taken back */
    quire_status (*told)(void *context, bool by_owner, uint64_t bytes, quire_error *error);
    /** A step is written; so many of its bytes were not told of yet. */
    void (*written)(void *context, uint64_t bytes);
    void *context;
} q_batch_target;

typedef struct q_batch_file {
    struct q_batch *batch;
    const q_step *step;
    q_buffer name; /**< of a local file */
    q_source source;
    bool is_open;
    bool is_cached; /**< the cache is asked, and told */
    bool is_known;  /**< not to be read */
    struct timespec opened;
    uint64_t told; /**< bytes of it */
} q_batch_file;

/** Zero-initialise; used over and over. */
typedef struct q_batch {
    const q_batch_target *target;
    q_load *load;
    const q_step *steps;
    size_t count;
    q_batch_file files[Q_LOAD_FILES]; /**< those of the steps that have content to read */
    size_t file_count, read;          /**< …, and how many are read, or need not be */
    size_t open;                      /**< how many were composed with an open file */
    uint64_t bytes, held;             /**< of files: as planned; as they were when read */
    bool is_written;                  /**< or being so */
    quire_status status;              /**< why the file with the index `failed` cannot be read */
    size_t failed;
    quire_error error;
} q_batch;

void q_batch_free(q_batch *batch);

/** Begin it anew, with no step; the steps to come begin at `first`. */
quire_status q_batch_begin(q_batch *batch, const q_batch_target *target, const q_step *first,
                           quire_error *error);
/** Whether the next step, which there must be, goes well with those it has. */
bool q_batch_has_room(const q_batch *batch);
/** Add the next step. */
quire_status q_batch_add(q_batch *batch, quire_error *error);
/** Read the files, until one fails, on any thread. A large one is shared out among the idle workers
 *  of the crew, in which this one is `lane`; NULL: there are none. Where files have grown since
 * they were added, some are left for q_batch_write(), so that what is held has a bound. */
void q_batch_read(q_batch *batch, q_crew *crew, size_t lane);
/** Write all steps, as far as files could be read. */
quire_status q_batch_write(q_batch *batch, quire_error *error);

#endif
