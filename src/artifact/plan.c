/**
 * @file
 * Sorting an artifact for its commit. A path cannot be a file and a folder at once; in bytewise
 * order `a-b` stands between `a` and `a/b`, so that looking at neighbours does not find this, and
 * each folder of each path is looked up instead, once for the paths that share it.
 */
#include "artifact/plan.h"

#include <stdlib.h>
#include <string.h>

void q_plan_free(q_plan *plan) {
    free(plan->steps);
    memset(plan, 0, sizeof *plan);
}

uint64_t q_step_bytes(const q_step *step) {
    return !step->item || step->item->kind == Q_ITEM_REFERENCE ? 0 : step->item->size;
}

/* Of one path the removal comes first: what is added may be a file where a folder was. */
static int compare_steps(const void *a, const void *b) {
    const q_step *left = a, *right = b;
    int order = strcmp(left->path, right->path);
    return order ? order : (left->item != NULL) - (right->item != NULL);
}

static void sort(q_plan *plan) {
    for (size_t i = 1; i < plan->count; i++) { /* often it is in order as it was added */
        if (compare_steps(&plan->steps[i - 1], &plan->steps[i]) > 0) {
            qsort(plan->steps, plan->count, sizeof *plan->steps, compare_steps);
            return;
        }
    }
}

static size_t common_prefix(const char *a, const char *b) {
    size_t i = 0;
    while (a[i] && a[i] == b[i]) {
        i++;
    }
    return i;
}

static quire_status check_folders(const q_plan *plan, const q_entries *entries,
                                  quire_error *error) {
    char folder[Q_PATH_MAX + 1];
    const char *previous = "";
    for (size_t i = 0; i < plan->count; i++) {
        const char *path = plan->steps[i].path;
        if (!plan->steps[i].item) {
            continue;
        }
        /* A folder that ends before the paths part was looked up for the previous path. */
        const char *slash = strchr(path + common_prefix(previous, path), '/');
        for (; slash; slash = strchr(slash + 1, '/')) {
            size_t length = (size_t)(slash - path);
            memcpy(folder, path, length);
            folder[length] = '\0';
            if (q_entries_find(entries, folder)) {
                return q_error_set(error, QUIRE_CONFLICT,
                                   "path '%s' is a file, and the folder of '%s'", folder, path);
            }
        }
        previous = path;
    }
    return QUIRE_OK;
}

quire_status q_plan_make(q_plan *plan, const quire_artifact *artifact, quire_error *error) {
    const q_entries *entries = &artifact->entries;
    size_t most = entries->count + artifact->removals.count;
    if (most == 0) {
        return QUIRE_OK;
    }
    plan->steps = malloc(most * sizeof *plan->steps);
    if (!plan->steps) {
        return q_error_memory(error);
    }
    for (size_t i = 0; i < entries->count; i++) {
        q_step *step = &plan->steps[plan->count++];
        *step = (q_step){.path = entries->items[i].path, .item = &entries->items[i]};
        if (q_item_is_source(step->item)) {
            uint64_t blocks = q_digest_count_blocks(q_step_bytes(step));
            plan->files++;
            plan->pieces += blocks > 1 ? blocks : 1;
        }
        quire_status status = q_entry_sum(&plan->bytes, q_step_bytes(step), error);
        if (status != QUIRE_OK) {
            return status;
        }
    }
    for (size_t i = 0; i < artifact->removals.count; i++) {
        plan->steps[plan->count++] = (q_step){.path = artifact->removals.keys[i]};
    }
    sort(plan);
    return check_folders(plan, entries, error);
}
