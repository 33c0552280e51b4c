/** @file An artifact of very many references, as the programs of this folder log it. */
#ifndef TESTS_SCALE_COMPOSE_H
#define TESTS_SCALE_COMPOSE_H

#include <quire/quire.h>

#define COMPOSE_NAME "big"
#define COMPOSE_TYPE "dataset"
#define COMPOSE_FOLDER 1000 /**< references in each folder */

/** References `from` … `to` - 1: `d0001/f0001` and so on, a folder each COMPOSE_FOLDER of them. */
quire_status compose_references(quire_artifact *artifact, long from, long to, quire_error *error);

/** The largest this process has been, in bytes. */
double compose_peak(void);

#endif
