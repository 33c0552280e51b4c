/**
 * @file
 * Every store that a power cut may leave. Given a folder with a store (base), what commands did to
 * it (trace, see trace.h), and how it looked when each of them had reported (ref.1 … ref.N, after),
 * this makes the states that the filesystem may be in when the power fails after each event of the
 * trace, and judges each. model.h says what lasts. Of what does not last yet, a state has
 *
 * - all, none, all names without data, all names with data of zeros,
 * - all but one step; that step being data, also zeros or half of it in its place,
 * - one step alone.
 *
 * States that are equal for a reader are judged once. Their numbers depend on the trace alone.
 *
 * - `crash_lost FOLDER [--stride N] [--repeat N] [--none] [--need NAME]`: every N-th state; the
 *   commands are given again in every N-th of those. With --none losses are expected; with --need
 *   only states count after a command has reported NAME.
 * - `crash_lost FOLDER [--repeat 1] [--need NAME] --state N`: this one again; it is left in
 *   FOLDER/state.
 * - `crash_lost --mark TRACE`: note in a trace that a command has reported.
 *
 * Exits with 1 when there was a finding, and under --none when there was none; with 2 when there is
 * nothing to be judged.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crash/common.h"
#include "crash/judge.h"
#include "crash/model.h"
#include "crash/state.h"

#define FINDINGS_SHOWN 5
#define SEEN_BITS 22 /* room for four million states */

typedef struct run_options {
    size_t stride;
    size_t repeat;
    size_t only; /* 0: all */
    bool none;
    bool reported;    /* only what is left when a command has reported */
    const char *need; /* with this beginning the names of what it reported */
} run_options;

typedef struct run {
    run_options options;
    const char *program;
    const char *work;
    char *folder; /* where states are written */
    crash_trace trace;
    model model;
    state state;
    judge judge;
    size_t cut;     /* events that were done */
    size_t reports; /* commands that had reported by then */
    size_t steps;   /* that belong to them */
    unsigned char *choices;
    uint64_t *seen;
    size_t made, distinct, judged, repeated, findings;
} run;

static bool is_new(run *this, uint64_t hash) {
    size_t mask = ((size_t)1 << SEEN_BITS) - 1;
    hash = (hash + this->reports * 0x9e3779b97f4a7c15u) | 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        if (this->seen[i] == hash) {
            return false;
        }
        if (this->seen[i] == 0) {
            this->seen[i] = hash;
            return true;
        }
    }
}

static void describe(const run *this) {
    printf("  the power fails after event %zu of %zu:\n    ", this->cut, this->trace.count);
    trace_print(&this->trace.events[this->cut == 0 ? 0 : this->cut - 1]);
    printf("  of what was not durable then,\n");
    for (size_t i = 0; i < this->steps; i++) {
        static const char *const words[] = {"lost", "kept", "zeros", "half"};
        const model_step *step = &this->model.steps[i];
        if (step->durable >= this->cut) {
            printf("    %s%s: ", words[this->choices[i]],
                   step->kind != MODEL_ENTRY   ? " (data)"
                   : step->inode == MODEL_NONE ? " (its going)"
                                               : " (name)");
            trace_print(&this->trace.events[step->at]);
        }
    }
}

static void find(run *this, const char *why) {
    this->findings++;
    if (this->options.none || this->findings > FINDINGS_SHOWN) {
        return;
    }
    const run_options *options = &this->options;
    printf("%s\n  in state %zu; again: %s %s%s%s%s --state %zu\n", why, this->distinct,
           this->program, this->work, options->repeat != 0 ? " --repeat 1" : "",
           options->need != NULL ? " --need " : "", options->need != NULL ? options->need : "",
           this->distinct);
    describe(this);
}

static void look(run *this) {
    char why[4096];
    this->made++;
    uint64_t hash = state_choose(&this->state, this->choices, this->steps);
    if (!is_new(this, hash)) {
        return;
    }
    this->distinct++;
    const run_options *options = &this->options;
    if (options->only != 0 ? this->distinct != options->only
                           : this->distinct % options->stride != 0) {
        return;
    }
    this->judged++;
    state_write(&this->state, this->folder);
    if (options->only != 0) {
        describe(this);
    }
    if (!judge_store(&this->judge, this->folder, this->reports, why)) {
        find(this, why);
    } else if (options->repeat != 0 && this->judged % options->repeat == 0) {
        this->repeated++;
        if (!judge_again(&this->judge, this->folder, why)) {
            find(this, why);
        }
    }
}

/** Give all steps that are not durable one choice, or names one and data another. */
static void choose(run *this, state_choice names, state_choice data) {
    for (size_t i = 0; i < this->steps; i++) {
        const model_step *step = &this->model.steps[i];
        this->choices[i] = (unsigned char)(step->durable < this->cut   ? STATE_WHOLE
                                           : step->kind == MODEL_ENTRY ? names
                                                                       : data);
    }
}

static void look_at_single(run *this, state_choice others, state_choice one) {
    choose(this, others, others);
    for (size_t i = 0; i < this->steps; i++) {
        const model_step *step = &this->model.steps[i];
        if (step->durable >= this->cut && (step->kind == MODEL_DATA || one < STATE_ZERO)) {
            this->choices[i] = (unsigned char)one;
            look(this);
            this->choices[i] = (unsigned char)others;
        }
    }
}

