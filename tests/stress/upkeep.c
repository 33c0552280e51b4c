/** @file See upkeep.h. */
#include "upkeep.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SLOW_SECONDS 1
#define DEAD_SECONDS ((time_t)8 * 24 * 3600)

quire_status upkeep_annotate(worker *self) {
    char address[64], best[64];
    int64_t number;
    tree found;
    quire_version *version = NULL;
    quire_error *error = &self->error;
    const char *const tags[] = {"seen"};
    const quire_notes_change change = {.description = "seen", .add_tags = tags, .add_tag_count = 1};
    snprintf(best, sizeof best, "%s:best", worker_collection(self));
    if (!worker_pick(self, address, &number)) {
        return QUIRE_OK;
    }
    quire_status status = quire_alias_set(self->store, address, "best", error);
    status = status ? status : quire_version_annotate(self->store, address, &change, error);
    status = status ? status : quire_version_open(self->store, best, &version, error);
    status = status ? status : tree_of(version, &found, error);
    if (status == QUIRE_INTEGRITY && version &&
        self->shared->versions[self->collection][quire_version_get_info(version)->number].may_go) {
        status = QUIRE_NOT_FOUND;
    }
    quire_version_free(version);
    return status;
}

quire_status upkeep_remove(worker *self) {
    char address[64];
    int64_t number;
    if (!worker_pick(self, address, &number)) {
        return QUIRE_OK;
    }
    self->shared->versions[self->collection][number].may_go = true;
    return quire_version_delete(self->store, address, 1, &self->error);
}

/* What may be missing of a version, and whether it is the one that was told. */
static quire_status judge(const worker *self, const quire_version_info *info, const tree *found,
                          quire_status status, quire_error *error) {
    const ledger_version *told = &self->shared->versions[self->collection][info->number];
    uint64_t seed = told->seed;
    if ((status == QUIRE_INTEGRITY || status == QUIRE_NOT_FOUND) &&
        (told->may_go || info->ttl > 0)) {
        return QUIRE_NOT_FOUND;
    }
    if (status == QUIRE_NOT_FOUND) {
        return QUIRE_INTEGRITY;
    }
    if (!status && seed != 0 && seed != found->seed + 1) {
        snprintf(error->message, sizeof error->message, "%s:v%" PRId64 " is another tree",
                 info->name, info->number);
        return QUIRE_CONFLICT;
    }
    return status;
}

quire_status upkeep_read(worker *self) {
    static const char *const names[] = {"latest", "best", "logged"};
    char address[64];
    int64_t number = -1;
    tree found = {0};
    quire_version *version = NULL;
    quire_error *error = &self->error;
    uint64_t choice = worker_random(self, 6);
    if (choice < 3) {
        snprintf(address, sizeof address, "%s:%s", worker_collection(self), names[choice]);
    } else if (!worker_pick(self, address, &number)) {
        return QUIRE_OK;
    }
    quire_status status = quire_version_open(self->store, address, &version, error);
    if (status) {
        return status;
    }
    status = tree_check(version, &found, error);
    status = judge(self, quire_version_get_info(version), &found, status, error);
    quire_version_free(version);
    return status;
}

/* As if SLOW_SECONDS were more than a lease lives: of killed writers and of stopped ones. */
static void age_leases(const char *url) {
    char folder[512];
    snprintf(folder, sizeof folder, "%s/leases", url);
    DIR *leases = opendir(folder);
    struct timespec now;
    const struct dirent *entry;
    (void)utimensat(AT_FDCWD, url, NULL, 0); /* the time of the filesystem, whatever ours */
    struct stat status;
    if (!leases || stat(url, &status) != 0) {
        return;
    }
    now = status.st_mtim;
    while ((entry = readdir(leases)) != NULL) {
        if (fstatat(dirfd(leases), entry->d_name, &status, 0) == 0 && S_ISREG(status.st_mode) &&
            status.st_mtim.tv_sec + SLOW_SECONDS < now.tv_sec) {
            struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, now};
            times[1].tv_sec -= DEAD_SECONDS;
            (void)utimensat(dirfd(leases), entry->d_name, times, 0);
        }
    }
    (void)closedir(leases);
}

quire_status upkeep_gc(worker *self) {
    const quire_gc_options least = {.grace = 1};
    quire_gc_report report;
    age_leases(self->url);
    quire_status status = quire_store_gc(self->store, &least, &report, &self->error);
    self->shared->deleted += status ? 0 : report.objects_deleted;
    return status;
}
