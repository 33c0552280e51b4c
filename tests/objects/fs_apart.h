/** @file Tests that change what their process may do, in a process of their own. */
#ifndef TESTS_OBJECTS_FS_APART_H
#define TESTS_OBJECTS_FS_APART_H

#include <stdbool.h>

/** What `part` returns when this user or system does not allow the test. */
#define FS_APART_CANNOT 77

/** Run `part` in a process of its own, which may give up rights; its exit status. */
int fs_apart(int (*part)(const char *path), const char *path);
/** Assert that such a part went well; skip what could not run. */
void fs_apart_expect(int result);
/** From now on a system call (__NR_…) fails with an errno, for this process and its children. */
bool fs_apart_fail(long call, int number);

#endif
