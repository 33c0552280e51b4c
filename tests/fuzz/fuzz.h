/**
 * @file
 * What the fuzz targets share. A target is one file with LLVMFuzzerTestOneInput(): under libFuzzer
 * it gets what that makes up, in all other builds replay.c gives it the files of its corpus.
 *
 * Targets check what a parser promises, not only that it does not crash: FUZZ_CHECK() ends the
 * program where a promise is broken.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_CHECK(condition)                                                                      \
    ((condition) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #condition, NULL))

/** A failure must say the same in the status and in the error, in a line that can be shown. */
#define FUZZ_TOLD(status, error) fuzz_told(__FILE__, __LINE__, status, error)

/** What must succeed, whatever the input: nothing of it depends on the input. */
#define FUZZ_OK(call, error)                                                                       \
    ((call) == QUIRE_OK ? (void)0 : fuzz_fail(__FILE__, __LINE__, #call, error))

_Noreturn void fuzz_fail(const char *file, int line, const char *what, const quire_error *error);
void fuzz_told(const char *file, int line, quire_status status, const quire_error *error);

/** An input that is taken apart from the front. */
typedef struct fuzz_input {
    const uint8_t *data;
    size_t size;
} fuzz_input;

/** The first byte, 0 when there is none. */
uint8_t fuzz_byte(fuzz_input *input);
/** The next eight bytes, little endian, zeros behind the end. */
uint64_t fuzz_number(fuzz_input *input);
/** What comes before `separator`, which is passed over; the rest when there is none. */
fuzz_input fuzz_until(fuzz_input *input, const char *separator);
/** A copy with a NUL at its end, freed with free(). */
char *fuzz_text(const fuzz_input *input);
void fuzz_append(q_buffer *out, const void *data, size_t size);

#endif
