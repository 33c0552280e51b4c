/** @file URIs, as far as references and stores need them (RFC 3986, RFC 8089 for `file:`). */
#ifndef Q_BASE_URI_H
#define Q_BASE_URI_H

#include <stdbool.h>

#include "base/buffer.h"

/** Whether the URI's scheme is `scheme`, in any case of letters. */
bool q_uri_has_scheme(const char *uri, const char *scheme);

/** Refuse a URI with a user or password in it, which would be stored for all to read. */
quire_status q_uri_refuse_secrets(const char *uri, quire_error *error);

/** Whether it has a query, the part after `?`. */
bool q_uri_has_query(const char *uri);

/**
 * The last component of its path, decoded; QUIRE_USAGE when there is none.
 * @param name freed by the caller with free()
 */
quire_status q_uri_base_name(const char *uri, char **name, quire_error *error);

/**
 * The local path that a `file:` URI names; QUIRE_USAGE for another host, a query, a relative path.
 * @param file freed by the caller with free()
 */
quire_status q_uri_to_file(const char *uri, char **file, quire_error *error);

/** Append a path, its bytes other than `/` and the unreserved ones percent-encoded. */
quire_status q_uri_append_path(q_buffer *out, const char *path, quire_error *error);

#endif
