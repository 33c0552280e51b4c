/** @file The environment: which variable wins; random ids, which no two of are alike. */
#include "base/environment.h"

#include <unistd.h>

#include "base/random.h"
#include "base/unit.h"

static int clear(void **state) {
    static const char *const names[] = {
        "QUIRE_STORE",
        "WANDB_RUN_GROUP",
        "SLURM_ARRAY_JOB_ID",
        "SLURM_JOB_ID",
        "PBS_JOBID",
        "SLURM_ARRAY_TASK_ID",
        "PBS_ARRAY_INDEX",
        "SLURM_PROCID",
        "PMIX_RANK",
        "OMPI_COMM_WORLD_RANK",
        "LSB_JOBID",
        "NO_COLOR",
        "TERM",
        "PBS_ARRAY_ID",
        "PBS_ARRAYID",
        "SLURM_NTASKS",
        "SLURM_STEP_NUM_TASKS",
        "OMPI_COMM_WORLD_SIZE",
        "PMI_RANK",
        "PMI_SIZE",
        "PALS_RANKID",
        "QUIRE_THREADS",
        "OMPI_COMM_WORLD_LOCAL_SIZE",
        "MPI_LOCALNRANKS",
        "QUIRE_CACHE",
        "XDG_CACHE_HOME",
        "HOME",
        "SLURM_STEP_TASKS_PER_NODE",
    };
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        unsetenv(names[i]);
    }
    return 0;
}

static const char *distributed_id(void) {
    static char room[Q_ENVIRONMENT_SIZE];
    return q_environment_distributed_id(room);
}

static const char *writer(void) {
    static char room[Q_ENVIRONMENT_SIZE];
    return q_environment_writer(room);
}

static void threads_are_a_number_from_1_on(void **state) {
    (void)state;
    static const char *const wrong[] = {"0", "-1", "x", "3x", "1.5", " "};
    setenv("QUIRE_THREADS", "3", 1);
    assert_int_equal(q_environment_threads(), 3);
    assert_null(q_environment_wrong_threads());
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        setenv("QUIRE_THREADS", wrong[i], 1);
        assert_int_equal(q_environment_threads(), 0);
        assert_string_equal(q_environment_wrong_threads(), wrong[i]);
    }
    setenv("QUIRE_THREADS", "", 1); /* as if it were not set */
    assert_null(q_environment_wrong_threads());
}

static void nothing_is_set(void **state) {
    (void)state;
    assert_null(q_environment_wrong_threads());
    assert_string_equal(q_environment_store(), ".quire");
    assert_null(distributed_id());
    assert_null(q_environment_run_group());
    assert_null(writer());
    assert_null(q_environment_job());
    assert_false(q_environment_is_plain());
}

/** Sets the variables from the last to the first; each must win over those before it. */
static void check_order(const char *const *names, size_t count, const char *(*get)(void)) {
    for (size_t i = count; i > 0; i--) {
        setenv(names[i - 1], names[i - 1], 1);
        assert_string_equal(get(), names[i - 1]);
    }
    setenv(names[0], "", 1);
    assert_true(count == 1 || strcmp(get(), names[1]) == 0);
    clear(NULL);
}

static void the_first_wins(void **state) {
    (void)state;
    static const char *const store[] = {"QUIRE_STORE"};
    static const char *const id[] = {"WANDB_RUN_GROUP", "SLURM_ARRAY_JOB_ID", "SLURM_JOB_ID",
                                     "PBS_ARRAY_ID", "PBS_JOBID"};
    static const char *const writers[] = {
        "SLURM_ARRAY_TASK_ID", "PBS_ARRAY_INDEX",      "PBS_ARRAYID", "SLURM_PROCID",
        "PMIX_RANK",           "OMPI_COMM_WORLD_RANK", "PMI_RANK",    "PALS_RANKID"};
    static const char *const job[] = {"SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID"};
    check_order(store, 1, q_environment_store);
    check_order(id, 5, distributed_id);
    check_order(id, 1, q_environment_run_group);
    check_order(writers, 8, writer);
    check_order(job, 3, q_environment_job);
    setenv("TERM", "dumb", 1);
    assert_true(q_environment_is_plain());
    setenv("TERM", "xterm", 1);
    assert_false(q_environment_is_plain());
    setenv("NO_COLOR", "1", 1);
    assert_true(q_environment_is_plain());
}

static void a_launcher_tells_of_several_ranks(void **state) {
    static const char *const names[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        clear(state);
        assert_false(q_environment_is_rank());
        setenv(names[i], "1", 1);
        assert_false(q_environment_is_rank());
        setenv(names[i], "2", 1);
        assert_true(q_environment_is_rank());
    }
}

