/**
 * @file
 * For tests of the cache, linked by quire_test_file_system(): what kind of file system all files
 * lie on, whatever the tests run on.
 */
#ifndef TESTS_FILE_SYSTEM_H
#define TESTS_FILE_SYSTEM_H

#include <stdint.h>

#define FILE_SYSTEM_LOCAL 0xef53     /* ext4; in the beginning */
#define FILE_SYSTEM_REMOTE 0x6969    /* NFS */
#define FILE_SYSTEM_IMAGE 0x73717368 /* squashfs */

/** The number that statfs() tells, of any name but an empty one. */
void file_system_set(uint32_t kind);
/** Let statfs() fail for names that hold this text, borrowed, as if nothing was there; NULL: none.
 */
void file_system_lose(const char *name);

#endif
