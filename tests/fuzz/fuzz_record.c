/** @file Records out of an input: see fuzz_record.h. */
#include "fuzz_record.h"

#include <ctype.h>

#include "base/digest.h"

void fuzz_record_seal(q_buffer *out, const fuzz_input *input) {
    quire_error error = {0};
    char check[Q_SHA256_HEX_SIZE];
    size_t start = out->size, size = input->size;
    while (size > 0 && isspace(input->data[size - 1])) {
        size--;
    }
    size -= size > 0 && input->data[size - 1] == '}';
    fuzz_append(out, input->data, size);
    FUZZ_OK(q_sha256_hex(out->data ? out->data + start : "", size, check, &error), &error);
    FUZZ_OK(q_buffer_printf(out, &error, ",\"check\":\"%s\"}\n", check), &error);
}
