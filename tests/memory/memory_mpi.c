/**
 * @file
 * Every allocation of every collective function of quire fails, on each rank and on all.
 *
 * - `mpirun -n RANKS test_memory_mpi [--whole] [CASE…]`: all cases, or those; --whole: with every
 *   number
 * - `test_memory_mpi --list`: their names
 * - `mpirun -n RANKS test_memory_mpi --replay CASE N once|from RANK|all`
 */
#include <limits.h>
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
static int sum_up(const loop_total *total, unsigned long cases, bool whole, int rank, int size,
                  const char *program) {
    unsigned long wrong = 0;
    (void)MPI_Allreduce(&total->wrong, &wrong, 1, MPI_UNSIGNED_LONG, MPI_SUM, MPI_COMM_WORLD);
    if (rank == 0) {
        (void)printf("%lu cases, %lu points (%s) on %d ranks, up to %lu allocations in a call, "
                     "%lu harmless, %lu findings\n",
                     cases, total->points, whole ? "all" : "strided", size, total->most,
                     total->harmless, wrong);
        if (wrong > 0) {
            (void)printf("again, with the words of a finding: mpirun -n %d %s --replay CASE N "
                         "once|from RANK|all\n",
                         size, program);
        }
    }
    return wrong > 0 || cases == 0;
}

/** The number that a text is; -1: it is none. */
static int number(const char *text) {
    char *end = NULL;
    long value = *text >= '0' && *text <= '9' ? strtol(text, &end, 10) : -1;
    return end != NULL && *end == '\0' && value <= INT_MAX ? (int)value : -1;
}

/** What is asked for and is not there; NULL: all is. */
static const char *missing(char **words, int count, bool replay, int size) {
    for (int i = 0; i < (replay ? 1 : count); i++) {
        bool found = false;
        for (size_t k = 0; k < collective_cases.count; k++) {
            found = found || strcmp(collective_cases.cases[k].name, words[i]) == 0;
        }
        if (!found) {
            return "case (--list tells them)";
        }
    }
    if (!replay) {
        return NULL;
    }
    if (number(words[1]) < 1 || (strcmp(words[2], "once") != 0 && strcmp(words[2], "from") != 0)) {
        return "point";
    }
    int rank = number(words[3]);
    return strcmp(words[3], "all") == 0 || (rank >= 0 && rank < size) ? NULL : "rank";
}

/** Say it once; the exit code of all ranks. */
static int refuse(const char *what, int rank) {
    if (rank == 0) {
        (void)fprintf(stderr, "test_memory_mpi: no such %s\n", what);
    }
    (void)MPI_Finalize();
    return 2;
}

static void run(const collective_case *one, char **words, bool replay, bool whole,
                loop_total *total) {
    if (replay) {
        mpi_loop_point(one, (unsigned long)number(words[1]), strcmp(words[2], "from") == 0,
                       strcmp(words[3], "all") == 0 ? ON_ALL : number(words[3]), total);
    } else {
        mpi_loop_case(one, whole, total);
    }
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
    const char *absent = missing(words, count, replay, size);
    if (absent != NULL) {
        return refuse(absent, rank);
    }
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
        run(one, words, replay, whole, &total);
    }
    (void)MPI_Barrier(MPI_COMM_WORLD);
    fixture_remove();
    int code = sum_up(&total, cases, whole, rank, size, argv[0]);
    if (replay && total.points == 0) {
        return refuse("point: the function makes fewer allocations", rank);
    }
    (void)MPI_Finalize();
    return code;
}
