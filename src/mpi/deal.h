/**
 * @file
 * Files that ranks have found are dealt out, so that all have about as much to do: by bytes, and by
 * number, as opening many small ones takes time, too.
 *
 * Of the large files the 1,024 largest are given to ranks first, or divided among all (held.h);
 * then the others fill up what is left to each rank (spread.h). A rank keeps of those what it has
 * found as far as that is not too much. So no rank has more to do than the fair share and the
 * largest file that is not divided, or an eighth and a file more than the fair share.
 *
 * Paths travel once, from who has found a file to who adds it. What any rank knows beside its own
 * files is a number for each rank, and 24 bytes for each of the large ones.
 */
#ifndef Q_MPI_DEAL_H
#define Q_MPI_DEAL_H

#include "mpi/exchange.h"
#include "mpi/finds.h"
#include "mpi/held.h"

typedef struct q_deal {
    const q_context *context;
    bool divides;
    q_held held; /**< the large files, decided on afterwards, those that are divided among them */
    q_held coming;
    q_shares shares;
    uint64_t *have, *want;
    q_exchange exchange;
    size_t kept;      /**< of the own files, from the front */
    quire_status own; /**< of this rank, not agreed on yet */
    quire_error error;
} q_deal;

/** @param path of a file that is this rank's; borrowed
 *  @param seen of one that another has found the size alone: its host may number devices otherwise
 */
typedef quire_status (*q_deal_callback)(void *context, const char *path, const quire_seen *seen,
                                        quire_error *error);

/** Local: get memory. Free with q_deal_free() in any case. @param divides whether files may be */
quire_status q_deal_begin(q_deal *deal, const q_context *context, bool divides, size_t message,
                          quire_error *error);
void q_deal_free(q_deal *deal);

/**
 * Deal out, and hand each rank its files. Collective, agreed.
 * @param files what this rank has found; gets those of `large` that are not large enough
 * @param large files that may be divided; none when `divides` is not set
 */
quire_status q_deal_run(q_deal *deal, q_finds *files, const q_finds *large,
                        q_deal_callback callback, void *context, quire_error *error);

#endif
