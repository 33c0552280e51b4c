/**
 * @file
 * A large file on its way into the intake, read by several threads: its blocks are dealt out among
 * the worker who has it and those who have nothing else to do (base/crew.h). What comes of it is,
 * to the byte, what one thread makes.
 */
#ifndef Q_REPOSITORY_INTAKE_DIVIDED_H
#define Q_REPOSITORY_INTAKE_DIVIDED_H

#include "base/digest.h"
#include "base/source.h"
#include "objects/objects.h"

/** Whether there are others who could read blocks of it. */
bool q_intake_can_divide(const q_source *source);

/**
 * Read and digest all of such a source.
 * @param object receives its bytes; begun by q_object_writer_open_shared(). NULL: they are read for
 *        the digest alone
 * @param blocks receives the binary digests of its blocks
 */
quire_status q_intake_read_divided(q_source *source, q_object_writer *object,
                                   char digest[Q_DIGEST_TEXT_SIZE], q_buffer *blocks,
                                   quire_error *error);

#endif
