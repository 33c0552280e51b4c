/**
 * @file
 * A library to preload (LD_PRELOAD) that stops chosen ranks of a job at a named point until they
 * are let go, so that the network can be cut at just that point.
 *
 * Points are the collective calls that a rank makes and the objects that it puts into the store:
 * `start-1`, `bcast-2`, `message-1` (of the paths of a shared folder), `put-writers-1`, `done-1`.
 * The number counts the points of the same name on this rank.
 *
 * Configured by the environment; without HOLD_DIR nothing happens:
 *
 * - `HOLD_DIR`: a folder that all hosts see. Each rank writes its points to `trace.<rank>`, and
 *   what became of its upsert and finish to `upsert.<rank>` and `finish.<rank>`
 * - `HOLD_AT`, `HOLD_RANKS` (`,0,2,`): which ranks stop where. They make `held.<rank>`, and wait
 *   for `go`
 *
 * Open MPI waits by polling: the ranks of many jobs would leave the machine no time for anything
 * else. With mpi_yield_when_idle it yields between two looks; here it sleeps instead.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mpi.h>
#include <quire/quire.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "mpi/tags.h"

enum {
    KINDS = 64,
    NAME_SIZE = 48,
    PATIENCE = 120 /* seconds until a rank that nobody lets go gives up */
};

/* Of the process, as what is preloaded has no other place; only the main thread makes points. */
static struct {
    char folder[PATH_MAX];
    char rank[16];
    char at[NAME_SIZE];
    bool may_hold;
    struct {
        char name[NAME_SIZE];
        int count;
    } kinds[KINDS];
} plan;

/** A harness that is set up wrongly must not pass for one that found nothing. */
static void refuse(const char *what) {
    fprintf(stderr, "holdline: %s: %s\n", what, strerror(errno));
    _exit(125);
}

static void write_line(const char *file, int flags, const char *line) {
    char path[PATH_MAX + NAME_SIZE];
    (void)snprintf(path, sizeof path, "%s/%s.%s", plan.folder, file, plan.rank);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0666);
    size_t size = strlen(line);
    if (fd < 0 || write(fd, line, size) != (ssize_t)size || close(fd) != 0) {
        refuse(path);
    }
}

__attribute__((constructor)) static void configure(void) {
    const char *folder = getenv("HOLD_DIR");
    const char *at = getenv("HOLD_AT");
    const char *ranks = getenv("HOLD_RANKS");
    const char *rank = getenv("OMPI_COMM_WORLD_RANK");
    if (!folder || !rank) {
        return;
    }
    char wanted[32];
    (void)snprintf(plan.rank, sizeof plan.rank, "%s", rank);
    (void)snprintf(wanted, sizeof wanted, ",%s,", rank);
    (void)snprintf(plan.at, sizeof plan.at, "%s", at ? at : "");
    plan.may_hold = at && ranks && strstr(ranks, wanted);
    (void)snprintf(plan.folder, sizeof plan.folder, "%s", folder);
}

static void hold(void) {
    char go[PATH_MAX + NAME_SIZE];
    const struct timespec nap = {0, 5000000};
    (void)snprintf(go, sizeof go, "%s/go", plan.folder);
    write_line("held", O_EXCL, plan.at);
    for (int i = 0; access(go, F_OK) != 0; i++) {
        if (i > PATIENCE * 200) {
            refuse("nobody let go");
        }
        (void)nanosleep(&nap, NULL);
    }
}

static void point(const char *name) {
    int number = errno;
    char line[2 * NAME_SIZE];
    int k = 0;
    if (!plan.folder[0]) {
        return;
    }
    while (plan.kinds[k].name[0] && strcmp(plan.kinds[k].name, name) != 0) {
        if (++k == KINDS) {
            refuse("too many kinds of points");
        }
    }
    (void)snprintf(plan.kinds[k].name, sizeof plan.kinds[k].name, "%s", name);
    plan.kinds[k].count++;
    (void)snprintf(line, sizeof line, "%s-%d\n", name, plan.kinds[k].count);
    write_line("trace", O_APPEND, line);
    line[strlen(line) - 1] = '\0';
    if (plan.may_hold && strcmp(line, plan.at) == 0) {
        hold();
    }
    errno = number;
}

int MPI_Init_thread(int *argc, char ***argv, int required, int *provided) {
    point("start");
    return PMPI_Init_thread(argc, argv, required, provided);
}

int MPI_Finalize(void) {
    point("end");
    return PMPI_Finalize();
}

int MPI_Comm_dup(MPI_Comm comm, MPI_Comm *made) {
    point("dup");
    return PMPI_Comm_dup(comm, made);
}

int MPI_Bcast(void *data, int count, MPI_Datatype type, int root, MPI_Comm comm) {
    point("bcast");
    return PMPI_Bcast(data, count, type, root, comm);
}

