/**
 * @file
 * The crew. One lock and two conditions: work is there; something was done. Pieces are meant to be
 * worth some ten microseconds at least, beside which these cost nothing.
 */
#include "base/crew.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/environment.h"

typedef struct piece {
    bool done;
    quire_status status;
    quire_error error;
} piece;

typedef struct lane {
    q_crew *crew;
    size_t number;
    pthread_t thread;
} lane;

/* Work of a piece that is shared out; on its worker's stack. All of it under the lock. */
typedef struct division {
    struct division *next;
    q_crew_part part;
    void *context;
    uint64_t count, begun; /* parts */
    size_t busy;           /* workers at it */
    uint64_t failed;       /* the first part that did */
    quire_status status;
    quire_error error;
} division;

struct q_crew {
    q_crew_work work;
    void *context;
    size_t slot_size, slots;
    char *memory; /* the slots */
    piece *pieces;
    lane *lanes;
    size_t threads; /* 0: the caller does it all */
    pthread_mutex_t lock;
    pthread_cond_t wanted, news, parted;
    uint64_t put, begun, taken; /* counts; the slot of a count is its remainder */
    uint64_t told;
    bool heard; /* something was told, be it 0 */
    bool ending;
    division *divisions; /* the oldest first */
};

static void do_piece(q_crew *crew, uint64_t count, size_t number) {
    size_t index = (size_t)(count % crew->slots);
    piece *this = &crew->pieces[index];
    this->status =
        crew->work(crew->context, number, crew->memory + index * crew->slot_size, &this->error);
}

/* Begin the next part and do it; the lock is held, but for the work itself. */
static void do_part(q_crew *crew, division *of, size_t number) {
    quire_error error = {0};
    uint64_t part = of->begun++;
    of->busy++;
    pthread_mutex_unlock(&crew->lock);
    quire_status status = of->part(of->context, number, part, &error);
    pthread_mutex_lock(&crew->lock);
    of->busy--;
    if (status && part < of->failed) {
        of->failed = part;
        of->status = status;
        of->error = error;
        of->begun = of->count; /* none is begun any more */
    }
    if (of->busy == 0) {
        pthread_cond_broadcast(&crew->parted);
    }
}

static division *find_division(const q_crew *crew) {
    division *found = crew->divisions;
    while (found && found->begun == found->count) {
        found = found->next;
    }
    return found;
}

static void *serve(void *argument) {
    const lane *own = argument;
    q_crew *crew = own->crew;
    pthread_mutex_lock(&crew->lock);
    while (!crew->ending) {
        if (crew->begun == crew->put) { /* nothing of one's own to do */
            division *open = find_division(crew);
            if (open) {
                do_part(crew, open, own->number);
            } else {
                pthread_cond_wait(&crew->wanted, &crew->lock);
            }
            continue;
        }
        uint64_t count = crew->begun++;
        pthread_mutex_unlock(&crew->lock);
        do_piece(crew, count, own->number);
        pthread_mutex_lock(&crew->lock);
        crew->pieces[count % crew->slots].done = true;
        if (count == crew->taken) { /* the one that is waited for */
            pthread_cond_signal(&crew->news);
        }
    }
    pthread_mutex_unlock(&crew->lock);
    return NULL;
}

