/**
 * @file
 * The cases: each public function at work on something that takes all its ways to memory.
 */
#ifndef TESTS_MEMORY_CASES_H
#define TESTS_MEMORY_CASES_H

#include "memory/fixture.h"

typedef struct memory_case {
    const char *name; /**< the function, and after a slash what is special about this case */
    void (*setup)(fixture *);
    /** Only this meets failing allocations. Tells its result; called again after a failure, it must
     *  succeed with the result of a call that met none. */
    quire_status (*call)(fixture *, quire_error *);
    bool writes; /**< into the store */
    bool once;   /**< the function takes its handle down even when it fails: nothing to repeat */
    /** What the repeat may return beside QUIRE_OK: what was asked for had been done. */
    quire_status done;
    /** What a failure may be beside QUIRE_ERROR, where a library below hides that it lacks memory.
     */
    quire_status hidden;
} memory_case;

typedef struct case_list {
    const memory_case *cases;
    size_t count;
} case_list;

extern const case_list artifact_cases, stream_cases, commit_cases, merge_cases, push_cases,
    store_cases, version_cases, note_cases;

#endif
