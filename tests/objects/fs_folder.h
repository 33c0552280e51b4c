/** @file Temporary folders for tests of the filesystem. */
#ifndef TESTS_OBJECTS_FS_FOLDER_H
#define TESTS_OBJECTS_FS_FOLDER_H

#include "objects/fs/fs.h"

/** Make a folder in $TMPDIR or /tmp; its path is freed with free(). */
char *fs_folder_make(void);
/** Remove a folder with all that is in it. */
void fs_folder_remove(const char *path);
/** How many names a folder below `path` has; 0 when it is not there. */
size_t fs_folder_count(const char *path, const char *below);
/** "PATH/NAME", freed with free(). */
char *fs_folder_join(const char *path, const char *name);
/** Write a file of its own making, as an accident or an attacker would. */
void fs_folder_write(const char *path, const char *name, const char *text);
/** Open, as an assertion. */
q_objects *fs_folder_open(const char *path, quire_durability durability);

#endif
