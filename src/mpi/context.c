/**
 * @file
 * The context of a communicator, kept as an attribute.
 *
 * The key of that attribute is the one process-wide variable of quire. MPI gives no other way to
 * find something again by a communicator: handles may be reused after a free, so a table of quire's
 * own would go stale, and a key per call would not find what an earlier call left. The key is made
 * once, under call_once, and never changes or is freed: it is as long-lived as MPI.
 */
#include "mpi/context.h"

#include <stdlib.h>
#include <threads.h>

#include "base/random.h"
#include "mpi/agree.h"
#include "mpi/loan.h"

static once_flag key_once = ONCE_FLAG_INIT;
static int key = MPI_KEYVAL_INVALID;
static int key_code = MPI_SUCCESS;

/** Called by MPI when the caller's communicator is freed, or when MPI itself ends. */
static int context_delete(MPI_Comm comm, int comm_key, void *value, void *extra) {
    (void)comm;
    (void)comm_key;
    (void)extra;
    q_context *context = value;
    int finalized = 0;
    int code = MPI_Finalized(&finalized);
    if (code == MPI_SUCCESS && !finalized) {
        code = MPI_Comm_free(&context->comm);
    }
    q_loan_orphan(context);
    free(context);
    return code;
}

static void make_key(void) {
    /* Not copied by MPI_Comm_dup: a duplicate is another communicator and gets another id. */
    key_code = MPI_Comm_create_keyval(MPI_COMM_NULL_COPY_FN, context_delete, &key, NULL);
}

/** The checks that every rank of a communicator passes or fails alike. */
static quire_status check(MPI_Comm comm, quire_error *error) {
    int initialized = 0, finalized = 0, inter = 0;
    quire_status status = q_mpi_check(MPI_Initialized(&initialized), "MPI_Initialized", error);
    if (status == QUIRE_OK) {
        status = q_mpi_check(MPI_Finalized(&finalized), "MPI_Finalized", error);
    }
    if (status) {
        return status;
    }
    if (!initialized || finalized) {
        return q_error_set(error, QUIRE_USAGE, "MPI is %s",
                           finalized ? "finalized already" : "not initialized");
    }
    if (comm == MPI_COMM_NULL) {
        return q_error_set(error, QUIRE_USAGE, "the communicator is MPI_COMM_NULL");
    }
    status = q_mpi_check(MPI_Comm_test_inter(comm, &inter), "MPI_Comm_test_inter", error);
    if (status == QUIRE_OK && inter) {
        status = q_error_set(error, QUIRE_USAGE,
                             "the communicator is an intercommunicator; merge it first");
    }
    return status;
}

/** Find out who is on this host. Collective. */
static quire_status find_hosts(q_context *context, quire_error *error) {
    MPI_Comm host = MPI_COMM_NULL;
    int rank = 0, size = 0;
    quire_status status = q_mpi_check(MPI_Comm_split_type(context->comm, MPI_COMM_TYPE_SHARED,
                                                          context->rank, MPI_INFO_NULL, &host),
                                      "MPI_Comm_split_type", error);
    status = status ? status : q_mpi_check(MPI_Comm_rank(host, &rank), "MPI_Comm_rank", error);
    status = status ? status : q_mpi_check(MPI_Comm_size(host, &size), "MPI_Comm_size", error);
    if (host != MPI_COMM_NULL) {
        (void)MPI_Comm_free(&host);
    }
    context->several_hosts = size < context->size;
    context->leads_host = rank == 0;
    return status;
}

/** Fill a new context on its duplicate; all ranks agree. */
static quire_status fill(q_context *context, MPI_Comm duplicate, quire_error *error) {
    struct {
        char id[QUIRE_MPI_ID_SIZE];
    } drawn = {""};
    int rank = -1;
    quire_status status = QUIRE_OK;
    if (!context) {
        status = q_error_memory(error);
    } else {
        context->comm = duplicate;
        status = q_mpi_check(MPI_Comm_size(duplicate, &context->size), "MPI_Comm_size", error);
        if (status == QUIRE_OK) {
            status = q_mpi_check(MPI_Comm_rank(duplicate, &context->rank), "MPI_Comm_rank", error);
        }
        rank = context->rank;
    }
    status = q_agree(duplicate, status, error);
    if (status) {
        return status;
    }
    status = context ? find_hosts(context, error) : QUIRE_OK; /* all have one by now */
    status = q_agree(duplicate, status, error);
    if (status) {
        return status;
    }
    if (rank == 0) {
        status = q_random_hex(drawn.id, error);
    }
    status = q_broadcast(duplicate, status, &drawn, sizeof drawn, error);
    for (size_t i = 0; context && status == QUIRE_OK && i < sizeof drawn.id; i++) {
        context->id[i] = drawn.id[i];
    }
    return status;
}

/** Collective. No return before the agreement that ends it, save for MPI failing to duplicate. */
static quire_status make(MPI_Comm comm, q_context **made, quire_error *error) {
    q_context *context = calloc(1, sizeof *context);
    MPI_Comm duplicate = MPI_COMM_NULL;
    quire_status status = q_mpi_check(MPI_Comm_dup(comm, &duplicate), "MPI_Comm_dup", error);
    if (status) {
        free(context);
        return status;
    }
    bool attached = false;
    status = q_mpi_check(MPI_Comm_set_errhandler(duplicate, MPI_ERRORS_RETURN),
                         "MPI_Comm_set_errhandler", error);
    status = q_agree(duplicate, status, error);
    if (status == QUIRE_OK) {
        status = fill(context, duplicate, error);
    }
    if (status == QUIRE_OK) {
        quire_status set =
            q_mpi_check(MPI_Comm_set_attr(comm, key, context), "MPI_Comm_set_attr", error);
        attached = set == QUIRE_OK;
        status = q_agree(duplicate, set, error);
    }
    if (status == QUIRE_OK) {
        *made = context;
    } else if (attached) {
        (void)MPI_Comm_delete_attr(comm, key); /* frees the duplicate and the context */
    } else {
        (void)MPI_Comm_free(&duplicate);
        free(context);
    }
    return status;
}

quire_status q_context_get(MPI_Comm comm, q_context **context, quire_error *error) {
    quire_status status = check(comm, error);
    if (status) {
        return status;
    }
    call_once(&key_once, make_key);
    status = q_mpi_check(key_code, "MPI_Comm_create_keyval", error);
    if (status) {
        return status;
    }
    void *value = NULL;
    int found = 0;
    status = q_mpi_check(MPI_Comm_get_attr(comm, key, &value, &found), "MPI_Comm_get_attr", error);
    if (status == QUIRE_OK && found) {
        *context = value;
        return QUIRE_OK;
    }
    return status ? status : make(comm, context, error);
}

bool q_context_allows_threads(void) {
    int provided = MPI_THREAD_SINGLE;
    quire_error unknown;
    return q_mpi_check(MPI_Query_thread(&provided), "MPI_Query_thread", &unknown) == QUIRE_OK &&
           provided != MPI_THREAD_SINGLE;
}
