/**
 * @file
 * Run a command and say what it took: `measure LABEL MIB SECONDS COMMAND…` prints one line of a
 * table to stderr. The command's output is its own. Exit code: the command's; 99 when it took more
 * memory or time than it may (0: any amount).
 *
 * The peak is that of the command alone, from wait4(); that of this program, which the child has
 * before it executes the command, is far below all limits.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define EXCEEDED 99
#define NOT_RUN 127

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double seconds(const struct timeval *time) {
    return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

static int exceeds(const char *label, const char *what, double took, double limit) {
    if (limit <= 0 || took < limit) {
        return 0;
    }
    fprintf(stderr, "measure: %s took %.1f %s, not less than %.0f\n", label, took, what, limit);
    return 1;
}

static int run(char **command, struct rusage *usage) {
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        execvp(command[0], command);
        fprintf(stderr, "measure: cannot run %s: %s\n", command[0], strerror(errno));
        _exit(NOT_RUN);
    }
    if (child < 0) {
        return NOT_RUN;
    }
    while (wait4(child, &status, 0, usage) < 0) {
        if (errno != EINTR) {
            return NOT_RUN;
        }
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : NOT_RUN;
}

int main(int count, char **words) {
    if (count < 5) {
        fprintf(stderr, "usage: measure LABEL MIB SECONDS COMMAND...\n");
        return 2;
    }
    struct rusage usage = {0};
    double begin = now();
    int code = run(words + 4, &usage);
    double took = now() - begin;
    double mib = (double)usage.ru_maxrss / 1024;
    fprintf(stderr, "%-22s %8.2f s %8.2f s user %8.2f s system %8.1f MiB\n", words[1], took,
            seconds(&usage.ru_utime), seconds(&usage.ru_stime), mib);
    if (code != 0) {
        fprintf(stderr, "measure: %s ended with %d\n", words[1], code);
        return code;
    }
    return exceeds(words[1], "MiB", mib, strtod(words[2], NULL)) ||
                   exceeds(words[1], "seconds", took, strtod(words[3], NULL))
               ? EXCEEDED
               : 0;
}
