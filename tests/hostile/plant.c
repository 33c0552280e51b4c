/**
 * @file
 * A command for scripts: plants the hostile names into a store, each in a version of its own, and
 * prints their addresses. With `odd` behind the store: those that are allowed, in one version.
 */
#include <inttypes.h>
#include <quire/quire.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostile/evil.h"
#include "hostile/names.h"

static int by_path(const void *a, const void *b) {
    return strcmp(((const evil_entry *)a)->path, ((const evil_entry *)b)->path);
}

static void plant_odd(evil *e) {
    size_t count = 0;
    evil_entry *entries = calloc(hostile_name_count, sizeof *entries);
    if (!entries) {
        fprintf(stderr, "plant: out of memory\n");
        exit(1);
    }
    for (size_t i = 0; i < hostile_name_count; i++) {
        if (hostile_names[i].is_allowed) {
            entries[count++] =
                (evil_entry){hostile_names[i].text, hostile_names[i].size, NULL, NULL};
        }
    }
    qsort(entries, count, sizeof *entries, by_path);
    printf("%s:v%" PRId64 "\n", e->name, evil_plant(e, entries, count));
    free(entries);
}

static void plant_all(evil *e) {
    for (size_t i = 0; i < hostile_name_count; i++) {
        if (!hostile_names[i].is_allowed) {
            const evil_entry entries[] = {
                {"!", 1, NULL, NULL},
                {hostile_names[i].text, hostile_names[i].size, NULL, NULL},
            };
            /* In turn: the root says the name, and only a chunk does. */
            printf("%s:v%" PRId64 "\n", e->name,
                   i % 2 ? evil_plant(e, entries, 2) : evil_plant(e, entries + 1, 1));
        }
    }
}

int main(int argc, char **argv) {
    quire_store *store = NULL;
    quire_error error = {0};
    evil e;
    bool odd = argc == 3 && strcmp(argv[2], "odd") == 0;
    if (argc < 2 || quire_store_open(argv[1], NULL, &store, &error) != QUIRE_OK) {
        fprintf(stderr, "usage: plant STORE [odd]: %s\n", error.message);
        return 2;
    }
    evil_begin(&e, store, odd ? "odd" : "evil");
    if (odd) {
        plant_odd(&e);
    } else {
        plant_all(&e);
    }
    evil_end(&e);
    quire_store_free(store);
    return 0;
}
