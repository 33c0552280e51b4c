/** @file Threads of a test program: how many were made, and how many more there may be. */
#ifndef TESTS_SUPPORT_THREADS_H
#define TESTS_SUPPORT_THREADS_H

/** Counts down with each thread; at 0 pthread_create() fails with EAGAIN. */
extern int threads_left;
/** Counts up with each thread. */
extern int threads_made;

#endif
