/** @file From a trace to steps and when each is durable: see model.h. */
#include "crash/model.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "crash/common.h"

/** Which inode of the model a number of the real filesystem means now. */
typedef struct inode_number {
    uint64_t number;
    size_t inode;
} inode_number;

typedef struct building {
    model *model;
    model_tree now; /* as a process sees it */
    inode_number *numbers;
    size_t number_count;
    size_t event;
} building;

static const char *keep(model *this, char *text) {
    this->strings = crash_grow(this->strings, (this->string_count + 1) * sizeof *this->strings);
    this->strings[this->string_count++] = text;
    return text;
}

static size_t add_inode(model *this, bool folder, char *base) {
    this->inodes = crash_grow(this->inodes, (this->inode_count + 1) * sizeof *this->inodes);
    this->inodes[this->inode_count] = (model_inode){.folder = folder, .base = base};
    return this->inode_count++;
}

void model_tree_copy(model_tree *to, const model_tree *from) {
    if (to->capacity < from->count) {
        to->capacity = from->count + 64;
        to->names = crash_grow(to->names, to->capacity * sizeof *to->names);
    }
    if (from->count > 0) {
        memcpy(to->names, from->names, from->count * sizeof *to->names);
    }
    to->count = from->count;
}

static size_t position(const model_tree *tree, size_t folder, const char *name, size_t size) {
    size_t i = 0;
    while (i < tree->count &&
           (tree->names[i].folder != folder || strncmp(tree->names[i].name, name, size) != 0 ||
            tree->names[i].name[size] != '\0')) {
        i++;
    }
    return i;
}

void model_tree_apply(model_tree *tree, const model_step *step) {
    size_t at = position(tree, step->folder, step->name, strlen(step->name));
    if (step->inode == MODEL_NONE) {
        if (at < tree->count) {
            tree->names[at] = tree->names[--tree->count];
        }
        return;
    }
    if (tree->names == NULL || at == tree->count) {
        if (tree->names == NULL || tree->count == tree->capacity) {
            tree->capacity = 2 * tree->capacity + 64;
            tree->names = crash_grow(tree->names, tree->capacity * sizeof *tree->names);
        }
        tree->count++;
    }
    tree->names[at] = (model_name){step->folder, step->name, step->inode};
}

static size_t find(const model_tree *tree, const char *path) {
    size_t inode = 0;
    while (*path != '\0' && inode != MODEL_NONE) {
        size_t size = strcspn(path, "/");
        size_t at = position(tree, inode, path, size);
        inode = at < tree->count ? tree->names[at].inode : MODEL_NONE;
        path += size + (path[size] == '/' ? 1 : 0);
    }
    return inode;
}

static void load_folder(model *this, const char *root, const char *path, size_t inode) {
    char *full = crash_join(root, path);
    DIR *folder = opendir(full);
    const struct dirent *entry;
    if (folder == NULL) {
        crash_fail("cannot read the base", full);
    }
    while ((entry = readdir(folder)) != NULL) {
        struct stat status;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        char *child = crash_join(path, entry->d_name);
        char *child_full = crash_join(root, child);
        if (lstat(child_full, &status) != 0) {
            crash_fail("cannot look at", child_full);
        }
        bool is_folder = S_ISDIR(status.st_mode);
        size_t made = add_inode(this, is_folder, child);
        const model_step step = {
            .inode = made, .folder = inode, .name = keep(this, crash_join("", entry->d_name))};
        model_tree_apply(&this->base, &step);
        if (is_folder) {
            load_folder(this, root, child, made);
        }
        free(child_full);
    }
    (void)closedir(folder);
    free(full);
}

static model_step *add_step(building *this, model_kind kind, size_t inode) {
    model *to = this->model;
    if (to->step_count % 256 == 0) {
        to->steps = crash_grow(to->steps, (to->step_count + 256) * sizeof *to->steps);
    }
    model_step *step = &to->steps[to->step_count++];
    *step = (model_step){.kind = kind, .at = this->event, .durable = MODEL_NEVER, .inode = inode};
    return step;
}

