/** @file Records out of an input: with the check that a fuzzer cannot guess. */
#ifndef TESTS_FUZZ_RECORD_H
#define TESTS_FUZZ_RECORD_H

#include "fuzz.h"

/** Append the input and, in place of a closing brace at its end, a check that holds. */
void fuzz_record_seal(q_buffer *out, const fuzz_input *input);

#endif
