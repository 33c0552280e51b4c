/**
 * @file
 * Make files of bytes that nothing can compress: `bench_data DIR COUNT SIZE SEED [EVERY OFFSET]`.
 *
 * DIR/d000/f000000 and so on, FOLDER files a folder, SIZE bytes each, the same on every machine for
 * the same SEED. With EVERY and OFFSET only each EVERY-th file is written, beginning with the
 * OFFSET-th: with another SEED, a change of a part of what was there. The bytes are those of
 * SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014), which
 * gives several GiB a second.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER 500
#define BUFFER_WORDS (128 * 1024)
#define GOLDEN 0x9e3779b97f4a7c15u

static uint64_t mix(uint64_t *state) {
    uint64_t z = *state += GOLDEN;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static int write_all(int fd, const char *data, size_t size) {
    while (size > 0) {
        ssize_t written = write(fd, data, size);
        if (written < 0 && errno != EINTR) {
            return -1;
        }
        data += written > 0 ? written : 0;
        size -= written > 0 ? (size_t)written : 0;
    }
    return 0;
}

static int fill(int fd, uint64_t size, uint64_t state, uint64_t *buffer) {
    while (size > 0) {
        size_t part = BUFFER_WORDS * sizeof *buffer;
        part = size < part ? (size_t)size : part;
        for (size_t i = 0; i < (part + sizeof *buffer - 1) / sizeof *buffer; i++) {
            buffer[i] = mix(&state);
        }
        if (write_all(fd, (const char *)buffer, part) != 0) {
            return -1;
        }
        size -= part;
    }
    return 0;
}

static int make_file(const char *path, uint64_t size, uint64_t state, uint64_t *buffer) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) {
        return -1;
    }
    int failed = fill(fd, size, state, buffer);
    return close(fd) != 0 || failed ? -1 : 0;
}

static int make_folder(const char *path) {
    return mkdir(path, 0777) != 0 && errno != EEXIST ? -1 : 0;
}

static int make_all(const char *folder, const uint64_t *numbers, uint64_t *buffer) {
    uint64_t count = numbers[0], size = numbers[1], seed = numbers[2], every = numbers[3];
    char path[4096];
    snprintf(path, sizeof path, "%s", folder);
    if (make_folder(path) != 0) {
        fprintf(stderr, "bench_data: %s: %s\n", path, strerror(errno));
        return 1;
    }
    uint64_t made = UINT64_MAX;
    for (uint64_t i = numbers[4]; i < count; i += every) {
        uint64_t in = i / FOLDER;
        snprintf(path, sizeof path, "%s/d%03llu", folder, (unsigned long long)in);
        int failed = in != made && make_folder(path) != 0;
        made = in;
        snprintf(path, sizeof path, "%s/d%03llu/f%06llu", folder, (unsigned long long)in,
                 (unsigned long long)i);
        uint64_t state = seed * 1000003u + i;
        state = mix(&state); /* so that neighbours do not run into each other */
        if (failed || make_file(path, size, state, buffer) != 0) {
            fprintf(stderr, "bench_data: %s: %s\n", path, strerror(errno));
            return 1;
        }
    }
    return 0;
}

int main(int count, char **words) {
    uint64_t numbers[5] = {0, 0, 0, 1, 0}; /* COUNT SIZE SEED EVERY OFFSET */
    int bad = count != 5 && count != 7;
    for (int i = 2; !bad && i < count; i++) {
        char *end = words[i];
        errno = 0;
        numbers[i - 2] = strtoull(words[i], &end, 10);
        bad = errno != 0 || end == words[i] || *end != '\0' || words[i][0] == '-';
    }
    if (bad || numbers[3] == 0) {
        fprintf(stderr, "usage: bench_data DIR COUNT SIZE SEED [EVERY OFFSET]\n");
        return 2;
    }
    uint64_t *buffer = malloc(BUFFER_WORDS * sizeof *buffer);
    if (!buffer) {
        fprintf(stderr, "bench_data: out of memory\n");
        return 1;
    }
    int code = make_all(words[1], numbers, buffer);
    free(buffer);
    return code;
}
