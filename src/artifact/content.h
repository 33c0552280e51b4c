/** @file The file digest of a whole source. */
#ifndef Q_ARTIFACT_CONTENT_H
#define Q_ARTIFACT_CONTENT_H

#include "base/digest.h"
#include "base/source.h"

/** Read a source and digest it; a large file by several threads, if the kind has blocks. */
quire_status q_content_digest(q_source *source, q_digest_kind kind, char digest[Q_DIGEST_TEXT_SIZE],
                              quire_error *error);

/** Open a local file, digest and close it; `size` may be NULL. */
quire_status q_content_digest_file(const char *file, char digest[Q_DIGEST_TEXT_SIZE],
                                   uint64_t *size, quire_error *error);

#endif
