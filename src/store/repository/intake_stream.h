/** @file Files that are written into an intake piece by piece. */
#ifndef Q_REPOSITORY_INTAKE_STREAM_H
#define Q_REPOSITORY_INTAKE_STREAM_H

#include "store/repository/intake.h"

typedef struct q_intake_stream q_intake_stream;

/** A file whose size is not known before it ends. Several may be open at once. */
quire_status q_intake_stream_open(q_intake *intake, q_intake_stream **stream, quire_error *error);
quire_status q_intake_stream_write(q_intake_stream *stream, const void *data, size_t size,
                                   quire_error *error);
/** Ends it, does not free it. `entry` as of q_intake_load_place(), the digest until the next
 *  stream is closed. */
quire_status q_intake_stream_close(q_intake_stream *stream, q_entry *entry, quire_error *error);
void q_intake_stream_free(q_intake_stream *stream);

#endif
