/**
 * @file
 * A long-lived process that opens the store, logs and closes it again and again: it may not lose
 * memory or descriptors. Every cycle makes a version, reads a file of it back and looks at it.
 */
#include <quire/quire.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/descriptors.h"

#define CYCLES 1000
#define WARM 100 /**< until caches and arenas have their size */
#define GROWTH_MAX (2.0 * (1 << 20))

static double resident(void) {
    long size = 0, pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%ld %ld", &size, &pages) != 2) {
        pages = 0;
    }
    if (file) {
        fclose(file);
    }
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

static quire_status take(void *context, const void *data, size_t size) {
    (void)data;
    *(size_t *)context += size;
    return QUIRE_OK;
}

static quire_status look(quire_store *store, const char *address, quire_error *error) {
    quire_version *version = NULL;
    size_t size = 0;
    quire_status status = quire_version_open(store, address, &version, error);
    if (status == QUIRE_OK) {
        status = quire_version_read(version, "a/number", 0, UINT64_MAX, take, &size, error);
    }
    quire_version_free(version);
    return status == QUIRE_OK && size == 0 ? QUIRE_ERROR : status;
}

/* A collection for each hundred, since what a version costs grows with those there are. */
static quire_status cycle(const char *url, int number, quire_error *error) {
    const quire_store_options options = {.durability = QUIRE_DURABILITY_NONE};
    char name[32], text[64];
    quire_store *store = NULL;
    quire_artifact *artifact = NULL;
    quire_version_id version;
    snprintf(name, sizeof name, "many-%d", number / 100);
    snprintf(text, sizeof text, "number %d", number);
    quire_status status = quire_store_open(url, &options, &store, error);
    if (status == QUIRE_OK) {
        status = quire_artifact_new(name, "test", &artifact, error);
    }
    if (status == QUIRE_OK) {
        status = quire_artifact_add_buffer(artifact, "a/number", text, strlen(text), NULL, error);
    }
    if (status == QUIRE_OK) {
        status = quire_artifact_add_alias(artifact, "best", error);
    }
    if (status == QUIRE_OK) {
        status = quire_log_artifact(store, artifact, NULL, &version, error);
    }
    if (status == QUIRE_OK) {
        snprintf(text, sizeof text, "%s:best", name);
        status = look(store, text, error);
    }
    /* What fails must give everything back, too. */
    if (status == QUIRE_OK && look(store, "unknown:v7", NULL) != QUIRE_NOT_FOUND) {
        status = QUIRE_ERROR;
    }
    quire_artifact_free(artifact);
    quire_store_free(store);
    return status;
}

static int run(const char *url) {
    quire_error error = {0};
    double before = 0;
    size_t open_before = 0;
    if (quire_store_init(url, NULL, &error) != QUIRE_OK) {
        fprintf(stderr, "cycles: %s\n", error.message);
        return 1;
    }
    for (int i = 0; i < CYCLES; i++) {
        if (i == WARM) {
            before = resident();
            open_before = descriptors();
        }
        if (cycle(url, i, &error) != QUIRE_OK) {
            fprintf(stderr, "cycles: cycle %d: %s\n", i, error.message);
            return 1;
        }
    }
    double growth = resident() - before;
    long opened = (long)descriptors() - (long)open_before;
    printf("%d cycles: %ld descriptors and %.0f KiB more than after %d\n", CYCLES, opened,
           growth / 1024, WARM);
    return opened == 0 && growth < GROWTH_MAX ? 0 : 1;
}

int main(int count, char **words) {
    if (count != 2) {
        fprintf(stderr, "usage: cycles STORE\n");
        return 2;
    }
    return run(words[1]);
}
