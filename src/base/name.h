/**
 * @file
 * What may be called how: names, types, aliases, tags, paths, ids. Every check is QUIRE_USAGE with
 * a message that shows the offender; readers of stored data turn that into QUIRE_INTEGRITY. The
 * rules are W&B's, narrowed where a filesystem needs it; include/quire/artifact.h tells them.
 */
#ifndef Q_BASE_NAME_H
#define Q_BASE_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

#define Q_PATH_MAX 4096
#define Q_COMPONENT_MAX 255
#define Q_NAME_MAX 128
#define Q_URI_MAX 8192

quire_status q_name_check_artifact(const char *name, quire_error *error);
/** Refuses W&B's reserved types too: `job`, `wandb-…`, and the reserved pairs with a name. */
quire_status q_name_check_type(const char *type, const char *name, quire_error *error);
/** An alias that a caller may set: not `latest`, not `v<digits>`, not a digest. */
quire_status q_name_check_alias(const char *alias, quire_error *error);
quire_status q_name_check_tag(const char *tag, quire_error *error);
/** distributed_id and writer: 1 … 128 bytes of UTF-8 without control characters. */
quire_status q_name_check_id(const char *what, const char *id, quire_error *error);
/** Who makes or uses a version: 1 … 1,024 bytes of UTF-8 without control characters. */
quire_status q_name_check_job(const char *job, quire_error *error);
/** A path of an entry. */
quire_status q_name_check_path(const char *path, quire_error *error);
/** A URI: scheme, colon, something; UTF-8, no blanks or control characters, at most Q_URI_MAX. */
quire_status q_name_check_uri(const char *uri, quire_error *error);
bool q_name_is_utf8(const char *text, size_t size);

/** NAME[:VERSION], taken apart. */
typedef struct q_address {
    char name[Q_NAME_MAX + 1];
    char selector[Q_NAME_MAX + 1]; /**< "latest" when none was given; 128 holds a digest */
} q_address;
quire_status q_name_parse_address(const char *address, q_address *parsed, quire_error *error);
/** The number of `v<digits>`, or -1. */
int64_t q_name_version_number(const char *selector);

/**
 * A caller's id as one component of an object key: unreserved bytes as they are, others
 * percent-encoded; what would exceed 200 bytes is `%h` and the SHA-256. Never starts with a dot.
 * @param component freed by the caller with free()
 */
quire_status q_name_to_component(const char *id, char **component, quire_error *error);

#endif