/** The name `path` means `inode` from now on. */
static void set_name(building *this, const char *path, size_t inode) {
    const char *slash = strrchr(path, '/');
    char *parent = crash_join(path, "");
    parent[slash == NULL ? 0 : slash - path] = '\0';
    model_step *step = add_step(this, MODEL_ENTRY, inode);
    step->folder = find(&this->now, parent);
    step->name = keep(this->model, crash_join("", slash == NULL ? path : slash + 1));
    if (step->folder == MODEL_NONE) {
        crash_fail("a name in a folder that is not there", path);
    }
    model_tree_apply(&this->now, step);
    free(parent);
}

static size_t of_number(const building *this, uint64_t number) {
    for (size_t i = this->number_count; i > 0; i--) { /* the newest use of a number counts */
        if (this->numbers[i - 1].number == number) {
            return this->numbers[i - 1].inode;
        }
    }
    return MODEL_NONE;
}

static void see_create(building *this, const trace_event *event) {
    size_t inode = find(&this->now, event->path);
    if (inode == MODEL_NONE) {
        inode = add_inode(this->model, false, NULL);
        set_name(this, event->path, inode);
    }
    this->numbers = crash_grow(this->numbers, (this->number_count + 1) * sizeof *this->numbers);
    this->numbers[this->number_count++] = (inode_number){event->inode, inode};
}

static void see_data(building *this, const trace_event *event) {
    size_t inode = of_number(this, event->inode);
    if (inode == MODEL_NONE || this->model->inodes[inode].base != NULL) {
        crash_fail("a file of the base is written to", event->path);
    }
    model_step *step = add_step(this, event->op == TRACE_WRITE ? MODEL_DATA : MODEL_SIZE, inode);
    step->offset = event->offset;
    step->data = event->data;
    step->size = event->size;
}

static void see_sync(building *this, const trace_event *event) {
    size_t inode = find(&this->now, event->path);
    bool folder = inode != MODEL_NONE && this->model->inodes[inode].folder;
    if (!folder) {
        inode = of_number(this, event->inode);
    }
    for (size_t i = 0; i < this->model->step_count; i++) {
        model_step *step = &this->model->steps[i];
        bool mine = folder ? step->kind == MODEL_ENTRY && step->folder == inode
                           : step->kind != MODEL_ENTRY && step->inode == inode;
        if (step->durable == MODEL_NEVER && (mine || event->op == TRACE_SYNC_ALL)) {
            step->durable = this->event;
        }
    }
}

static void see(building *this, const trace_event *event) {
    size_t inode;
    switch (event->op) {
    case TRACE_CREATE:
        see_create(this, event);
        break;
    case TRACE_WRITE:
    case TRACE_TRUNCATE:
        see_data(this, event);
        break;
    case TRACE_LINK:
        set_name(this, event->to, find(&this->now, event->path));
        break;
    case TRACE_RENAME:
        inode = find(&this->now, event->path);
        set_name(this, event->path, MODEL_NONE);
        set_name(this, event->to, inode);
        break;
    case TRACE_MKDIR:
        set_name(this, event->path, add_inode(this->model, true, NULL));
        break;
    case TRACE_UNLINK:
    case TRACE_RMDIR:
        set_name(this, event->path, MODEL_NONE);
        break;
    case TRACE_SYNC:
    case TRACE_SYNC_ALL:
        see_sync(this, event);
        break;
    default:
        break;
    }
}

void model_make(model *to, const char *base, const crash_trace *trace) {
    building this = {.model = to};
    *to = (model){0};
    add_inode(to, true, crash_join("", ""));
    load_folder(to, base, "", 0);
    model_tree_copy(&this.now, &to->base);
    for (; this.event < trace->count; this.event++) {
        see(&this, &trace->events[this.event]);
    }
    free(this.now.names);
    free(this.numbers);
}

void model_free(model *this) {
    for (size_t i = 0; i < this->inode_count; i++) {
        free(this->inodes[i].base);
    }
    for (size_t i = 0; i < this->string_count; i++) {
        free(this->strings[i]);
    }
    free(this->strings);
    free(this->inodes);
    free(this->base.names);
    free(this->steps);
}
