/**
 * @file
 * The shared files of AWS's tools: `[section]`, `name = value`, and below a name without a value
 * indented `name = value` of its own, which are read as `outer.name`.
 */
#ifndef Q_S3_PROFILE_H
#define Q_S3_PROFILE_H

#include "base/buffer.h"

/** Receives a setting; both are borrowed. */
typedef quire_status (*q_s3_profile_setting)(void *context, const char *name, const char *value,
                                             quire_error *error);

/** Walk through the settings of a section in the text of a file, which is changed meanwhile. The
 *  section `[profile NAME]` is the same as `[NAME]`. */
quire_status q_s3_profile_each(char *text, const char *section, q_s3_profile_setting setting,
                               void *context, quire_error *error);

#endif
