/** @file Communicator ids: one for a communicator, another for each other one. */
#include <string.h>

#include "mpi/harness.h"

/* The profiling interface shows what quire makes and frees. */
static int made, freed;

int MPI_Comm_dup(MPI_Comm comm, MPI_Comm *duplicate) {
    made++;
    return PMPI_Comm_dup(comm, duplicate);
}

int MPI_Comm_split_type(MPI_Comm comm, int type, int key, MPI_Info info, MPI_Comm *part) {
    made++;
    return PMPI_Comm_split_type(comm, type, key, info, part);
}

int MPI_Comm_free(MPI_Comm *comm) {
    freed++;
    return PMPI_Comm_free(comm);
}

static void get(harness *h, MPI_Comm comm, char id[QUIRE_MPI_ID_SIZE]) {
    quire_error error = {0};
    memset(id, 0, QUIRE_MPI_ID_SIZE);
    CHECK_OK(h, quire_mpi_communicator_id(comm, id, &error), &error);
    CHECK(h, strlen(id) == 32 && strspn(id, "0123456789abcdef") == 32);
}

static void all_ranks_have_the_same_id_on_each_call(harness *h) {
    char first[QUIRE_MPI_ID_SIZE], second[QUIRE_MPI_ID_SIZE];
    get(h, h->comm, first);
    get(h, h->comm, second);
    CHECK(h, strcmp(first, second) == 0);
    CHECK_SAME(h, first, sizeof first);
}

static void a_duplicate_has_another_id(harness *h) {
    char id[QUIRE_MPI_ID_SIZE], other[QUIRE_MPI_ID_SIZE], again[QUIRE_MPI_ID_SIZE];
    get(h, h->comm, id);
    MPI_Comm duplicate;
    MPI_Comm_dup(h->comm, &duplicate);
    get(h, duplicate, other);
    CHECK(h, strcmp(id, other) != 0);
    CHECK_SAME(h, other, sizeof other);
    get(h, h->comm, again);
    CHECK(h, strcmp(id, again) == 0);
    MPI_Comm_free(&duplicate);
    /* A communicator that may well get the freed one's handle is a new one. */
    MPI_Comm_dup(h->comm, &duplicate);
    get(h, duplicate, again);
    CHECK(h, strcmp(other, again) != 0);
    MPI_Comm_free(&duplicate);
}

static void each_rank_alone_has_its_own(harness *h) {
    char id[QUIRE_MPI_ID_SIZE], ids[16][QUIRE_MPI_ID_SIZE];
    get(h, MPI_COMM_SELF, id);
    CHECK(h, h->size <= 16);
    MPI_Allgather(id, QUIRE_MPI_ID_SIZE, MPI_CHAR, ids, QUIRE_MPI_ID_SIZE, MPI_CHAR, h->comm);
    for (int r = 0; r < h->size; r++) {
        CHECK(h, r == h->rank || strcmp(ids[r], id) != 0);
    }
}

static void missing_room_on_one_rank_is_told_to_all(harness *h) {
    char id[QUIRE_MPI_ID_SIZE];
    for (int failing = 0; failing < h->size; failing++) {
        quire_error error = {0};
        quire_status status =
            quire_mpi_communicator_id(h->comm, h->rank == failing ? NULL : id, &error);
        CHECK_FAILED(h, status, QUIRE_USAGE, failing, &error);
    }
}

static void what_quire_keeps_goes_with_the_communicator(harness *h) {
    char id[QUIRE_MPI_ID_SIZE];
    made = freed = 0;
    for (int i = 1; i <= 100; i++) {
        MPI_Comm duplicate;
        MPI_Comm_dup(h->comm, &duplicate);
        get(h, duplicate, id);
        get(h, duplicate, id);
        MPI_Comm_free(&duplicate);
        CHECK(h, made == freed && made >= 2 * i);
    }
}

HARNESS_MAIN("id", HARNESS_TEST(all_ranks_have_the_same_id_on_each_call),
             HARNESS_TEST(a_duplicate_has_another_id), HARNESS_TEST(each_rank_alone_has_its_own),
             HARNESS_TEST(missing_room_on_one_rank_is_told_to_all),
             HARNESS_TEST(what_quire_keeps_goes_with_the_communicator))
