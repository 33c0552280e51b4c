/**
 * @file
 * Run a command and append what it took to FILE: `bench_timer FILE COMMAND…`.
 *
 * One line: seconds by the wall clock, user and system CPU seconds, the largest resident size of
 * any one of its processes in KiB, the exit code. CPU and size are of the command and all
 * descendants that were waited for, as wait4() tells them. The line is written by one append, so
 * that all ranks of an MPI job, each started through this program, can share a FILE. Exit code: the
 * command's.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NOT_RUN 127
#define SIGNALLED 128

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double seconds(const struct timeval *time) {
    return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

static int run(char **command, struct rusage *usage) {
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        execvp(command[0], command);
        fprintf(stderr, "bench_timer: cannot run %s: %s\n", command[0], strerror(errno));
        _exit(NOT_RUN);
    }
    if (child < 0) {
        fprintf(stderr, "bench_timer: cannot fork: %s\n", strerror(errno));
        return NOT_RUN;
    }
    while (wait4(child, &status, 0, usage) < 0) {
        if (errno != EINTR) {
            return NOT_RUN;
        }
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : SIGNALLED + WTERMSIG(status);
}

static int append(const char *file, const char *line) {
    int fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (fd < 0) {
        return -1;
    }
    size_t size = strlen(line);
    ssize_t written = write(fd, line, size);
    return close(fd) != 0 || written != (ssize_t)size ? -1 : 0;
}

int main(int count, char **words) {
    if (count < 3) {
        fprintf(stderr, "usage: bench_timer FILE COMMAND...\n");
        return 2;
    }
    struct rusage usage = {0};
    double begin = now();
    int code = run(words + 2, &usage);
    double took = now() - begin;
    char line[160];
    snprintf(line, sizeof line, "%.6f %.6f %.6f %ld %d\n", took, seconds(&usage.ru_utime),
             seconds(&usage.ru_stime), usage.ru_maxrss, code);
    if (append(words[1], line) != 0) {
        fprintf(stderr, "bench_timer: cannot write %s: %s\n", words[1], strerror(errno));
        return NOT_RUN;
    }
    return code;
}
