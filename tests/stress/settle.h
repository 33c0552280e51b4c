/** @file What must hold when all workers of a stress run have ended. */
#ifndef TESTS_STRESS_SETTLE_H
#define TESTS_STRESS_SETTLE_H

#include "ledger.h"

/** Returns the number of findings, each told on stderr. */
uint64_t settle_all(const char *url, ledger *shared);

#endif
