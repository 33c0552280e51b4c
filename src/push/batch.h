/**
 * @file
 * A batch: neighbouring entries of a part, whose files one worker reads in one go (a q_load). As in
 * artifact/batch.h it is filled and put on the thread of the writing, in the order of paths, and
 * read on any; what it reads from is another store.
 */
#ifndef Q_PUSH_BATCH_H
#define Q_PUSH_BATCH_H

#include "push/fetch.h"

typedef struct q_push_file {
    bool is_file;  /**< not a reference */
    bool is_known; /**< not to be read: the target has it */
    /** It goes into the target as a stream, since nothing lasts that a load could read from. */
    bool is_stream;
    size_t at;     /**< of a small stream: in the batch's memory */
    char *local;   /**< its path in the source, or NULL */
    size_t index;  /**< in the load */
    uint64_t told; /**< bytes of it */
} q_push_file;

/** Zero-initialise; used over and over. */
typedef struct q_push_batch {
    q_load *load;
    q_entry_box boxes[Q_LOAD_FILES];
    q_push_file files[Q_LOAD_FILES];
    size_t count, file_count;
    uint64_t bytes;
    q_buffer memory;     /**< of small streams */
    quire_status status; /**< why entry `failed` cannot be read */
    size_t failed;
    quire_error error;
} q_push_batch;

void q_push_batch_free(q_push_batch *batch, const quire_push *push);

quire_status q_push_batch_begin(q_push_batch *batch, const quire_push *push, q_writing *writing,
                                quire_error *error);
/** Whether an entry goes well with those it has. */
bool q_push_batch_has_room(const q_push_batch *batch, const q_entry *entry);
quire_status q_push_batch_add(q_push_batch *batch, const quire_push *push, const q_entry *entry,
                              quire_error *error);
/** Read the files until one fails, on any thread. */
void q_push_batch_read(q_push_batch *batch, const q_push_fetching *fetching, size_t lane);
/** Where a batch is written to. */
typedef struct q_push_writing {
    quire_push *push;
    q_writing *writing;
    q_stage *stage;                  /**< for streams; NULL: the target reads once */
    const q_push_fetching *fetching; /**< for large streams, on the caller's thread */
} q_push_writing;

/** Write its entries, as far as they could be read; counts them in the push. */
quire_status q_push_batch_write(q_push_batch *batch, const q_push_writing *to, quire_error *error);

#endif
