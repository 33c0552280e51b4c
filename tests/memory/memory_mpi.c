/**
 * @file
 * Every allocation of every collective function of quire fails, on each rank and on all.
 *
 *     mpirun -n RANKS test_memory_mpi [--whole] [CASE…]   all cases, or those; --whole: every
 * number test_memory_mpi --list                              their names mpirun -n RANKS
 * test_memory_mpi --replay CASE N once|from RANK|all
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory/mpi_loop.h"

static int list(void) {
    for (size_t i = 0; i < collective_cases.count; i++) {
        (void)puts(collective_cases.cases[i].name);
    }
    return 0;
}

static bool wanted(const char *name, char **names, int count) {
    bool named = count == 0;
    for (int i = 0; i < count; i++) {
        named = named || strcmp(names[i], name) == 0;
    }
    return named;
}

/** Each rank counts for itself what is wrong; all else they count alike. */
static int sum_up(const loop_total *total, unsigned long cases, bool whole, int rank, int size) {
    unsigned long wrong = 0;
    (void)MPI_Allreduce(&total->wrong, &wrong, 1, MPI_UNSIGNED_LONG, MPI_SUM, MPI_COMM_WORLD);
    if (rank == 0) {
        (void)printf("%lu cases, %lu points (%s) on %d ranks, up to %lu allocations in a call, "
                     "%lu harmless, %lu findings\n",
                     cases, total->points, whole ? "all" : "strided", size, total->most,
                     total->harmless, wrong);
    }
    return wrong > 0 || cases == 0;
}

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "--list") == 0) {
        return list();
    }
    bool whole = argc > 1 && strcmp(argv[1], "--whole") == 0;
    bool replay = argc > 1 && strcmp(argv[1], "--replay") == 0;
    char **words = argv + 1 + (whole || replay);
    int count = argc - 1 - (whole || replay), rank = 0, size = 0;
    if (replay && count != 4) {
        (void)fprintf(stderr, "usage: test_memory_mpi --replay CASE N once|from RANK|all\n");
        return 2;
    }
    (void)MPI_Init(NULL, NULL);
    (void)MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    (void)MPI_Comm_size(MPI_COMM_WORLD, &size);
    fixture_make();
    mpi_loop_begin(rank, size);
    loop_total total = {0};
    unsigned long cases = 0;
    for (size_t i = 0; i < collective_cases.count; i++) {
        const collective_case *one = &collective_cases.cases[i];
        if (!wanted(one->name, words, replay ? 1 : count)) {
            continue;
        }
        cases++;
        if (replay) {
            mpi_loop_point(one, strtoul(words[1], NULL, 10), strcmp(words[2], "from") == 0,
                           strcmp(words[3], "all") == 0 ? ON_ALL : atoi(words[3]), &total);
        } else {
            mpi_loop_case(one, whole, &total);
        }
    }
    (void)MPI_Barrier(MPI_COMM_WORLD);
    fixture_remove();
    int code = sum_up(&total, cases, whole, rank, size);
    (void)MPI_Finalize();
    return code;
}
