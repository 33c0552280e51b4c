/** @file States as folders: see state.h. */
#include "crash/state.h"

#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crash/common.h"

#define PATH_SIZE 4096

/** Some steps on a file, and the hash of the bytes that come of them. */
struct state_content {
    uint64_t steps;
    uint64_t hash;
};

void state_init(state *this, const model *of, const char *base, const char *pool) {
    *this = (state){.model = of, .base = base, .pool = pool};
    this->content = crash_alloc(of->inode_count * sizeof *this->content);
}

void state_free(state *this) {
    free(this->tree.names);
    free(this->content);
    free(this->known);
}

static void pool_path(const state *this, uint64_t hash, char path[PATH_SIZE]) {
    snprintf(path, PATH_SIZE, "%s/%016" PRIx64, this->pool, hash);
}

/** The bytes of a file, put into the pool. */
static uint64_t make_content(const state *this, size_t inode, const unsigned char *choices,
                             size_t count) {
    char path[PATH_SIZE];
    char *bytes = NULL;
    size_t size = 0, capacity = 0;
    for (size_t i = 0; i < count; i++) {
        const model_step *step = &this->model->steps[i];
        if (step->kind == MODEL_ENTRY || step->inode != inode || choices[i] == STATE_ABSENT) {
            continue;
        }
        size_t end = (size_t)step->offset + (step->kind == MODEL_DATA ? step->size : 0);
        if (end > capacity) {
            bytes = crash_grow(bytes, end);
            capacity = end;
        }
        if (end > size) {
            memset(bytes + size, 0, end - size);
        }
        size = step->kind == MODEL_SIZE || end > size ? end : size;
        if (bytes != NULL && step->kind == MODEL_DATA && choices[i] != STATE_ZERO) {
            memcpy(bytes + step->offset, step->data,
                   choices[i] == STATE_HALF ? step->size / 2 : step->size);
        }
    }
    uint64_t hash = crash_hash(crash_hash(CRASH_HASH, &size, sizeof size), bytes, size);
    pool_path(this, hash, path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd >= 0 && (write(fd, bytes, size) != (ssize_t)size || close(fd) != 0)) {
        crash_fail("cannot write", path);
    }
    free(bytes);
    return hash;
}

static uint64_t content_of(state *this, size_t inode, const unsigned char *choices, size_t count) {
    uint64_t steps = crash_hash(CRASH_HASH, &inode, sizeof inode);
    for (size_t i = 0; i < count; i++) {
        const model_step *step = &this->model->steps[i];
        if (step->kind != MODEL_ENTRY && step->inode == inode && choices[i] != STATE_ABSENT) {
            steps = crash_hash(steps, &i, sizeof i);
            steps = crash_hash(steps, &choices[i], 1);
        }
    }
    for (size_t i = 0; i < this->known_count; i++) {
        if (this->known[i].steps == steps) {
            return this->known[i].hash;
        }
    }
    this->known = crash_grow(this->known, (this->known_count + 1) * sizeof *this->known);
    this->known[this->known_count] =
        (state_content){steps, make_content(this, inode, choices, count)};
    return this->known[this->known_count++].hash;
}

/** Every file that can be reached, by name and content, in any order. */
static uint64_t hash_folder(state *this, size_t folder, const char *path,
                            const unsigned char *choices, size_t count) {
    uint64_t sum = 0;
    for (size_t i = 0; i < this->tree.count; i++) {
        const model_name *name = &this->tree.names[i];
        const model_inode *inode = &this->model->inodes[name->inode];
        char child[PATH_SIZE];
        if (name->folder != folder) {
            continue;
        }
        snprintf(child, sizeof child, "%s/%s", path, name->name);
        uint64_t hash = crash_hash(CRASH_HASH, child, strlen(child));
        if (inode->folder) {
            sum += hash * 3 + (strcmp(child, "/tmp") == 0
                                   ? 0
                                   : hash_folder(this, name->inode, child, choices, count));
        } else {
            uint64_t content = inode->base != NULL
                                   ? crash_hash(CRASH_HASH, inode->base, strlen(inode->base))
                                   : content_of(this, name->inode, choices, count);
            this->content[name->inode] = content;
            sum += crash_hash(hash, &content, sizeof content);
        }
    }
    return sum;
}

uint64_t state_choose(state *this, const unsigned char *choices, size_t count) {
    model_tree_copy(&this->tree, &this->model->base);
    for (size_t i = 0; i < count; i++) {
        if (this->model->steps[i].kind == MODEL_ENTRY && choices[i] != STATE_ABSENT) {
            model_tree_apply(&this->tree, &this->model->steps[i]);
        }
    }
    return hash_folder(this, 0, "", choices, count);
}

static void write_folder(const state *this, size_t folder, const char *path, bool leave_out) {
    if (mkdir(path, 0777) != 0) {
        crash_fail("cannot make", path);
    }
    for (size_t i = 0; i < this->tree.count && !leave_out; i++) {
        const model_name *name = &this->tree.names[i];
        const model_inode *inode = &this->model->inodes[name->inode];
        char child[PATH_SIZE], from[PATH_SIZE];
        if (name->folder != folder) {
            continue;
        }
        snprintf(child, sizeof child, "%s/%s", path, name->name);
        if (inode->folder) {
            write_folder(this, name->inode, child, folder == 0 && strcmp(name->name, "tmp") == 0);
            continue;
        }
        if (inode->base != NULL) {
            snprintf(from, sizeof from, "%s/%s", this->base, inode->base);
        } else {
            pool_path(this, this->content[name->inode], from);
        }
        if (link(from, child) != 0) {
            crash_fail("cannot link", child);
        }
    }
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where) {
    (void)status;
    (void)type;
    (void)where;
    return remove(path);
}

void state_write(const state *this, const char *folder) {
    if (access(folder, F_OK) == 0 && nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0) {
        crash_fail("cannot remove", folder);
    }
    write_folder(this, 0, folder, false);
}
