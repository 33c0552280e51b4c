/**
 * @file
 * For tests of the cache, linked by quire_test_file_system(): what kind of file system all files
 * lie on, whatever the tests run on.
 */
#ifndef TESTS_FILE_SYSTEM_H
#define TESTS_FILE_SYSTEM_H

#include <stdint.h>

#define FILE_SYSTEM_LOCAL 0xef53     /* ext4; in the beginning */
#define FILE_SYSTEM_IMAGE 0x73717368 /* squashfs */

/** The number that statfs() tells, of any name but an empty one. */
void file_system_set(uint32_t kind);

#endif
