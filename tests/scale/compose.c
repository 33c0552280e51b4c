/** @file Composing very many references: see compose.h. */
#include "compose.h"

#include <stdio.h>
#include <sys/resource.h>

quire_status compose_references(quire_artifact *artifact, long from, long to, quire_error *error) {
    const quire_add_options options = {.no_checksum = 1};
    quire_status status = QUIRE_OK;
    for (long i = from; status == QUIRE_OK && i < to; i++) {
        char path[64], uri[96];
        snprintf(path, sizeof path, "d%04ld/f%04ld", i / COMPOSE_FOLDER, i % COMPOSE_FOLDER);
        snprintf(uri, sizeof uri, "s3://bucket/prefix/%s", path);
        status = quire_artifact_add_reference(artifact, uri, path, &options, error);
    }
    return status;
}

double compose_peak(void) {
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (double)usage.ru_maxrss * 1024 : 0;
}
