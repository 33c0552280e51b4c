/** @file The id of a communicator, for the caller. */
#include <string.h>

#include "mpi/agree.h"
#include "mpi/arguments.h"

quire_status quire_mpi_communicator_id(MPI_Comm comm, char id[QUIRE_MPI_ID_SIZE],
                                       quire_error *error) {
    quire_error agreed = {0};
    q_context *context = NULL;
    quire_status status = q_context_get(comm, &context, &agreed);
    if (status) {
        return q_hand_back(status, &agreed, error);
    }
    q_arguments arguments;
    q_arguments_begin(&arguments, __func__);
    if (!id) {
        q_arguments_fail(&arguments, "there is no room for the communicator's id");
    }
    status = q_arguments_agree(&arguments, context, NULL, &agreed);
    if (status == QUIRE_OK && id) {
        memcpy(id, context->id, QUIRE_MPI_ID_SIZE);
    }
    return q_hand_back(status, &agreed, error);
}
