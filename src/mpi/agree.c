/**
 * @file
 * Agreement by one reduction on the lowest failing rank. Only when there is one does its error
 * travel, so that success costs a single small Allreduce.
 */
#include "mpi/agree.h"

#include <limits.h>
#include <string.h>

quire_status q_mpi_check(int code, const char *call, quire_error *error) {
    if (code == MPI_SUCCESS) {
        return QUIRE_OK;
    }
    char text[MPI_MAX_ERROR_STRING] = "";
    int length = 0;
    if (MPI_Error_string(code, text, &length) != MPI_SUCCESS) {
        return q_error_set(error, QUIRE_ERROR, "%s failed with code %d", call, code);
    }
    return q_error_set(error, QUIRE_ERROR, "%s: %s", call, text);
}

quire_status q_agree_failure(MPI_Comm comm, int failing, quire_status status, quire_error *error) {
    quire_error told = *error;
    told.status = status;
    told.rank = failing;
    quire_status broken = q_mpi_check(MPI_Bcast(&told, (int)sizeof told, MPI_BYTE, failing, comm),
                                      "MPI_Bcast", error);
    if (broken) {
        return broken;
    }
    *error = told;
    return (quire_status)told.status;
}

quire_status q_agree(MPI_Comm comm, quire_status status, quire_error *error) {
    int rank = 0;
    quire_status broken = q_mpi_check(MPI_Comm_rank(comm, &rank), "MPI_Comm_rank", error);
    if (broken) {
        return broken;
    }
    int mine = status == QUIRE_OK ? INT_MAX : rank;
    int lowest = INT_MAX;
    broken = q_mpi_check(MPI_Allreduce(&mine, &lowest, 1, MPI_INT, MPI_MIN, comm), "MPI_Allreduce",
                         error);
    if (broken) {
        return broken;
    }
    return lowest == INT_MAX ? QUIRE_OK : q_agree_failure(comm, lowest, status, error);
}

quire_status q_agreement_begin(q_agreement *agreement, MPI_Comm comm, quire_status status,
                               quire_error *error) {
    if (agreement->begun) {
        return QUIRE_OK;
    }
    int rank = 0;
    quire_status broken = q_mpi_check(MPI_Comm_rank(comm, &rank), "MPI_Comm_rank", error);
    if (broken) {
        return broken;
    }
    agreement->mine = status == QUIRE_OK ? INT_MAX : rank;
    agreement->lowest = INT_MAX;
    broken = q_mpi_check(MPI_Iallreduce(&agreement->mine, &agreement->lowest, 1, MPI_INT, MPI_MIN,
                                        comm, &agreement->request),
                         "MPI_Iallreduce", error);
    agreement->begun = broken == QUIRE_OK;
    return broken;
}

quire_status q_agreement_test(q_agreement *agreement, bool *all, quire_error *error) {
    int ended = agreement->ended;
    quire_status broken = QUIRE_OK;
    if (!ended) {
        broken = q_mpi_check(MPI_Test(&agreement->request, &ended, MPI_STATUS_IGNORE), "MPI_Test",
                             error);
    }
    agreement->ended = broken == QUIRE_OK && ended;
    *all = agreement->ended;
    return broken;
}

quire_status q_agreement_end(q_agreement *agreement, MPI_Comm comm, quire_status status,
                             quire_error *error) {
    if (!agreement->ended) {
        quire_status broken =
            q_mpi_check(MPI_Wait(&agreement->request, MPI_STATUS_IGNORE), "MPI_Wait", error);
        if (broken) {
            return broken;
        }
        agreement->ended = true;
    }
    return agreement->lowest == INT_MAX ? QUIRE_OK
                                        : q_agree_failure(comm, agreement->lowest, status, error);
}

/** As much of it is sent as there is data. */
typedef struct outcome {
    quire_error error;
    int failing;
    unsigned char data[Q_BROADCAST_MAX];
} outcome;

quire_status q_broadcast_outcome(MPI_Comm comm, int failing, quire_status status, void *data,
                                 size_t size, quire_error *error) {
    outcome message = {.failing = failing};
    if (failing == 0) {
        message.error = *error;
        message.error.status = status;
        message.error.rank = 0;
    }
    if (size > 0) {
        memcpy(message.data, data, size);
    }
    int length = (int)(offsetof(outcome, data) + size);
    quire_status broken =
        q_mpi_check(MPI_Bcast(&message, length, MPI_BYTE, 0, comm), "MPI_Bcast", error);
    if (broken) {
        return broken;
    }
    if (message.failing == 0) {
        *error = message.error;
        return (quire_status)message.error.status;
    }
    if (message.failing != INT_MAX) {
        return q_agree_failure(comm, message.failing, status, error);
    }
    if (size > 0) {
        memcpy(data, message.data, size);
    }
    return QUIRE_OK;
}

quire_status q_broadcast(MPI_Comm comm, quire_status status, void *data, size_t size,
                         quire_error *error) {
    return q_broadcast_outcome(comm, status == QUIRE_OK ? INT_MAX : 0, status, data, size, error);
}

quire_status q_hand_back(quire_status status, const quire_error *agreed, quire_error *error) {
    if (status != QUIRE_OK && error) {
        *error = *agreed;
    }
    return status;
}