static void ranks_of_a_node(void **state) {
    (void)state;
    assert_int_equal(q_environment_node_ranks(), 1);
    setenv("SLURM_STEP_TASKS_PER_NODE", "12(x3),4", 1);
    assert_int_equal(q_environment_node_ranks(), 12);
    setenv("SLURM_STEP_TASKS_PER_NODE", "x", 1);
    assert_int_equal(q_environment_node_ranks(), 1);
    setenv("MPI_LOCALNRANKS", "3", 1);
    assert_int_equal(q_environment_node_ranks(), 3);
    setenv("OMPI_COMM_WORLD_LOCAL_SIZE", "2", 1);
    assert_int_equal(q_environment_node_ranks(), 2);
}

/** Else the processes of one task would take each other's part for their own. */
static void the_processes_of_an_array_task_differ(void **state) {
    (void)state;
    setenv("SLURM_ARRAY_TASK_ID", "7", 1);
    setenv("SLURM_PROCID", "2", 1);
    assert_string_equal(writer(), "7");
    setenv("SLURM_NTASKS", "1", 1);
    assert_string_equal(writer(), "7");
    setenv("SLURM_NTASKS", "4", 1);
    assert_string_equal(writer(), "7.2");
    setenv("SLURM_STEP_NUM_TASKS", "1", 1);
    assert_string_equal(writer(), "7");
    setenv("SLURM_STEP_NUM_TASKS", "3", 1);
    assert_string_equal(writer(), "7.2");
    unsetenv("SLURM_ARRAY_TASK_ID");
    assert_string_equal(writer(), "2");
    setenv("SLURM_ARRAY_TASK_ID", "7", 1);
    unsetenv("SLURM_PROCID");
    assert_string_equal(writer(), "7");
}

static void the_subjobs_of_a_pbs_array_share_an_id(void **state) {
    (void)state;
    setenv("PBS_JOBID", "123[4].host", 1);
    assert_string_equal(distributed_id(), "123[].host");
    setenv("PBS_JOBID", "123[].host", 1);
    assert_string_equal(distributed_id(), "123[].host");
    setenv("PBS_JOBID", "123[4", 1);
    assert_string_equal(distributed_id(), "123[4");
    setenv("PBS_JOBID", "123.host", 1);
    assert_string_equal(distributed_id(), "123.host");
    setenv("PBS_ARRAY_ID", "99[].host", 1);
    assert_string_equal(distributed_id(), "99[].host");
}

static void user_and_host_are_appended(void **state) {
    (void)state;
    quire_error error = {0};
    q_buffer text = {0};
    char host[256] = {0};
    EXPECT(QUIRE_OK, q_environment_user(&text, &error));
    assert_true(text.size > 0);
    size_t user = text.size;
    EXPECT(QUIRE_OK, q_environment_host(&text, &error));
    assert_int_equal(gethostname(host, sizeof host - 1), 0);
    assert_string_equal(text.data + user, host);
    q_buffer_free(&text);
}

static void random_ids_differ(void **state) {
    (void)state;
    quire_error error = {0};
    char a[33], b[33];
    unsigned char large[1000] = {0}, zero[1000] = {0};
    EXPECT(QUIRE_OK, q_random_hex(a, &error));
    EXPECT(QUIRE_OK, q_random_hex(b, &error));
    assert_int_equal(strspn(a, "0123456789abcdef"), 32);
    assert_int_equal(strlen(a), 32);
    assert_string_not_equal(a, b);
    EXPECT(QUIRE_OK, q_random_bytes(large, sizeof large, &error));
    assert_memory_not_equal(large + 900, zero, 100);
}

static void expect_cache(const char *wanted) {
    quire_error error = {0};
    q_buffer folder = {0};
    EXPECT(QUIRE_OK, q_environment_cache(&folder, &error));
    assert_string_equal(folder.size ? folder.data : "", wanted);
    q_buffer_free(&folder);
}

static void where_the_cache_is(void **state) {
    (void)state;
    expect_cache("");
    setenv("HOME", "/home/me", 1);
    expect_cache("/home/me/.cache/quire");
    setenv("XDG_CACHE_HOME", "relative", 1); /* invalid */
    expect_cache("/home/me/.cache/quire");
    setenv("XDG_CACHE_HOME", "/xdg", 1);
    expect_cache("/xdg/quire");
    setenv("QUIRE_CACHE", "", 1);
    expect_cache("/xdg/quire");
    setenv("QUIRE_CACHE", "own", 1);
    expect_cache("own");
    setenv("QUIRE_CACHE", "off", 1);
    expect_cache("");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(nothing_is_set, clear),
        cmocka_unit_test_setup(threads_are_a_number_from_1_on, clear),
        cmocka_unit_test_setup(the_first_wins, clear),
        cmocka_unit_test_setup(a_launcher_tells_of_several_ranks, clear),
        cmocka_unit_test_setup(ranks_of_a_node, clear),
        cmocka_unit_test_setup(the_processes_of_an_array_task_differ, clear),
        cmocka_unit_test_setup(the_subjobs_of_a_pbs_array_share_an_id, clear),
        cmocka_unit_test_setup(where_the_cache_is, clear),
        cmocka_unit_test(user_and_host_are_appended),
        cmocka_unit_test(random_ids_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