int MPI_Allreduce(const void *mine, void *all, int count, MPI_Datatype type, MPI_Op op,
                  MPI_Comm comm) {
    point("allreduce");
    return PMPI_Allreduce(mine, all, count, type, op, comm);
}

int MPI_Gather(const void *mine, int count, MPI_Datatype type, void *all, int all_count,
               MPI_Datatype all_type, int root, MPI_Comm comm) {
    point("gather");
    return PMPI_Gather(mine, count, type, all, all_count, all_type, root, comm);
}

int MPI_Gatherv(const void *mine, int count, MPI_Datatype type, void *all, const int *counts,
                const int *places, MPI_Datatype all_type, int root, MPI_Comm comm) {
    point("gatherv");
    return PMPI_Gatherv(mine, count, type, all, counts, places, all_type, root, comm);
}

int MPI_Alltoall(const void *mine, int count, MPI_Datatype type, void *all, int all_count,
                 MPI_Datatype all_type, MPI_Comm comm) {
    point("alltoall");
    return PMPI_Alltoall(mine, count, type, all, all_count, all_type, comm);
}

int MPI_Waitall(int count, MPI_Request *requests, MPI_Status *statuses) {
    point("waitall");
    return PMPI_Waitall(count, requests, statuses);
}

int MPI_Barrier(MPI_Comm comm) {
    point("barrier");
    return PMPI_Barrier(comm);
}

int MPI_Send(const void *data, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm) {
    point(tag == Q_TAG_PROGRESS ? "done" : "message");
    return PMPI_Send(data, count, type, to, tag, comm);
}

int MPI_Recv(void *data, int count, MPI_Datatype type, int from, int tag, MPI_Comm comm,
             MPI_Status *status) {
    if (tag != Q_TAG_PROGRESS) { /* of which nobody knows how many come */
        point("message");
    }
    return PMPI_Recv(data, count, type, from, tag, comm, status);
}

/** The next definition of a function of libc or libquire. */
static void *real(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) {
        refuse(name);
    }
    return found;
}

/** The last word of an object's path that format.md knows: `versions`, `seal`, `packs`. */
static void kind_of(char *path, const char *leaf, char kind[NAME_SIZE]) {
    static const char *const known[] = {"blobs",           "packs",    "manifests",  "leases",
                                        "collection.json", "versions", "digests",    "aliases",
                                        "notes",           "lineage",  "draft.json", "shards",
                                        "writers",         "seal",     "roster",     "outcome"};
    const char *word = leaf;
    (void)snprintf(kind, NAME_SIZE, "put-other");
    while (word) {
        for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
            if (strcmp(word, known[i]) == 0) {
                (void)snprintf(kind, NAME_SIZE, "put-%s", known[i]);
                return;
            }
        }
        char *slash = strrchr(path, '/');
        word = slash ? slash + 1 : NULL;
        if (slash) {
            *slash = '\0';
        }
    }
}

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags) {
    static int (*_Atomic next)(int, const char *, int, const char *, int);
    int (*call)(int, const char *, int, const char *, int) = atomic_load(&next);
    char link[64], path[PATH_MAX], kind[NAME_SIZE];
    if (!call) {
        *(void **)&call = real("linkat");
        atomic_store(&next, call);
    }
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", to_folder);
    ssize_t size = plan.folder[0] ? readlink(link, path, sizeof path - 1) : 0;
    if (size > 0) {
        path[size] = '\0';
        kind_of(path, to, kind);
        point(kind);
    }
    return call(from_folder, from, to_folder, to, flags);
}

int sched_yield(void) {
    const struct timespec nap = {0, 500000};
    return nanosleep(&nap, NULL);
}

static void tell(const char *file, quire_status status, const quire_error *error) {
    char line[sizeof error->message + 32];
    if (plan.folder[0]) {
        (void)snprintf(line, sizeof line, "%d %s\n", (int)status,
                       status && error ? error->message : "");
        write_line(file, O_TRUNC, line);
    }
}

quire_status quire_upsert_artifact(quire_store *store, quire_artifact *artifact,
                                   const char *distributed_id, const char *writer,
                                   const quire_commit_options *options, quire_receipt *receipt,
                                   quire_error *error) {
    quire_status (*call)(quire_store *, quire_artifact *, const char *, const char *,
                         const quire_commit_options *, quire_receipt *, quire_error *);
    *(void **)&call = real("quire_upsert_artifact");
    quire_status status = call(store, artifact, distributed_id, writer, options, receipt, error);
    tell("upsert", status, error);
    return status;
}

quire_status quire_finish_artifact(quire_store *store, quire_artifact *artifact,
                                   const char *distributed_id, const quire_commit_options *options,
                                   quire_version_id *version, quire_error *error) {
    quire_status (*call)(quire_store *, quire_artifact *, const char *,
                         const quire_commit_options *, quire_version_id *, quire_error *);
    *(void **)&call = real("quire_finish_artifact");
    quire_status status = call(store, artifact, distributed_id, options, version, error);
    tell("finish", status, error);
    return status;
}
