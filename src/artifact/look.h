/**
 * @file
 * What is behind a name that a walk meets: a regular file, a folder, or an error that says why
 * neither. Whoever walks, alone or with others, takes the same things, in the same words.
 */
#ifndef Q_ARTIFACT_LOOK_H
#define Q_ARTIFACT_LOOK_H

#include <dirent.h>
#include <sys/stat.h>

#include <quire/artifact.h>

#include "base/error.h"

/** The folder that a walk begins with. QUIRE_INCOMPLETE when it is not there. */
quire_status q_look_root(const char *folder, struct stat *status, quire_error *error);

/**
 * Links are followed. A dangling link, a loop of links, a device, socket or FIFO is an error; a
 * file whose path is none that an artifact may have is QUIRE_USAGE.
 * @param file as it can be opened
 * @param path below the folder that is walked
 */
quire_status q_look(const char *file, const char *path, struct stat *status, quire_error *error);

/** What a look has told, as an artifact takes it. */
quire_seen q_look_seen(const struct stat *status);

/** The error of a folder that is one of those on the way to it. */
quire_status q_look_loop(const char *folder, quire_error *error);

quire_status q_look_open(const char *folder, DIR **stream, quire_error *error);
/** @param name receives the next name, of the stream's own memory; NULL: there are no more */
quire_status q_look_next(DIR *stream, const char *folder, const char **name, quire_error *error);

#endif