/* Signals are for the program's own threads. */
static void start(q_crew *crew, size_t lanes) {
    sigset_t all, before;
    sigfillset(&all);
    if (lanes < 2 || pthread_sigmask(SIG_SETMASK, &all, &before) != 0) {
        return;
    }
    while (crew->threads < lanes) {
        lane *next = &crew->lanes[crew->threads];
        *next = (lane){.crew = crew, .number = crew->threads};
        if (pthread_create(&next->thread, NULL, serve, next) != 0) {
            break; /* with those that there are */
        }
        crew->threads++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

quire_status q_crew_new(size_t lanes, size_t slot_size, size_t slots, q_crew_work work,
                        void *context, q_crew **crew, quire_error *error) {
    q_crew *made = calloc(1, sizeof *made);
    if (!made) {
        return q_error_memory(error);
    }
    *made = (q_crew){.work = work, .context = context, .slot_size = slot_size, .slots = slots};
    made->memory = calloc(slots, slot_size);
    made->pieces = calloc(slots, sizeof *made->pieces);
    made->lanes = calloc(lanes, sizeof *made->lanes);
    if (!made->memory || !made->pieces || !made->lanes) {
        free(made->memory);
        free(made->pieces);
        free(made->lanes);
        free(made);
        return q_error_memory(error);
    }
    pthread_mutex_init(&made->lock, NULL); /* these cannot fail here: no attributes, no limits */
    pthread_cond_init(&made->wanted, NULL);
    pthread_cond_init(&made->news, NULL);
    pthread_cond_init(&made->parted, NULL);
    start(made, lanes);
    *crew = made;
    return QUIRE_OK;
}

void q_crew_end(q_crew *crew) {
    pthread_mutex_lock(&crew->lock);
    crew->ending = true;
    pthread_cond_broadcast(&crew->wanted);
    pthread_mutex_unlock(&crew->lock);
    for (size_t i = 0; i < crew->threads; i++) {
        pthread_join(crew->lanes[i].thread, NULL);
    }
    crew->threads = 0;
}

void q_crew_free(q_crew *crew) {
    if (!crew) {
        return;
    }
    q_crew_end(crew);
    pthread_mutex_destroy(&crew->lock);
    pthread_cond_destroy(&crew->wanted);
    pthread_cond_destroy(&crew->news);
    pthread_cond_destroy(&crew->parted);
    free(crew->memory);
    free(crew->pieces);
    free(crew->lanes);
    free(crew);
}

/* put and taken are changed by the caller's thread alone, which so may read them without a lock. */

void *q_crew_slot(q_crew *crew) {
    return crew->put - crew->taken < crew->slots
               ? crew->memory + crew->put % crew->slots * crew->slot_size
               : NULL;
}

size_t q_crew_under_way(const q_crew *crew) {
    return (size_t)(crew->put - crew->taken);
}

void q_crew_put(q_crew *crew) {
    piece *this = &crew->pieces[crew->put % crew->slots];
    q_error_clear(&this->error);
    if (crew->threads == 0) {
        do_piece(crew, crew->put, 0);
        this->done = true;
        crew->put++;
        return;
    }
    pthread_mutex_lock(&crew->lock);
    this->done = false;
    crew->put++;
    pthread_cond_signal(&crew->wanted);
    pthread_mutex_unlock(&crew->lock);
}

quire_status q_crew_take(q_crew *crew, void **slot, uint64_t *told, quire_error *error) {
    size_t index = (size_t)(crew->taken % crew->slots);
    const piece *oldest = &crew->pieces[index];
    quire_status status = QUIRE_OK;
    *slot = NULL;
    pthread_mutex_lock(&crew->lock);
    while (!oldest->done && !crew->heard) {
        pthread_cond_wait(&crew->news, &crew->lock);
    }
    *told = crew->told;
    crew->told = 0;
    crew->heard = false;
    if (oldest->done) {
        *slot = crew->memory + index * crew->slot_size;
        crew->taken++;
        status = oldest->status;
    }
    pthread_mutex_unlock(&crew->lock);
    if (status && error) {
        *error = oldest->error;
    }
    return status;
}

bool q_crew_is_alone(const q_crew *crew) {
    return crew->threads == 0;
}

void q_crew_tell(q_crew *crew, uint64_t amount) {
    pthread_mutex_lock(&crew->lock);
    crew->told += amount;
    crew->heard = true;
    pthread_cond_signal(&crew->news);
    pthread_mutex_unlock(&crew->lock);
}

bool q_crew_is_ending(q_crew *crew) {
    pthread_mutex_lock(&crew->lock);
    bool ending = crew->ending;
    pthread_mutex_unlock(&crew->lock);
    return ending;
}

static void add_division(q_crew *crew, division *added) {
    division **last = &crew->divisions;
    while (*last) {
        last = &(*last)->next;
    }
    *last = added;
    pthread_cond_broadcast(&crew->wanted);
}

static void remove_division(q_crew *crew, const division *removed) {
    division **link = &crew->divisions;
    while (*link != removed) {
        link = &(*link)->next;
    }
    *link = removed->next;
}

quire_status q_crew_share(q_crew *crew, size_t number, uint64_t count, q_crew_part part,
                          void *context, quire_error *error) {
    division own = {.part = part, .context = context, .count = count, .failed = UINT64_MAX};
    pthread_mutex_lock(&crew->lock);
    add_division(crew, &own);
    while (own.begun < own.count && !crew->ending) {
        do_part(crew, &own, number);
    }
    bool is_left = own.begun < own.count;
    remove_division(crew, &own);
    while (own.busy > 0) {
        pthread_cond_wait(&crew->parted, &crew->lock);
    }
    pthread_mutex_unlock(&crew->lock);
    if (own.status) {
        if (error) {
            *error = own.error;
        }
        return own.status;
    }
    return is_left ? q_error_set(error, QUIRE_ERROR, "nobody waits for it any more") : QUIRE_OK;
}

/* The mask is what a launcher has bound the process to; without binding it is the whole node. */
static size_t processors(void) {
    cpu_set_t mask;
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    size_t ranks = q_environment_node_ranks();
    size_t share = online > 0 ? (size_t)online / ranks : 1;
    if (sched_getaffinity(0, sizeof mask, &mask) == 0 && (size_t)CPU_COUNT(&mask) < share) {
        share = (size_t)CPU_COUNT(&mask); /* fails above 1,024 processors: then the share holds */
    }
    return share > 0 ? share : 1;
}

size_t q_crew_size(size_t wanted) {
    size_t set = wanted ? wanted : q_environment_threads();
    size_t size = set ? set : processors();
    return size < Q_CREW_MAX ? size : Q_CREW_MAX;
}

/* Most descriptors are for the program. */
size_t q_crew_lanes(size_t wanted, uint64_t worth) {
    struct rlimit files;
    size_t lanes = q_crew_size(wanted);
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur / Q_CREW_FILES < lanes) {
        lanes = (size_t)(files.rlim_cur / Q_CREW_FILES);
    }
    lanes = worth < lanes ? (size_t)worth : lanes;
    return lanes > 0 ? lanes : 1;
}
