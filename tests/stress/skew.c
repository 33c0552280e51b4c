/**
 * @file
 * A host whose clock is wrong: exchanges what tells the time of day for the same, moved by some
 * seconds. In a test program by linking it, in a command by LD_PRELOAD and QUIRE_STRESS_SKEW.
 */
#include "skew.h"

#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long offset;

__attribute__((constructor)) static void from_environment(void) {
    const char *text = getenv("QUIRE_STRESS_SKEW");
    offset = text ? atol(text) : 0;
}

void skew_set(long seconds) {
    offset = seconds;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int result = (int)syscall(SYS_clock_gettime, clock, now);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        now->tv_sec += offset;
    }
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec exact;
    (void)zone;
    int result = clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return result;
}

time_t time(time_t *to) {
    struct timespec exact = {0};
    (void)clock_gettime(CLOCK_REALTIME, &exact);
    if (to) {
        *to = exact.tv_sec;
    }
    return exact.tv_sec;
}