static void cut_here(run *this) {
    choose(this, STATE_WHOLE, STATE_WHOLE);
    look(this);
    choose(this, STATE_ABSENT, STATE_ABSENT);
    look(this);
    choose(this, STATE_WHOLE, STATE_ABSENT);
    look(this);
    choose(this, STATE_WHOLE, STATE_ZERO);
    look(this);
    look_at_single(this, STATE_WHOLE, STATE_ABSENT);
    look_at_single(this, STATE_WHOLE, STATE_ZERO);
    look_at_single(this, STATE_WHOLE, STATE_HALF);
    look_at_single(this, STATE_ABSENT, STATE_WHOLE);
}

static bool is_done(const run *this) {
    return this->options.only != 0 && this->judged > 0;
}

static void cut_everywhere(run *this) {
    for (this->cut = 0; this->cut <= this->trace.count && !is_done(this); this->cut++) {
        if (this->cut > 0 && this->trace.events[this->cut - 1].op == TRACE_REPORTED) {
            this->reports++;
        }
        while (this->steps < this->model.step_count &&
               this->model.steps[this->steps].at < this->cut) {
            this->steps++;
        }
        if (this->reports > 0 || !this->options.reported) {
            cut_here(this);
        }
    }
}

static void begin(run *this) {
    char *base = crash_join(this->work, "base");
    char *pool = crash_join(this->work, "pool");
    char *file = crash_join(this->work, "trace");
    size_t reports = 0;
    this->folder = crash_join(this->work, "state");
    trace_load(&this->trace, file);
    for (size_t i = 0; i < this->trace.count; i++) {
        reports += this->trace.events[i].op == TRACE_REPORTED;
    }
    judge_init(&this->judge, this->work, reports);
    this->judge.need = this->options.need;
    model_make(&this->model, base, &this->trace);
    (void)mkdir(pool, 0777);
    state_init(&this->state, &this->model, base, pool);
    this->choices = crash_alloc(this->model.step_count + 1);
    this->seen = crash_alloc(sizeof *this->seen << SEEN_BITS);
    free(file);
}

static int verdict(const run *this) {
    const run_options *options = &this->options;
    if (options->only != 0 && this->judged == 0) {
        fprintf(stderr, "crash_lost: no such state: %zu of %zu\n", options->only, this->distinct);
        return 2;
    }
    if (this->judged == 0) {
        fprintf(stderr, "crash_lost: nothing to judge: every %zu-th of %zu states\n",
                options->stride, this->distinct);
        return 2;
    }
    if (options->none && this->findings == 0) {
        fprintf(stderr, "crash_lost: nothing is synced, but no loss is seen\n");
    }
    return (this->findings == 0) != options->none ? 0 : 1;
}

static int end(run *this) {
    const run_options *options = &this->options;
    int code = verdict(this);
    printf(
        "lost writes: %zu events, %zu states, %zu of them distinct, %zu judged, commands repeated "
        "in %zu, %zu %s\n",
        this->trace.count, this->made, this->distinct, this->judged, this->repeated, this->findings,
        options->none ? "losses, as nothing is synced" : "findings");
    free((char *)(uintptr_t)this->state.base);
    free((char *)(uintptr_t)this->state.pool);
    state_free(&this->state);
    model_free(&this->model);
    judge_free(&this->judge);
    trace_free(&this->trace);
    free(this->folder);
    free(this->choices);
    free(this->seen);
    return code;
}

static int mark(const char *file) {
    const trace_head head = {.op = TRACE_REPORTED};
    int fd = open(file, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd < 0 || write(fd, &head, sizeof head) != (ssize_t)sizeof head || close(fd) != 0) {
        crash_fail("cannot mark", file);
    }
    return 0;
}

static size_t number(const char *text) {
    char *end = NULL;
    unsigned long value = text == NULL ? 0 : strtoul(text, &end, 10);
    if (text == NULL || *text < '0' || *text > '9' || *end != '\0') {
        crash_fail("not a number", text == NULL ? "" : text);
    }
    return value;
}

int main(int count, char **arguments) {
    run this = {.options = {.stride = 1}};
    if (count == 3 && strcmp(arguments[1], "--mark") == 0) {
        return mark(arguments[2]);
    }
    if (count < 2) {
        crash_fail("which folder?", "");
    }
    this.program = arguments[0];
    this.work = arguments[1];
    for (int i = 2; i < count; i++) {
        if (strcmp(arguments[i], "--stride") == 0) {
            this.options.stride = number(arguments[++i]);
        } else if (strcmp(arguments[i], "--repeat") == 0) {
            this.options.repeat = number(arguments[++i]);
        } else if (strcmp(arguments[i], "--state") == 0) {
            this.options.only = number(arguments[++i]);
            if (this.options.only == 0) {
                crash_fail("no such state", "0");
            }
        } else if (strcmp(arguments[i], "--none") == 0) {
            this.options.none = true;
        } else if (strcmp(arguments[i], "--need") == 0) {
            this.options.reported = true;
            this.options.need = arguments[++i];
        } else {
            crash_fail("unknown option", arguments[i]);
        }
    }
    if (this.options.stride == 0) {
        crash_fail("not a stride", "0");
    }
    begin(&this);
    cut_everywhere(&this);
    return end(&this);
}
