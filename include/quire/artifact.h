/**
 * @file
 * Artifacts: what a caller composes before it becomes a version.
 *
 * An artifact has a name (of its collection), a type, entries and notes. Adding a local file
 * remembers where it is; it is read once, hashed and stored in the same pass, when the artifact is
 * logged, upserted or patched. Under MPI every rank composes an artifact of its own: same name and
 * type, its own entries, or none.
 *
 * Paths within an artifact are relative, UTF-8, with `/` between components; no component is empty,
 * `.`, `..` or longer than 255 bytes; no control characters, no backslash, no drive letter (`C:`)
 * at the beginning; at most 4,096 bytes. Adding the same path twice with the same content is fine;
 * with other content it is QUIRE_CONFLICT, at once.
 *
 * Names follow W&B's rules: a name has 1 to 128 of `a-z A-Z 0-9 _ . -`; a type starts with a
 * letter, digit, `_` or `-`, may hold blanks and dots, and has no `/` or `:`; an alias has no `/`
 * or `:`; a tag has letters, digits, `_`, `-` and inner blanks.
 */
#ifndef QUIRE_ARTIFACT_H
#define QUIRE_ARTIFACT_H

#include <stddef.h>
#include <time.h>

#include <quire/store.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct quire_artifact quire_artifact;

/** The size of an entry that nobody knows (a reference that was not looked at). */
#define QUIRE_SIZE_UNKNOWN UINT64_MAX

/** One entry of an artifact or version. Strings are borrowed; each function says for how long. */
typedef struct quire_entry {
    const char *path;
    const char *digest;    /**< as quire_digest_file() writes it; of a reference: ETag or URI */
    uint64_t size;         /**< bytes, or QUIRE_SIZE_UNKNOWN */
    const char *reference; /**< the URI of a reference; NULL for a file */
} quire_entry;

/** What stat() tells of a file. */
typedef struct quire_seen {
    uint64_t size;
    uint64_t device, inode; /**< inode 0: the size is all that is known */
    struct timespec modified, changed;
} quire_seen;

/** How an entry is added. Zero-initialised: the defaults. */
typedef struct quire_add_options {
    int version;     /**< layout of this struct: 0 */
    int no_checksum; /**< references: record the URI as it is, look nothing up */
    int borrow;      /**< buffers: do not copy; the caller keeps them unchanged until the artifact
                          was logged or freed */
    int link;        /**< files: their content may be taken into the store without a copy, see
                          below; elsewhere without effect */
    int as_now;      /**< files and folders: what a file holds now will do, see below */
    const quire_seen *seen; /**< files: as_now, by a look that the caller had at it just now, which
                                 told a regular file: for walks of one's own. Borrowed */
} quire_add_options;

/*
 * **Files as they are now** (quire_add_options.as_now). Without it a file is in the version as it
 * is when the artifact is logged: it is looked at, or read, then. With it the caller says that a
 * file does not change between the two, or that either will do: what it holds when it is added, or
 * when it is logged. That saves a stat() a file where the store has a cache
 * (quire_store_options.cache): what the cache knows by its look when it was added is not looked at
 * again. What it does not know is read when the artifact is logged, as ever; without a cache that
 * is every file, and this has no effect. On a filesystem of other hosts, where a look may be old,
 * a file is opened when the artifact is logged, and has what it holds then. A path that is added
 * twice is as now if it is the same file both times and both say so. Right for a program that adds
 * a folder and logs it at once; not for one that goes on writing files that it has added.
 */

/*
 * **Linked files** (quire_add_options.link). What is added so and has 1 MiB or more is read and
 * hashed as ever, but not written: the store gets a clone of the file where the filesystem can make
 * one (reflink: btrfs, xfs, …), else a hard link where the file lies on the store's filesystem and
 * the system allows it, else a copy like any other. By this the caller promises that the file
 *
 * - does not change, is not renamed and not removed until the call that logs it has returned;
 * - does not change for as long as the store has it, where it became a hard link: the store's file
 *   and the caller's are one, with one mode, owner and mtime, which are left as they are. To
 *   replace it by another (write, then rename), or to remove it, is fine.
 *
 * A promise that is broken damages all versions with that content: quire_version_verify() finds it,
 * and what is read is checked as ever.
 */

/**
 * Begin an artifact. Local.
 * @param artifact receives the handle; the caller frees it with quire_artifact_free()
 * @return QUIRE_USAGE for a name or type that breaks the rules above or is reserved
 */
QUIRE_API quire_status quire_artifact_new(const char *name, const char *type,
                                          quire_artifact **artifact, quire_error *error);

/** Free an artifact and what was staged for it but not committed; NULL is fine. Local. */
QUIRE_API void quire_artifact_free(quire_artifact *artifact);

/** Its name and type, borrowed. Local. */
QUIRE_API const char *quire_artifact_name(const quire_artifact *artifact);
QUIRE_API const char *quire_artifact_type(const quire_artifact *artifact);

