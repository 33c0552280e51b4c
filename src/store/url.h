/**
 * @file
 * Store URLs and file URIs, taken apart. What has the form `scheme://…` is a URL, and so is
 * `file:/…`; everything else is a plain path.
 */
#ifndef Q_STORE_URL_H
#define Q_STORE_URL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/** Room for a scheme in a message, the NUL included. */
#define Q_URL_SCHEME_SIZE 32

/** The scheme of a URL in lower case, cut short to the room; false for a plain path. */
bool q_url_scheme(const char *url, char scheme[Q_URL_SCHEME_SIZE]);

/**
 * The path that a `file:` URI names, percent-decoded.
 * @param path freed by the caller with free()
 * @return QUIRE_USAGE for a host other than this one, a query or fragment, a broken escape or no
 *         absolute path
 */
quire_status q_url_file_path(const char *uri, char **path, quire_error *error);

#endif
