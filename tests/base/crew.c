/** @file The crew: results in order, whatever finishes first; ends; failing threads. */
#include "base/crew.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "base/unit.h"
#include "support/threads.h"

#define PIECES 5000

typedef struct number {
    uint64_t in, out;
    size_t lane;
} number;

typedef struct job {
    uint64_t fail_at; /* UINT64_MAX: never */
    size_t lanes;
    bool saw_signal;
    bool used[Q_CREW_MAX];
} job;

static quire_status work(void *context, size_t lane, void *slot, quire_error *error) {
    job *to = context;
    number *this = slot;
    sigset_t mask;
    assert_true(lane < to->lanes);
    this->out = this->in * this->in;
    this->lane = lane;
    to->used[lane] = true; /* a worker's own */
    if (this->in % 7 == 0) {
        usleep(50);
    }
    if (lane > 0 && pthread_sigmask(SIG_BLOCK, NULL, &mask) == 0 && !sigismember(&mask, SIGTERM)) {
        to->saw_signal = true;
    }
    return this->in >= to->fail_at
               ? q_error_set(error, QUIRE_ERROR, "piece %llu", (unsigned long long)this->in)
               : QUIRE_OK;
}

/* Returns how many results came before the first failure. */
static uint64_t run(job *to, size_t lanes, size_t slots, quire_error *error) {
    q_crew *crew = NULL;
    uint64_t made = 0, taken = 0, told;
    quire_status status = QUIRE_OK;
    to->lanes = lanes;
    assert_int_equal(q_crew_new(lanes, sizeof(number), slots, work, to, &crew, error), QUIRE_OK);
    while (!status && (made < PIECES || q_crew_under_way(crew) > 0)) {
        number *slot = made < PIECES ? q_crew_slot(crew) : NULL;
        if (slot) {
            slot->in = made++;
            q_crew_put(crew);
            assert_true(q_crew_under_way(crew) <= slots);
            continue;
        }
        status = q_crew_take(crew, (void **)&slot, &told, error);
        assert_non_null(slot);
        assert_int_equal(slot->in, taken);
        assert_int_equal(slot->out, taken * taken);
        taken += !status;
    }
    q_crew_free(crew);
    return taken;
}

static void in_order(void **state) {
    (void)state;
    quire_error error = {0};
    for (size_t lanes = 1; lanes <= 8; lanes *= 2) {
        for (size_t slots = 1; slots <= 64; slots *= 8) {
            job to = {.fail_at = UINT64_MAX};
            assert_int_equal(run(&to, lanes, slots, &error), PIECES);
            assert_false(to.saw_signal);
        }
    }
}

static void the_first_failure_in_order_is_told(void **state) {
    (void)state;
    for (size_t lanes = 1; lanes <= 8; lanes *= 2) {
        quire_error error = {0};
        job to = {.fail_at = 1234};
        assert_int_equal(run(&to, lanes, 32, &error), 1234);
        assert_string_equal(error.message, "piece 1234");
    }
}

static void fewer_threads_do_it_too(void **state) {
    (void)state;
    quire_error error = {0};
    for (int left = 0; left < 5; left++) {
        job to = {.fail_at = UINT64_MAX};
        threads_left = left;
        assert_int_equal(run(&to, 4, 16, &error), PIECES);
        threads_left = 1000;
        for (int lane = left ? left : 1; lane < 4; lane++) {
            assert_false(to.used[lane]);
        }
    }
}

static quire_status tell(void *context, size_t lane, void *slot, quire_error *error) {
    q_crew **crew = context;
    (void)lane;
    (void)slot;
    (void)error;
    for (int i = 0; i < 1000; i++) {
        q_crew_tell(*crew, 3);
    }
    return QUIRE_OK;
}

/* Nothing that is told is lost, nor told twice. */
static void what_workers_tell(void **state) {
    (void)state;
    quire_error error = {0};
    for (size_t lanes = 1; lanes <= 3; lanes += 2) {
        q_crew *crew = NULL;
        void *slot;
        uint64_t told, sum = 0;
        int pieces = 0;
        assert_int_equal(q_crew_new(lanes, 1, 3, tell, &crew, &crew, &error), QUIRE_OK);
        for (int i = 0; i < 3; i++) {
            assert_non_null(q_crew_slot(crew));
            q_crew_put(crew);
        }
        assert_null(q_crew_slot(crew));
        while (pieces < 3) {
            assert_int_equal(q_crew_take(crew, &slot, &told, &error), QUIRE_OK);
            sum += told;
            pieces += slot != NULL;
        }
        assert_int_equal(sum, 9000);
        q_crew_free(crew);
    }
}

static quire_status wait_for_the_end(void *context, size_t lane, void *slot, quire_error *error) {
    q_crew **crew = context;
    (void)lane;
    (void)error;
    *(int *)slot += 1;
    q_crew_tell(*crew, 0); /* that it goes on is news, too */
    while (!q_crew_is_ending(*crew)) {
        usleep(100);
    }
    return QUIRE_OK;
}

static void an_end_amid_work(void **state) {
    (void)state;
    quire_error error = {0};
    q_crew *crew = NULL;
    void *slot;
    uint64_t told;
    assert_int_equal(q_crew_new(2, sizeof(int), 8, wait_for_the_end, &crew, &crew, &error),
                     QUIRE_OK);
    for (int i = 0; i < 8; i++) {
        assert_non_null(q_crew_slot(crew));
        q_crew_put(crew);
    }
    assert_int_equal(q_crew_take(crew, &slot, &told, &error), QUIRE_OK);
    assert_null(slot);
    q_crew_free(crew); /* ends: those not begun never are */
    q_crew_free(NULL);
}

