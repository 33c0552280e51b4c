/** @file See settle.h. */
#include "settle.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "roles.h"

typedef struct settling {
    worker one;
    uint64_t findings, versions;
} settling;

static void found(settling *self, const char *what, const char *message) {
    self->findings++;
    fprintf(stderr, "FINDING: in the end, %s: %s\n", what, message);
}

static void tell_fault(void *context, const char *line) {
    found(context, "verify", line);
}

static void verify(settling *self) {
    quire_error error = {0};
    quire_status status = quire_store_verify(self->one.store, tell_fault, self, &error);
    if (status && status != QUIRE_INTEGRITY) {
        found(self, "verify", error.message);
    }
}

static void read_version(settling *self, const char *address, bool may_miss) {
    quire_version *version = NULL;
    quire_error error = {0};
    tree made;
    quire_status status = quire_version_open(self->one.store, address, &version, &error);
    if (status == QUIRE_NOT_FOUND && may_miss) {
        return;
    }
    status = status ? status : tree_check(version, &made, &error);
    if (!status) {
        int64_t number = quire_version_get_info(version)->number;
        uint64_t seed = self->one.shared->versions[self->one.collection][number].seed;
        self->versions++;
        if (seed != 0 && seed != made.seed + 1) {
            found(self, address, "it is another tree than was told");
        }
    }
    quire_version_free(version);
    if (status) {
        found(self, address, error.message);
    }
}

/* A time to live is no secret: who has one may be gone. */
static void read_told(settling *self) {
    char address[64];
    int64_t newest = self->one.shared->newest[self->one.collection];
    for (int64_t number = 0; number <= newest; number++) {
        ledger_version *told = &self->one.shared->versions[self->one.collection][number];
        snprintf(address, sizeof address, "%s:v%" PRId64, worker_collection(&self->one), number);
        read_version(self, address, told->seed == 0 || told->may_go || told->has_ttl);
    }
}

/* Newer ones than were told: their writers were killed before they could tell. */
static quire_status see(void *context, const quire_version_info *info) {
    settling *self = context;
    char address[64];
    if (info->number > self->one.shared->newest[self->one.collection]) {
        snprintf(address, sizeof address, "%s:v%" PRId64, info->name, info->number);
        read_version(self, address, false);
    }
    if (strcmp(info->mode, "void") == 0 && info->alias_count == 0) {
        found(self, info->name, "a void version was left");
    }
    return QUIRE_OK;
}

static void collect(settling *self, uint64_t *deleted) {
    const quire_gc_options all = {.grace = -1};
    quire_gc_report report = {0};
    quire_error error = {0};
    if (quire_store_gc(self->one.store, &all, &report, &error)) {
        found(self, "gc", error.message);
    }
    *deleted = report.objects_deleted;
}

static void is_empty(settling *self, const char *folder) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", self->one.url, folder);
    DIR *open = opendir(path);
    const struct dirent *entry;
    while (open && (entry = readdir(open)) != NULL) {
        if (entry->d_name[0] != '.') {
            found(self, folder, entry->d_name);
        }
    }
    if (open) {
        (void)closedir(open);
    }
}

uint64_t settle_all(const char *url, ledger *shared) {
    settling self = {.one = {.url = url, .shared = shared}};
    quire_error error = {0};
    uint64_t first = 0, second = 0;
    if (quire_store_open(url, &quick, &self.one.store, &error)) {
        found(&self, "the store", error.message);
        return self.findings;
    }
    verify(&self);
    sleep(TTL_SECONDS + 1); /* so that no version expires between the two */
    collect(&self, &first);
    collect(&self, &second);
    if (second > 0) {
        found(&self, "gc", "it left something to delete");
    }
    verify(&self);
    for (int i = 0; i < LEDGER_COLLECTIONS; i++) {
        static const char *const names[] = {"latest", "best", "logged"};
        self.one.collection = i;
        read_told(&self);
        if (quire_version_each(self.one.store, worker_collection(&self.one), see, &self, &error)) {
            found(&self, worker_collection(&self.one), error.message);
        }
        for (int n = 0; n < 3; n++) {
            char address[64];
            snprintf(address, sizeof address, "%s:%s", worker_collection(&self.one), names[n]);
            read_version(&self, address, n > 0);
        }
    }
    is_empty(&self, "leases");
    is_empty(&self, "tmp");
    is_empty(&self, "trash");
    printf("in the end %" PRIu64 " versions were read, %" PRIu64 " objects were left to gc\n",
           self.versions, first);
    quire_store_free(self.one.store);
    return self.findings;
}