/** How many entries it has now. Local. */
QUIRE_API uint64_t quire_artifact_count(const quire_artifact *artifact);

/** Notes of the version to be made. Local. Text is copied; QUIRE_USAGE when it breaks the rules. */
QUIRE_API quire_status quire_artifact_set_description(quire_artifact *artifact, const char *text,
                                                      quire_error *error);
/** @param json a JSON object of at most 100 keys at the top level, at most 1 MiB */
QUIRE_API quire_status quire_artifact_set_metadata(quire_artifact *artifact, const char *json,
                                                   quire_error *error);
/** @param seconds until gc may delete the version, from its commit on; 0: never */
QUIRE_API quire_status quire_artifact_set_ttl(quire_artifact *artifact, int64_t seconds,
                                              quire_error *error);
/** An alias to be moved to the version. `latest` and `v<number>` are the store's own. */
QUIRE_API quire_status quire_artifact_add_alias(quire_artifact *artifact, const char *alias,
                                                quire_error *error);
QUIRE_API quire_status quire_artifact_add_tag(quire_artifact *artifact, const char *tag,
                                              quire_error *error);
/** Record that this artifact is made from that version (lineage); it must exist when logged.
 *  @param address NAME:VERSION, as in quire_version_open() */
QUIRE_API quire_status quire_artifact_add_input(quire_artifact *artifact, const char *address,
                                                quire_error *error);

/**
 * Add a local file. Local. Symbolic links are followed.
 * @param path its path in the artifact; NULL: its base name
 * @return QUIRE_INCOMPLETE when there is no such file, QUIRE_ERROR when it is no regular file
 */
QUIRE_API quire_status quire_artifact_add_file(quire_artifact *artifact, const char *file,
                                               const char *path, const quire_add_options *options,
                                               quire_error *error);

/**
 * Add all files below a folder. Local. Symbolic links are followed; a loop of them, a dangling one,
 * a device, socket or FIFO is an error that names it. Empty folders are not recorded.
 * @param prefix the folder in the artifact to put them under; NULL or "": its root
 */
QUIRE_API quire_status quire_artifact_add_dir(quire_artifact *artifact, const char *folder,
                                              const char *prefix, const quire_add_options *options,
                                              quire_error *error);

/**
 * Add a URI that stays where it is. Local, may use the network.
 *
 * `file:` is hashed (a folder: one entry a file below it); `http:` and `https:` are asked for ETag
 * and size; everything else, and all with `no_checksum`, is recorded as given, its digest the URI.
 * @param path its path in the artifact; NULL: the last component of the URI's path
 * @return QUIRE_NOT_FOUND when the server says so, QUIRE_TEMPORARY when it cannot be reached
 */
QUIRE_API quire_status quire_artifact_add_reference(quire_artifact *artifact, const char *uri,
                                                    const char *path,
                                                    const quire_add_options *options,
                                                    quire_error *error);

/** Add `size` bytes of memory as a file. Local. Copied, unless options->borrow. */
QUIRE_API quire_status quire_artifact_add_buffer(quire_artifact *artifact, const char *path,
                                                 const void *data, size_t size,
                                                 const quire_add_options *options,
                                                 quire_error *error);

/** A file of an artifact while it is written. */
typedef struct quire_file quire_file;

/**
 * Begin a file whose bytes the caller will write. Local. They go straight into `store`, and the
 * artifact can then be committed to that store only.
 * @param file receives the stream; end it with quire_file_close() or quire_file_discard(), before
 *        the artifact is committed or freed. Several may be open at once.
 */
QUIRE_API quire_status quire_artifact_new_file(quire_artifact *artifact, quire_store *store,
                                               const char *path, quire_file **file,
                                               quire_error *error);
/** Append bytes. Local. After an error only discard (or close, which then fails) is left to do. */
QUIRE_API quire_status quire_file_write(quire_file *file, const void *data, size_t size,
                                        quire_error *error);
/** End the file and enter it into the artifact; frees the stream, also on failure. Local. */
QUIRE_API quire_status quire_file_close(quire_file *file, quire_error *error);
/** Give the file up and free the stream; NULL is fine. Local. */
QUIRE_API void quire_file_discard(quire_file *file);

/**
 * Take a path, or all below it, out. Local. What was added to this artifact is dropped; what was
 * not is remembered as a removal, for quire_patch_artifact(). Of a path that is removed and added
 * afterwards the patch does both, in this order: so a file may take the place of a folder.
 */
QUIRE_API quire_status quire_artifact_remove(quire_artifact *artifact, const char *path,
                                             quire_error *error);

/**
 * Look an entry up. Local. A file not yet stored is read to give its digest.
 * @param entry strings borrowed until the artifact changes or is freed
 * @return QUIRE_NOT_FOUND when the artifact has no such path
 */
QUIRE_API quire_status quire_artifact_get_entry(quire_artifact *artifact, const char *path,
                                                quire_entry *entry, quire_error *error);

#ifdef __cplusplus
}
#endif
#endif
