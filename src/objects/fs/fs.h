/**
 * @file
 * Objects in a directory on a local or shared filesystem.
 *
 * A put writes to a name of its own in `tmp/`, syncs it, links it to its final name, unlinks the
 * first and syncs the folder. link(2) is atomic also on NFS; where a filesystem has no hard links,
 * renameat2(RENAME_NOREPLACE) takes its place. Nothing is ever renamed over an object. Removal with
 * a time goes through `trash/`: the object is renamed there, looked at again, and linked back when
 * it was refreshed meanwhile. All paths are opened relative to the root's descriptor.
 */
#ifndef Q_OBJECTS_FS_H
#define Q_OBJECTS_FS_H

#include "objects/objects.h"

/**
 * Open a directory as objects.
 * @param create make it (and its parents) if it is not there; else QUIRE_NOT_FOUND
 */
quire_status q_objects_fs_open(const char *directory, bool create, quire_durability durability,
                               q_objects **objects, quire_error *error);

#endif
