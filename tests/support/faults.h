/**
 * @file
 * Objects that fail on purpose: wraps any implementation and fails chosen operations.
 */
#ifndef TESTS_FAULTS_H
#define TESTS_FAULTS_H

#include "objects/objects.h"

typedef enum fault_mode {
    FAULT_NONE,
    FAULT_BEFORE, /**< fail, nothing done */
    FAULT_AFTER   /**< do it, then fail: a lost reply */
} fault_mode;

/** Takes `inner` over. Counts each operation of the interface (writer and reader ones too). */
quire_status faults_new(q_objects *inner, q_objects **objects, quire_error *error);
/** Fail the k-th operation from now on (k = 1 …) once, or, when `for_good`, all from it on. */
void faults_set(q_objects *objects, uint64_t k, fault_mode mode, quire_status status,
                bool for_good);
/** Operations since the last faults_set(). */
uint64_t faults_count(const q_objects *objects);
/** Whether the fault has been hit. */
bool faults_hit(const q_objects *objects);

#endif
