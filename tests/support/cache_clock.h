/**
 * @file
 * For tests of the cache, linked by quire_test_cache_clock(): counts the files that are opened to
 * be read, and sets the clock ahead, so that files just written are old enough to be remembered.
 */
#ifndef TESTS_CACHE_CLOCK_H
#define TESTS_CACHE_CLOCK_H

/** Seconds; 0: the time of day as it is. */
void cache_clock_set_ahead(long seconds);
/** Files opened since the last call. */
unsigned long cache_clock_opened(void);
/** Files read, to their end or not, since the last call. */
unsigned long cache_clock_read(void);

#endif
