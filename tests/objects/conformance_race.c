/**
 * @file
 * Conformance: many processes at once. Only where a further handle on the same objects can be had.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "objects/cmocka_all.h"
#include "objects/conformance_internal.h"

#define PROCESSES 16
#define ROUNDS 10

enum outcome {
    OUTCOME_CREATED = 10,
    OUTCOME_MET,
    OUTCOME_CONFLICT,
    OUTCOME_FAILED
};

typedef enum outcome (*race_part)(q_objects *objects, int process, int round);

static enum outcome judge(quire_status status, bool created, const quire_error *error) {
    if (status == QUIRE_OK) {
        return created ? OUTCOME_CREATED : OUTCOME_MET;
    }
    if (status == QUIRE_CONFLICT || status == QUIRE_INTEGRITY) {
        return OUTCOME_CONFLICT;
    }
    fprintf(stderr, "%s\n", error->message);
    return OUTCOME_FAILED;
}

/** Run `part` in all processes at once; the numbers of each outcome. */
static void race(const conformance_state *state, race_part part, int round, int counts[4]) {
    pid_t children[PROCESSES];
    int start[2];
    memset(counts, 0, 4 * sizeof *counts);
    assert_int_equal(pipe(start), 0);
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) {
            char byte;
            (void)close(start[1]);
            q_objects *objects = state->subject->again(state->subject->context);
            enum outcome outcome = OUTCOME_FAILED;
            if (objects != NULL && read(start[0], &byte, 1) == 0) {
                outcome = part(objects, i, round);
            }
            q_objects_free(objects);
            _exit((int)outcome);
        }
    }
    (void)close(start[0]);
    (void)close(start[1]); /* the end of the pipe is the starting shot */
    for (int i = 0; i < PROCESSES; i++) {
        int status = 0;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status));
        assert_in_range(WEXITSTATUS(status), OUTCOME_CREATED, OUTCOME_FAILED);
        counts[WEXITSTATUS(status) - OUTCOME_CREATED]++;
    }
}

static enum outcome put_own(q_objects *objects, int process, int round) {
    char key[32], text[32];
    bool created = false;
    quire_error error = {0};
    snprintf(key, sizeof key, "race/new/%d", round);
    snprintf(text, sizeof text, "process %02d", process);
    quire_status status =
        q_objects_put(objects, key, Q_OBJECT_RECORD, text, strlen(text), &created, &error);
    return judge(status, created, &error);
}

void race_of_different(void **state) {
    const conformance_state *this = *state;
    int counts[4];
    for (int round = 0; round < ROUNDS; round++) {
        race(this, put_own, round, counts);
        assert_int_equal(counts[0], 1);
        assert_int_equal(counts[1], 0);
        assert_int_equal(counts[2], PROCESSES - 1);
        assert_int_equal(counts[3], 0);
    }
}

static enum outcome put_same(q_objects *objects, int process, int round) {
    char key[32];
    bool created = false;
    quire_error error = {0};
    (void)process;
    snprintf(key, sizeof key, "race/same/%d", round);
    quire_status status = q_objects_put(objects, key, Q_OBJECT_RECORD, "same", 4, &created, &error);
    return judge(status, created, &error);
}

void race_of_equal(void **state) {
    const conformance_state *this = *state;
    int counts[4];
    for (int round = 0; round < ROUNDS; round++) {
        race(this, put_same, round, counts);
        assert_true(counts[0] >= 1);
        assert_int_equal(counts[0] + counts[1], PROCESSES);
    }
}

static enum outcome stream_same(q_objects *objects, int process, int round) {
    static const char block[100000];
    char key[32];
    bool created = false;
    quire_error error = {0};
    q_object_writer *writer = NULL;
    (void)process;
    snprintf(key, sizeof key, "race/stream/%d", round);
    quire_status status = q_object_writer_open(objects, &writer, &error);
    for (int i = 0; i < 5 && status == QUIRE_OK; i++) {
        status = q_object_writer_write(writer, block, sizeof block, &error);
    }
    if (status == QUIRE_OK) {
        status = q_object_writer_publish(writer, key, &created, &error);
    }
    q_object_writer_free(writer);
    return judge(status, created, &error);
}

void race_of_streams(void **state) {
    const conformance_state *this = *state;
    int counts[4];
    for (int round = 0; round < ROUNDS / 3; round++) {
        race(this, stream_same, round, counts);
        assert_true(counts[0] >= 1);
        assert_int_equal(counts[0] + counts[1], PROCESSES);
    }
}

/** One half renews the object and says whether that went well, the other removes it as old. */
static enum outcome renew_or_remove(q_objects *objects, int process, int round) {
    char key[32];
    q_object_info info = {0};
    bool removed = false;
    quire_error error = {0};
    quire_status status;
    snprintf(key, sizeof key, "race/old/%d", round);
    if (process % 2 == 0) {
        status = q_objects_refresh(objects, key, &error);
        return status == QUIRE_OK          ? OUTCOME_CREATED
               : status == QUIRE_NOT_FOUND ? OUTCOME_MET
                                           : judge(status, false, &error);
    }
    status = q_objects_stat(objects, "race/limit", &info, &error);
    if (status == QUIRE_OK) {
        status = q_objects_remove(objects, key, info.modified, &removed, &error);
    }
    return status == QUIRE_OK ? OUTCOME_CONFLICT : judge(status, false, &error);
}

void race_with_removal(void **state) {
    const conformance_state *this = *state;
    quire_error error = {0};
    int counts[4];
    char key[32];
    int kept = 0;
    for (int round = 0; round < ROUNDS; round++) {
        snprintf(key, sizeof key, "race/old/%d", round);
        conformance_put(this->objects, key, "x");
    }
    /* The limit is later than the objects and not later than any renewal. */
    int64_t last = conformance_modified(this->objects, key);
    do {
        conformance_ok(q_objects_remove(this->objects, "race/limit", INT64_MAX, NULL, &error),
                       &error);
        conformance_put(this->objects, "race/limit", "x");
    } while (conformance_modified(this->objects, "race/limit") <= last);
    for (int round = 0; round < ROUNDS; round++) {
        q_object_info info = {0};
        race(this, renew_or_remove, round, counts);
        assert_int_equal(counts[3], 0);
        assert_int_equal(counts[2], PROCESSES / 2);
        snprintf(key, sizeof key, "race/old/%d", round);
        quire_status status = q_objects_stat(this->objects, key, &info, &error);
        if (counts[0] > 0) { /* whose renewal was confirmed, finds the object */
            conformance_ok(status, &error);
            kept++;
        }
    }
    print_message("[          ] %d of %d were renewed in time\n", kept, ROUNDS);
}
