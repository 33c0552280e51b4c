/** @file Which call is a point, and what happens at it. */
#include "crash/faultline.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define KEEP_ABOVE 500 /* descriptors below are the program's to find unused */

typedef enum fault_kind {
    KIND_NONE,
    KIND_KILL,
    KIND_KILL_AFTER,
    KIND_FAIL,
    KIND_LOST,
    KIND_SHORT,
    KIND_STOP
} fault_kind;

static const struct {
    const char *name;
    fault_kind kind;
    int number;
} kinds[] = {{"kill", KIND_KILL, 0},        {"kill-after", KIND_KILL_AFTER, 0},
             {"eio", KIND_FAIL, EIO},       {"enospc", KIND_FAIL, ENOSPC},
             {"edquot", KIND_FAIL, EDQUOT}, {"eintr", KIND_FAIL, EINTR},
             {"estale", KIND_FAIL, ESTALE}, {"lost", KIND_LOST, EIO},
             {"short", KIND_SHORT, 0},      {"stop", KIND_STOP, 0}};

/* Of the process, as what is preloaded has no other place; written before main() only. */
static struct {
    char folder[PATH_MAX];
    size_t folder_size; /* 0: nothing is counted */
    unsigned long at;
    fault_kind kind;
    int number; /* the errno of a failure */
    int trace;
} plan = {.trace = -1};
static atomic_ulong points;
static atomic_bool cut; /* a write was cut short */

long fault_call(long number, long a, long b, long c, long d, long e, long f) {
    static long (*_Atomic real)(long, ...);
    long (*call)(long, ...) = atomic_load(&real);
    if (call == NULL) {
        *(void **)&call = dlsym(RTLD_NEXT, "syscall");
        atomic_store(&real, call);
    }
    return call(number, a, b, c, d, e, f);
}

/** A harness that is set up wrongly must not pass for one that found nothing. */
static void refuse(const char *what, const char *value) {
    fprintf(stderr, "faultline: %s: %s\n", what, value);
    _exit(125);
}

static unsigned long number_of(const char *name, const char *text) {
    char *end = NULL;
    errno = 0;
    unsigned long number = strtoul(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0') {
        refuse(name, text);
    }
    return number;
}

static void set_kind(const char *name) {
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].name, name) == 0) {
            plan.kind = kinds[i].kind;
            plan.number = kinds[i].number;
        }
    }
    if (plan.kind == KIND_NONE) {
        refuse("unknown QUIRE_FAULT_KIND", name);
    }
}

static void open_trace(const char *name, unsigned long rank) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s.%lu", name, rank);
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (fd >= 0) {
        plan.trace = fcntl(fd, F_DUPFD_CLOEXEC, KEEP_ABOVE);
        (void)close(fd);
    }
    if (plan.trace < 0) {
        refuse(path, strerror(errno));
    }
}

__attribute__((constructor)) static void configure(void) {
    const char *folder = getenv("QUIRE_FAULT_DIR");
    const char *trace = getenv("QUIRE_FAULT_TRACE");
    const char *record_to = getenv("QUIRE_FAULT_RECORD");
    const char *at = getenv("QUIRE_FAULT_AT");
    const char *kind = getenv("QUIRE_FAULT_KIND");
    const char *only = getenv("QUIRE_FAULT_RANK");
    const char *world = getenv("OMPI_COMM_WORLD_RANK");
    unsigned long rank = world == NULL ? 0 : number_of("OMPI_COMM_WORLD_RANK", world);
    if (folder == NULL) {
        return;
    }
    if (realpath(folder, plan.folder) == NULL) {
        refuse(folder, strerror(errno));
    }
    if (trace != NULL) {
        open_trace(trace, rank);
    }
    if (at != NULL && (only == NULL || number_of("QUIRE_FAULT_RANK", only) == rank)) {
        plan.at = number_of("QUIRE_FAULT_AT", at);
        set_kind(kind == NULL ? "" : kind);
    }
    if (record_to != NULL) {
        fault_record_begin(record_to, plan.folder, (unsigned long)getpid());
    }
    plan.folder_size = strlen(plan.folder);
}

/** Whether an absolute path is the folder or lies below it. */
static bool is_ours(const char *path) {
    return plan.folder_size > 0 && strncmp(path, plan.folder, plan.folder_size) == 0 &&
           (path[plan.folder_size] == '/' || path[plan.folder_size] == '\0');
}

static bool path_of(int fd, char path[PATH_MAX]) {
    char link[64];
    snprintf(link, sizeof link, fd == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, PATH_MAX - 1);
    path[size < 0 ? 0 : size] = '\0';
    return size > 0;
}

bool fault_is_below(int fd, const char *path, char full[FAULT_PATH_SIZE]) {
    char folder[PATH_MAX];
    int number = errno;
    bool ours = false;
    if (plan.folder_size == 0) {
        return false;
    }
    if (path[0] == '/') {
        ours = snprintf(full, FAULT_PATH_SIZE, "%s", path) < FAULT_PATH_SIZE && is_ours(full);
    } else if (path_of(fd, folder)) {
        ours = snprintf(full, FAULT_PATH_SIZE, "%s/%s", folder, path) < FAULT_PATH_SIZE &&
               is_ours(full);
    }
    errno = number;
    return ours;
}

bool fault_is_open_below(int fd, char full[FAULT_PATH_SIZE]) {
    int number = errno;
    bool ours = plan.folder_size > 0 && fd >= 0 && path_of(fd, full) && is_ours(full);
    errno = number;
    return ours;
}

static void record(unsigned long point, const char *call, const char *full, bool fault) {
    char line[FAULT_PATH_SIZE + 64];
    if (plan.trace < 0) {
        return;
    }
    int size = snprintf(line, sizeof line, "%lu %s .%s%s\n", point, call, full + plan.folder_size,
                        fault ? " FAULT" : "");
    if (fault_call(SYS_write, plan.trace, (long)line, size, 0, 0, 0) != size) {
        refuse("cannot write the trace", strerror(errno));
    }
}

static _Noreturn void die(void) {
    for (;;) {
        (void)kill(getpid(), SIGKILL);
    }
}

/** Only writes can be short. Of several processes that race, each may have its writes at other
 *  points from run to run: the first from the given point on is meant. */
static bool is_due(const char *call, unsigned long point) {
    if (plan.kind != KIND_SHORT) {
        return point == plan.at;
    }
    bool writes = strstr(call, "write") != NULL || strcmp(call, "copy") == 0;
    return plan.at > 0 && point >= plan.at && writes && !atomic_exchange(&cut, true);
}

fault_verdict fault_at_point(const char *call, const char *full) {
    int number = errno;
    unsigned long point = atomic_fetch_add(&points, 1) + 1;
    fault_kind kind = is_due(call, point) ? plan.kind : KIND_NONE;
    record(point, call, full, kind != KIND_NONE);
    errno = number;
    switch (kind) {
    case KIND_STOP:
        (void)raise(SIGSTOP);
        return FAULT_NONE;
    case KIND_KILL:
        die();
    case KIND_KILL_AFTER:
        return FAULT_KILL_AFTER;
    case KIND_FAIL:
        errno = plan.number;
        return FAULT_FAIL;
    case KIND_LOST:
        return FAULT_LOST;
    case KIND_SHORT:
        return FAULT_SHORT;
    default:
        return FAULT_NONE;
    }
}

long fault_outcome(fault_verdict verdict, long result) {
    if (verdict == FAULT_KILL_AFTER) {
        die();
    }
    if (verdict == FAULT_LOST) {
        errno = plan.number;
        return -1;
    }
    return result;
}
