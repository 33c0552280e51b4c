/** @file See cache_clock.h. The linker puts these functions before those they are called like. */
#include "support/cache_clock.h"

#include <stdatomic.h>
#include <time.h>

#include "base/source.h"

/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
quire_status __real_q_source_open_file(q_source *source, const char *file, quire_error *error);
quire_status __wrap_q_source_open_file(q_source *source, const char *file, quire_error *error);
quire_status __real_q_source_read(q_source *source, void *data, size_t size, size_t *got,
                                  quire_error *error);
quire_status __wrap_q_source_read(q_source *source, void *data, size_t size, size_t *got,
                                  quire_error *error);
int __real_clock_gettime(clockid_t clock, struct timespec *time);
int __wrap_clock_gettime(clockid_t clock, struct timespec *time);

static atomic_ulong files_opened, files_read; /* by several threads */
static long ahead;

void cache_clock_set_ahead(long seconds) {
    ahead = seconds;
}

unsigned long cache_clock_opened(void) {
    unsigned long opened = files_opened;
    files_opened = 0;
    return opened;
}

unsigned long cache_clock_read(void) {
    unsigned long read = files_read;
    files_read = 0;
    return read;
}

quire_status __wrap_q_source_open_file(q_source *source, const char *file, quire_error *error) {
    files_opened++;
    return __real_q_source_open_file(source, file, error);
}

quire_status __wrap_q_source_read(q_source *source, void *data, size_t size, size_t *got,
                                  quire_error *error) {
    files_read += source->fd >= 0 && source->position == 0;
    return __real_q_source_read(source, data, size, got, error);
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *time) {
    int result = __real_clock_gettime(clock, time);
    if (clock == CLOCK_REALTIME) {
        time->tv_sec += ahead;
    }
    return result;
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