/* --- what is shared out --- */

#define PARTS 40

typedef struct sharing {
    q_crew *crew;
    uint64_t fail_from; /* UINT64_MAX: none fails */
    pthread_mutex_t lock;
    int done[PARTS];
    bool used[Q_CREW_MAX];
    size_t users, meet; /* workers that have come; how many each part waits for */
    bool ends;          /* parts go on until the crew ends */
} sharing;

static quire_status do_part(void *context, size_t lane, uint64_t part, quire_error *error) {
    sharing *with = context;
    pthread_mutex_lock(&with->lock);
    with->done[part]++;
    with->users += !with->used[lane];
    with->used[lane] = true;
    while (with->users < with->meet) {
        pthread_mutex_unlock(&with->lock);
        usleep(100);
        pthread_mutex_lock(&with->lock);
    }
    pthread_mutex_unlock(&with->lock);
    q_crew_tell(with->crew, 1);
    usleep(part % 3 ? 200 : 2000); /* later ones end first */
    while (with->ends && !q_crew_is_ending(with->crew)) {
        usleep(100);
    }
    return part >= with->fail_from
               ? q_error_set(error, QUIRE_CONFLICT, "part %llu", (unsigned long long)part)
               : QUIRE_OK;
}

static quire_status share(void *context, size_t lane, void *slot, quire_error *error) {
    sharing *with = context;
    (void)slot;
    return q_crew_share(with->crew, lane, PARTS, do_part, with, error);
}

static quire_status run_shared(sharing *with, size_t lanes, quire_error *error) {
    void *slot = NULL;
    uint64_t told, sum = 0;
    quire_status status = QUIRE_OK;
    pthread_mutex_init(&with->lock, NULL);
    assert_int_equal(q_crew_new(lanes, 1, 2, share, with, &with->crew, error), QUIRE_OK);
    assert_non_null(q_crew_slot(with->crew));
    q_crew_put(with->crew);
    while (!slot) {
        status = q_crew_take(with->crew, &slot, &told, error);
        sum += told;
        if (with->ends) {
            break;
        }
    }
    q_crew_free(with->crew);
    for (int i = 0; i < PARTS; i++) {
        sum -= (uint64_t)with->done[i];
    }
    assert_true(with->ends || sum == 0);
    pthread_mutex_destroy(&with->lock);
    return status;
}

/* Parts wait until all who have nothing to do help. */
static void each_part_is_done_once(void **state) {
    (void)state;
    quire_error error = {0};
    for (size_t lanes = 1; lanes <= 8; lanes *= 2) {
        sharing with = {.fail_from = UINT64_MAX, .meet = lanes};
        assert_int_equal(run_shared(&with, lanes, &error), QUIRE_OK);
        for (int i = 0; i < PARTS; i++) {
            assert_int_equal(with.done[i], 1);
        }
    }
}

static void the_first_part_that_fails_is_told(void **state) {
    (void)state;
    for (size_t lanes = 1; lanes <= 8; lanes *= 2) {
        for (uint64_t from = 0; from < 20; from += 6) {
            quire_error error = {0};
            sharing with = {.fail_from = from};
            char words[16];
            snprintf(words, sizeof words, "part %d", (int)from);
            assert_int_equal(run_shared(&with, lanes, &error), QUIRE_CONFLICT);
            assert_string_equal(error.message, words);
            assert_int_equal(with.done[PARTS - 1], 0);
        }
    }
}

static void an_end_amid_parts(void **state) {
    (void)state;
    quire_error error = {0};
    sharing with = {.fail_from = UINT64_MAX, .ends = true};
    assert_int_equal(run_shared(&with, 3, &error), QUIRE_OK);
    assert_int_equal(with.done[PARTS - 1], 0);
}

static void sizes(void **state) {
    (void)state;
    unsetenv("QUIRE_THREADS");
    unsetenv("OMPI_COMM_WORLD_LOCAL_SIZE");
    unsetenv("MPI_LOCALNRANKS");
    size_t all = q_crew_size(0);
    assert_in_range(all, 1, Q_CREW_MAX);
    assert_int_equal(q_crew_size(3), 3);
    assert_int_equal(q_crew_size(1000), Q_CREW_MAX);
    setenv("MPI_LOCALNRANKS", "100000", 1);
    assert_int_equal(q_crew_size(0), 1);
    setenv("QUIRE_THREADS", "5", 1);
    assert_int_equal(q_crew_size(0), 5);
    assert_int_equal(q_crew_size(2), 2);
    static const char *const wrong[] = {"0", "-1", "x", "3x", ""};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        setenv("QUIRE_THREADS", wrong[i], 1);
        assert_int_equal(q_crew_size(0), 1);
    }
    unsetenv("MPI_LOCALNRANKS");
    assert_int_equal(q_crew_size(0), all);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_order),
        cmocka_unit_test(the_first_failure_in_order_is_told),
        cmocka_unit_test(what_workers_tell),
        cmocka_unit_test(fewer_threads_do_it_too),
        cmocka_unit_test(an_end_amid_work),
        cmocka_unit_test(each_part_is_done_once),
        cmocka_unit_test(the_first_part_that_fails_is_told),
        cmocka_unit_test(an_end_amid_parts),
        cmocka_unit_test(sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
