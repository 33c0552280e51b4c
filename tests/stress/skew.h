/** @file A clock that is wrong. */
#ifndef TESTS_STRESS_SKEW_H
#define TESTS_STRESS_SKEW_H

/** From now on this process believes that it is so many seconds later. */
void skew_set(long seconds);

#endif
