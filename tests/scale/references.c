/**
 * @file
 * Log very many references and some files: `references STORE COUNT FOLDER`. Fails when that takes
 * ENTRY_BYTES of memory an entry or more, above what the program had before.
 */
#include <stdio.h>
#include <stdlib.h>

#include "compose.h"

#define ENTRY_BYTES 600

static quire_status log_all(quire_store *store, long count, const char *folder,
                            quire_error *error) {
    quire_artifact *artifact = NULL;
    quire_version_id version;
    quire_status status = quire_artifact_new(COMPOSE_NAME, COMPOSE_TYPE, &artifact, error);
    if (status == QUIRE_OK) {
        status = compose_references(artifact, 0, count, error);
    }
    if (status == QUIRE_OK) {
        status = quire_artifact_add_dir(artifact, folder, "files", NULL, error);
    }
    double composed = compose_peak();
    if (status == QUIRE_OK) {
        status = quire_log_artifact(store, artifact, NULL, &version, error);
    }
    if (status == QUIRE_OK) {
        printf("%s:v%lld, %.0f MiB to compose, %.0f MiB to log\n", version.name,
               (long long)version.number, composed / (1 << 20), compose_peak() / (1 << 20));
    }
    quire_artifact_free(artifact);
    return status;
}

int main(int count, char **words) {
    if (count != 4) {
        fprintf(stderr, "usage: references STORE COUNT FOLDER\n");
        return 2;
    }
    long entries = strtol(words[2], NULL, 10);
    quire_store *store = NULL;
    quire_error error = {0};
    quire_status status = quire_store_open(words[1], NULL, &store, &error);
    double before = compose_peak();
    if (status == QUIRE_OK) {
        status = log_all(store, entries, words[3], &error);
    }
    quire_store_free(store);
    if (status != QUIRE_OK) {
        fprintf(stderr, "references: %s\n", error.message);
        return 1;
    }
    double each = (compose_peak() - before) / (double)entries;
    printf("%.0f bytes of memory an entry\n", each);
    return each < ENTRY_BYTES ? 0 : 1;
}
