/**
 * @file
 * Write to MIB of memory once and end: `bench_touch MIB`.
 *
 * A virtual machine may give memory that nobody uses back to its host. Who then uses it first waits
 * for the host, and one tool would pay for the next: so each measurement begins with memory that
 * was touched a moment ago.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define PAGE 4096
#define MIB ((size_t)1 << 20)

int main(int count, char **words) {
    char *end = NULL;
    unsigned long mib = count == 2 ? strtoul(words[1], &end, 10) : 0;
    if (count != 2 || end == words[1] || *end != '\0' || mib > SIZE_MAX / MIB) {
        fprintf(stderr, "usage: bench_touch MIB\n");
        return 2;
    }
    size_t size = mib * MIB;
    volatile char *memory = malloc(size > 0 ? size : 1);
    if (!memory) {
        fprintf(stderr, "bench_touch: no %lu MiB of memory\n", mib);
        return 1;
    }
    for (size_t i = 0; i < size; i += PAGE) {
        memory[i] = 1;
    }
    free((void *)memory);
    return 0;
}
