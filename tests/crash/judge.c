/** @file Judging a store: see judge.h. */
#include "crash/judge.h"

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crash/common.h"

#define WHY 4096

static void load(judge *this, const char *work, const char *name) {
    char *path = crash_join(work, name);
    this->references =
        crash_grow(this->references, (this->reference_count + 1) * sizeof *this->references);
    content *reference = &this->references[this->reference_count++];
    content_read(reference, path);
    if (reference->fault[0] != '\0') {
        crash_fail(reference->fault, path);
    }
    free(path);
}

void judge_init(judge *this, const char *work, size_t reports) {
    char name[32];
    *this = (judge){0};
    load(this, work, "base");
    for (size_t i = 1; i <= reports; i++) {
        snprintf(name, sizeof name, "ref.%zu", i);
        load(this, work, name);
    }
    load(this, work, "after");
    this->again = crash_join(work, "again");
}

void judge_free(judge *this) {
    for (size_t i = 0; i < this->reference_count; i++) {
        content_free(&this->references[i]);
    }
    free(this->references);
    free((char *)(uintptr_t)this->again);
}

/** Drafts come and go. */
static bool is_known(const judge *this, const content_item *item) {
    if (item->kind == CONTENT_WRITER) {
        return true;
    }
    for (size_t i = 0; i < this->reference_count; i++) {
        const content_item *known = content_find(&this->references[i], item->kind, item->key);
        if (known != NULL && strcmp(known->value, item->value) == 0) {
            return true;
        }
    }
    return false;
}

/** What is there from a reference on and stays as it is. */
static bool stays(const judge *this, const content_item *item, size_t from) {
    for (size_t i = from; i < this->reference_count; i++) {
        const content_item *later = content_find(&this->references[i], item->kind, item->key);
        if (later == NULL || strcmp(later->value, item->value) != 0) {
            return false;
        }
    }
    return true;
}

bool judge_store(const judge *this, const char *store, size_t reports, char why[WHY]) {
    content now;
    content_read(&now, store);
    snprintf(why, WHY, "%s", now.fault);
    for (size_t i = 0; i < now.count && why[0] == '\0'; i++) {
        if (!is_known(this, &now.items[i])) {
            snprintf(why, WHY, "%s is neither old nor new: %s", now.items[i].key,
                     now.items[i].value);
        }
    }
    const content *needed = &this->references[reports];
    for (size_t i = 0; i < needed->count && why[0] == '\0'; i++) {
        const content_item *item = &needed->items[i];
        const content_item *found = content_find(&now, item->kind, item->key);
        if (reports > 0 && this->need != NULL &&
            strncmp(item->key, this->need, strlen(this->need)) != 0 && !stays(this, item, 0)) {
            continue;
        }
        if (stays(this, item, reports) && (!found || strcmp(found->value, item->value) != 0)) {
            snprintf(why, WHY, "%s is lost: %s", item->key, item->value);
        }
    }
    content_free(&now);
    return why[0] == '\0';
}

bool judge_again(const judge *this, const char *store, char why[WHY]) {
    extern char **environ;
    const content *after = &this->references[this->reference_count - 1];
    content now;
    char *arguments[] = {(char *)(uintptr_t)this->again, NULL};
    pid_t process;
    int status = 0;
    if (setenv("QUIRE_STORE", store, 1) != 0 ||
        posix_spawn(&process, this->again, NULL, NULL, arguments, environ) != 0 ||
        waitpid(process, &status, 0) != process) {
        crash_fail("cannot run", this->again);
    }
    why[0] = '\0';
    if (status != 0) {
        snprintf(why, WHY, "given again, the commands end with wait status %d", status);
        return false;
    }
    content_read(&now, store);
    snprintf(why, WHY, "%s%s", now.fault[0] ? "after a repeat: " : "", now.fault);
    for (size_t i = 0; i < after->count && why[0] == '\0'; i++) {
        const content_item *item = &after->items[i];
        bool there = item->kind == CONTENT_VERSION
                         ? content_has_version(&now, item->value)
                         : content_find(&now, item->kind, item->key) != NULL;
        if (!there) {
            snprintf(why, WHY, "a repeat does not bring back %s", item->key);
        }
    }
    for (size_t i = 0; i < now.count && why[0] == '\0'; i++) {
        if (now.items[i].kind == CONTENT_VERSION &&
            !content_has_version(after, now.items[i].value)) {
            snprintf(why, WHY, "a repeat makes another %s", now.items[i].key);
        }
    }
    content_free(&now);
    return why[0] == '\0';
}
