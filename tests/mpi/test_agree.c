/** @file Agreement: whoever fails, all return the same. */
#include <stdio.h>
#include <string.h>

#include "mpi/agree.h"
#include "mpi/harness.h"

static void success_is_success(harness *h) {
    quire_error error = {0};
    CHECK_FAILED(h, q_agree(h->comm, QUIRE_OK, &error), QUIRE_OK, -1, &error);
    CHECK(h, error.message[0] == '\0');
}

static void each_rank_fails_in_turn(harness *h) {
    for (int failing = 0; failing < h->size; failing++) {
        quire_error error = {0};
        quire_status status = QUIRE_OK;
        if (h->rank == failing) {
            status = q_error_set(&error, QUIRE_CONFLICT, "rank %d says no", failing);
        }
        char expected[64];
        (void)snprintf(expected, sizeof expected, "rank %d says no", failing);
        status = q_agree(h->comm, status, &error);
        CHECK_FAILED(h, status, QUIRE_CONFLICT, failing, &error);
        CHECK(h, strcmp(error.message, expected) == 0);
    }
}

static void the_lowest_of_many_wins(harness *h) {
    for (int first = 0; first < h->size; first++) {
        quire_error error = {0};
        quire_status status = QUIRE_OK;
        if (h->rank >= first) {
            status = q_error_set(&error, h->rank == first ? QUIRE_TEMPORARY : QUIRE_ERROR,
                                 "rank %d", h->rank);
        }
        status = q_agree(h->comm, status, &error);
        CHECK_FAILED(h, status, QUIRE_TEMPORARY, first, &error);
    }
}

static void an_outcome_of_rank_0_is_told(harness *h) {
    quire_error error = {0};
    char data[8] = "";
    quire_status status = QUIRE_OK;
    (void)snprintf(data, sizeof data, "%s", h->rank == 0 ? "yes" : "no");
    status = q_broadcast(h->comm, QUIRE_OK, data, sizeof data, &error);
    CHECK_OK(h, status, &error);
    CHECK(h, strcmp(data, "yes") == 0);
    if (h->rank == 0) {
        status = q_error_set(&error, QUIRE_NOT_FOUND, "nothing there");
    }
    (void)snprintf(data, sizeof data, "keep");
    status = q_broadcast(h->comm, status, data, sizeof data, &error);
    CHECK_FAILED(h, status, QUIRE_NOT_FOUND, 0, &error);
    CHECK(h, strcmp(data, "keep") == 0);
}

static void mpi_errors_are_translated(harness *h) {
    quire_error error = {0};
    CHECK_OK(h, q_mpi_check(MPI_SUCCESS, "MPI_Send", &error), &error);
    CHECK_STATUS(h, q_mpi_check(MPI_ERR_RANK, "MPI_Send", &error), QUIRE_ERROR, &error);
    CHECK(h, strncmp(error.message, "MPI_Send: ", 10) == 0);
}

HARNESS_MAIN("agree", HARNESS_TEST(success_is_success), HARNESS_TEST(each_rank_fails_in_turn),
             HARNESS_TEST(the_lowest_of_many_wins), HARNESS_TEST(an_outcome_of_rank_0_is_told),
             HARNESS_TEST(mpi_errors_are_translated))
