/** @file Reading traces back: see trace.h. */
#include "crash/trace.h"

#include <stdio.h>
#include <stdlib.h>

#include "crash/common.h"

static char *take(FILE *file, size_t size) {
    char *bytes = crash_alloc(size + 1);
    if (fread(bytes, 1, size, file) != size) {
        crash_fail("a trace is cut short", "");
    }
    bytes[size] = '\0';
    return bytes;
}

void trace_load(crash_trace *to, const char *name) {
    FILE *file = fopen(name, "rb");
    trace_head head;
    size_t capacity = 0;
    *to = (crash_trace){0};
    if (file == NULL) {
        crash_fail("cannot read a trace", name);
    }
    while (fread(&head, sizeof head, 1, file) == 1) {
        if (to->count == capacity) {
            capacity = capacity == 0 ? 256 : 2 * capacity;
            to->events = crash_grow(to->events, capacity * sizeof *to->events);
        }
        trace_event *event = &to->events[to->count++];
        *event = (trace_event){.op = (trace_op)head.op,
                               .inode = head.inode,
                               .offset = head.offset,
                               .process = head.process,
                               .size = head.data_size};
        event->path = take(file, head.path_size);
        event->to = take(file, head.to_size);
        event->data = take(file, head.data_size);
    }
    (void)fclose(file);
    if (to->count == 0) {
        crash_fail("no events in the trace", name);
    }
}

void trace_free(crash_trace *this) {
    for (size_t i = 0; i < this->count; i++) {
        free(this->events[i].path);
        free(this->events[i].to);
        free(this->events[i].data);
    }
    free(this->events);
}

void trace_print(const trace_event *event) {
    static const char *const names[] = {"create", "write",  "truncate", "link",
                                        "rename", "unlink", "mkdir",    "rmdir",
                                        "sync",   "sync",   "(other)",  "REPORTED"};
    printf("process %u: %s %s%s", event->process, names[event->op],
           event->op == TRACE_SYNC_ALL ? "all of " : "", event->path[0] ? event->path : ".");
    if (event->to[0] != '\0') {
        printf(" as %s", event->to);
    }
    if (event->op == TRACE_WRITE) {
        printf(", %zu bytes at %lld", event->size, (long long)event->offset);
    }
    printf("\n");
}
