/**
 * @file
 * Allocations that fail on purpose. glibc calls what a program defines as malloc() for its own
 * needs, too; the real ones stay reachable under their internal names. Blocks are remembered in a
 * table beside them, since a header within them would not do for those that came before.
 */
#include "memory/failing.h"

#include <errno.h>
#include <execinfo.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROOM ((size_t)1 << 17)
#define FRAMES 12
#define SHOWN_MAX 4
#define INTERPOSED __attribute__((visibility("default"), noinline))

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *block);

typedef struct live_block {
    void *block;
    unsigned long number;
    size_t size;
    void *frames[FRAMES];
} live_block;

static struct {
    live_block slots[ROOM];
    atomic_size_t count;
    atomic_flag lock;
    bool traced;
} live = {.lock = ATOMIC_FLAG_INIT};

static struct {
    atomic_bool armed, watching, hit;
    bool for_good;
    unsigned long at;
    atomic_ulong count;
} plan;

/** Of the thread that arms, and of those that it makes: `ours`. All others have memory. */
static _Thread_local struct {
    bool ours, away;
    int suspended;
} state;

static size_t place_of(const void *block) {
    return (size_t)(((uintptr_t)block >> 4) * 0x9E3779B97F4A7C15u >> 40) % ROOM;
}

static void lock(void) {
    while (atomic_flag_test_and_set(&live.lock)) {
    }
}

static void unlock(void) {
    atomic_flag_clear(&live.lock);
}

static void *enter(void *block, size_t size) {
    if (block == NULL || !state.ours || !plan.watching || state.away || state.suspended > 0) {
        return block;
    }
    lock();
    size_t i = place_of(block);
    while (live.slots[i].block != NULL) {
        i = (i + 1) % ROOM;
    }
    live.slots[i] = (live_block){.block = block, .number = plan.count, .size = size};
    if (live.traced) {
        state.suspended++;
        (void)backtrace(live.slots[i].frames, FRAMES);
        state.suspended--;
    }
    if (atomic_fetch_add(&live.count, 1) > ROOM / 2) {
        static const char words[] = "memory: more blocks than the table holds\n";
        (void)!write(STDERR_FILENO, words, sizeof words - 1);
        _exit(125);
    }
    unlock();
    return block;
}

/** Take out, and close the gap: those behind it that had to give way to it move up. */
static void leave(const void *block) {
    if (block == NULL || atomic_load(&live.count) == 0) {
        return;
    }
    lock();
    size_t i = place_of(block);
    while (live.slots[i].block != NULL && live.slots[i].block != block) {
        i = (i + 1) % ROOM;
    }
    if (live.slots[i].block != NULL) {
        for (size_t j = (i + 1) % ROOM; live.slots[j].block != NULL; j = (j + 1) % ROOM) {
            size_t home = place_of(live.slots[j].block);
            if ((j + ROOM - home) % ROOM >= (j + ROOM - i) % ROOM) {
                live.slots[i] = live.slots[j];
                i = j;
            }
        }
        live.slots[i].block = NULL;
        atomic_fetch_sub(&live.count, 1);
    }
    unlock();
}

/** Whether this allocation fails. A debugger stops here: `break memory_fails if plan.hit`. */
static bool memory_fails(void) {
    if (!state.ours || !plan.armed || state.suspended > 0) {
        return false;
    }
    unsigned long number = atomic_fetch_add(&plan.count, 1) + 1;
    bool fails = plan.at != 0 && (number == plan.at || (plan.for_good && number > plan.at));
    if (fails) {
        if (!atomic_exchange(&plan.hit, true) && live.traced) {
            void *frames[FRAMES];
            state.suspended++;
            (void)fprintf(stderr, "memory: allocation %lu fails at\n", number);
            backtrace_symbols_fd(frames, backtrace(frames, FRAMES), STDERR_FILENO);
            state.suspended--;
        }
        errno = ENOMEM;
    }
    return fails;
}

INTERPOSED void *malloc(size_t size) {
    return memory_fails() ? NULL : enter(__libc_malloc(size), size);
}

INTERPOSED void *calloc(size_t count, size_t size) {
    return memory_fails() ? NULL : enter(__libc_calloc(count, size), count * size);
}

INTERPOSED void free(void *block) {
    leave(block);
    __libc_free(block);
}

INTERPOSED void *realloc(void *block, size_t size) {
    if (memory_fails()) {
        return NULL;
    }
    leave(block); /* before: as soon as it is free, another thread may be given it */
    void *moved = __libc_realloc(block, size);
    return moved == NULL && size > 0 ? (void)enter(block, size), NULL : enter(moved, size);
}

INTERPOSED void *memalign(size_t alignment, size_t size) {
    return memory_fails() ? NULL : enter(__libc_memalign(alignment, size), size);
}

INTERPOSED void *aligned_alloc(size_t alignment, size_t size) {
    return memory_fails() ? NULL : enter(__libc_memalign(alignment, size), size);
}

INTERPOSED int posix_memalign(void **block, size_t alignment, size_t size) {
    void *made = memory_fails() ? NULL : enter(__libc_memalign(alignment, size), size);
    if (made != NULL) {
        *block = made;
    }
    return made != NULL ? 0 : ENOMEM;
}

bool failing_is_ours(void) {
    return state.ours && !state.away && state.suspended == 0;
}

void failing_join(void) {
    state.ours = true;
}

void failing_arm(unsigned long at, bool for_good) {
    plan.at = at;
    plan.for_good = for_good;
    plan.hit = false;
    plan.count = 0;
    plan.armed = state.ours = true;
}

void failing_disarm(void) {
    plan.armed = false;
}

unsigned long failing_count(void) {
    return plan.count;
}

bool failing_hit(void) {
    return plan.hit;
}

void failing_suspend(void) {
    state.suspended++;
}

void failing_resume(void) {
    state.suspended--;
}

void failing_watch(bool on) {
    if (on && atomic_load(&live.count) > 0) {
        lock();
        memset(live.slots, 0, sizeof live.slots);
        atomic_store(&live.count, 0);
        unlock();
    }
    plan.watching = on;
    state.ours = state.ours || on;
    if (on) {
        plan.count = 0;
    }
}

void failing_look_away(bool away) {
    state.away = away;
}

size_t failing_live(bool show) {
    size_t count = atomic_load(&live.count), shown = 0;
    for (size_t i = 0; show && shown < count && shown < SHOWN_MAX && i < ROOM; i++) {
        if (live.slots[i].block != NULL) {
            (void)fprintf(stderr, "memory: %zu bytes of allocation %lu are not freed\n",
                          live.slots[i].size, live.slots[i].number);
            if (live.traced) {
                backtrace_symbols_fd(live.slots[i].frames, FRAMES, STDERR_FILENO);
            }
            shown++;
        }
    }
    return count;
}

void failing_trace(void) {
    void *frames[FRAMES];
    (void)backtrace(frames, FRAMES); /* its first call loads a library */
    live.traced = true;
}
