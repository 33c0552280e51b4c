/**
 * @file
 * quire: one immutable, versioned artifact out of the files of many writers.
 *
 * A *store* holds *collections*; a collection is a named list of *versions* v0, v1, …; a version is
 * an immutable tree of files and references with one digest. A caller composes an *artifact* and
 * turns it into a version in one of three ways:
 *
 *     simple          quire_log_artifact()                      one writer provides everything
 *     collaborative   quire_upsert_artifact() by each writer,   writers share a distributed_id;
 *                     quire_finish_artifact() by the last       only the finish makes the version
 *     patch           quire_patch_artifact()                    the differences to a version
 *
 * Until its one commit point a version does not exist; after it, it is whole and never changes.
 * The same content has the same digest, whoever wrote which part of it in whatever order.
 *
 * Wherever options are taken, NULL is fine and means the defaults, unless a function requires one
 * of them.
 *
 * Collective calls for MPI programs are in <quire/mpi.h>. Nothing here needs MPI.
 */
#ifndef QUIRE_QUIRE_H
#define QUIRE_QUIRE_H

#include <quire/artifact.h>
#include <quire/commit.h>
#include <quire/draft.h>
#include <quire/error.h>
#include <quire/push.h>
#include <quire/shared.h>
#include <quire/store.h>
#include <quire/table.h>
#include <quire/version.h>

#ifdef __cplusplus
extern "C" {
#endif

#define QUIRE_VERSION_MAJOR 0
#define QUIRE_VERSION_MINOR 1
#define QUIRE_VERSION_PATCH 0
#define QUIRE_VERSION_GE(major, minor, patch)                                                      \
    (QUIRE_VERSION_MAJOR > (major) ||                                                              \
     (QUIRE_VERSION_MAJOR == (major) &&                                                            \
      (QUIRE_VERSION_MINOR > (minor) ||                                                            \
       (QUIRE_VERSION_MINOR == (minor) && QUIRE_VERSION_PATCH >= (patch)))))

/** The library's version, "MAJOR.MINOR.PATCH". Local. Never freed. */
QUIRE_API const char *quire_version_string(void);

/** How the library was built, as a JSON object on one line. Local. Never freed. */
QUIRE_API const char *quire_build_info(void);

/** Room for a digest in text form, the NUL included. */
#define QUIRE_DIGEST_SIZE 96

/**
 * The digest of a local file. Local.
 *
 * Of a file of at most 64 MiB: its SHA-256 in hexadecimal, as sha256sum prints it. Of a larger one:
 * `sha256-64m:` and the SHA-256 of the concatenated binary SHA-256 digests of its 64 MiB blocks.
 *
 * @return QUIRE_INCOMPLETE when there is no such file, QUIRE_ERROR when it cannot be read or
 *         changes while it is read
 */
QUIRE_API quire_status quire_digest_file(const char *file, char digest[QUIRE_DIGEST_SIZE],
                                         quire_error *error);

#ifdef __cplusplus
}
#endif
#endif
