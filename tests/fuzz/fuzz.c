/** @file What the fuzz targets share: see fuzz.h. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void fuzz_fail(const char *file, int line, const char *what, const quire_error *error) {
    fprintf(stderr, "%s:%d: broken promise: %s%s%s\n", file, line, what, error ? ": " : "",
            error ? error->message : "");
    abort();
}

void fuzz_told(const char *file, int line, quire_status status, const quire_error *error) {
    if (status == QUIRE_OK) {
        return;
    }
    if (error->status != (int32_t)status || !error->message[0]) {
        fuzz_fail(file, line, "the error tells the status", error);
    }
    if (strcmp(error->message, "out of memory") == 0) {
        fuzz_fail(file, line, "memory suffices", error);
    }
    for (const char *c = error->message; *c; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f) {
            fuzz_fail(file, line, "the message has no control character", error);
        }
    }
}

uint8_t fuzz_byte(fuzz_input *input) {
    if (input->size == 0) {
        return 0;
    }
    input->size--;
    return *input->data++;
}

uint64_t fuzz_number(fuzz_input *input) {
    uint64_t number = 0;
    for (unsigned i = 0; i < 8; i++) {
        number |= (uint64_t)fuzz_byte(input) << (8 * i);
    }
    return number;
}

fuzz_input fuzz_until(fuzz_input *input, const char *separator) {
    fuzz_input taken = *input;
    size_t length = strlen(separator);
    const uint8_t *found = input->size ? memmem(input->data, input->size, separator, length) : NULL;
    if (found) {
        taken.size = (size_t)(found - input->data);
        input->data = found + length;
        input->size -= taken.size + length;
    } else {
        input->data += input->size;
        input->size = 0;
    }
    return taken;
}

char *fuzz_text(const fuzz_input *input) {
    char *text = malloc(input->size + 1);
    FUZZ_CHECK(text);
    if (input->size) {
        memcpy(text, input->data, input->size);
    }
    text[input->size] = '\0';
    return text;
}

void fuzz_append(q_buffer *out, const void *data, size_t size) {
    quire_error error;
    FUZZ_OK(q_buffer_append(out, data, size, &error), &error);
}
