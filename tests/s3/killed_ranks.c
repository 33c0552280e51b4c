/**
 * @file
 * A collective log of three ranks, of which one is killed at one of its requests, before it reaches
 * the gateway or after: the version is whole or absent, and the same log again makes it.
 *
 * killed_ranks [all]: rank 0 at each of its requests and rank 1 at each of its own, where the short
 * form takes each thirtieth of rank 0.
 */
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/repository_kit.h"

#include "s3/bucket.h"
#include "s3/proxy.h"

#define RANKS 3
#define COMMAND_SIZE 8192
#define MILLISECONDS 1000

static proxy between;
static unsigned stride = 30;

static const char *needed(const char *name) {
    const char *value = getenv(name);
    if (!value) {
        fail_msg("%s is not set", name);
    }
    return value;
}

static int set_up(void **state) {
    const char *gateway = getenv("AWS_ENDPOINT_URL_S3");
    (void)state;
    /* As tests/cli/lib.sh does: in a container root is all there is. */
    (void)setenv("OMPI_ALLOW_RUN_AS_ROOT", "1", 1);
    (void)setenv("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1", 1);
    (void)setenv("OMPI_MCA_btl_vader_single_copy_mechanism", "none", 1);
    return gateway ? proxy_start(&between, gateway) : -1;
}

static int tear_down(void **state) {
    (void)state;
    proxy_stop(&between);
    return 0;
}

/* Each rank has a folder of its own, with small files and one that becomes a blob. */
static void make_files(kit *k) {
    static char large[(size_t)3 << 19];
    for (int rank = 0; rank < RANKS; rank++) {
        char name[64];
        snprintf(name, sizeof name, "part-%d", rank);
        assert_int_equal(mkdir(kit_path(k, name), 0700), 0);
        for (int i = 0; i < 3; i++) {
            snprintf(name, sizeof name, "part-%d/file-%d-%d", rank, rank, i);
            kit_write_file(k, name, name, strlen(name));
        }
        memset(large, 'a' + rank, sizeof large);
        snprintf(name, sizeof name, "part-%d/large-%d", rank, rank);
        kit_write_file(k, name, large, sizeof large);
    }
}

/* The command of all ranks; that of `victim` (-1: none) goes through the proxy and tells its pid.
 */
static void compose(kit *k, const char *name, int victim, char command[COMMAND_SIZE]) {
    size_t size =
        (size_t)snprintf(command, COMMAND_SIZE, "exec '%s' --oversubscribe", needed("MPIEXEC"));
    for (int rank = 0; rank < RANKS; rank++) {
        char prefix[512] = "";
        if (rank == victim) {
            snprintf(prefix, sizeof prefix,
                     "echo $$ >%s; AWS_ENDPOINT_URL_S3=http://127.0.0.1:%d; "
                     "export AWS_ENDPOINT_URL_S3; ",
                     kit_path(k, "pid"), between.port);
        }
        size += (size_t)snprintf(command + size, COMMAND_SIZE - size,
                                 "%s -n 1 sh -c '%sexec %s --store %s log %s -t dataset "
                                 "--no-cache %s/part-{rank}'",
                                 rank > 0 ? " :" : "", prefix, needed("QUIRE_MPI"), k->url, name,
                                 k->folder);
        assert_true(size < COMMAND_SIZE);
    }
}

static pid_t start(kit *k, const char *name, int victim) {
    char command[COMMAND_SIZE];
    compose(k, name, victim, command);
    (void)unlink(kit_path(k, "pid"));
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (victim >= 0 && !freopen(kit_path(k, "said"), "w", stderr)) {
            _exit(126);
        }
        (void)setenv("TMPDIR", "/tmp", 1); /* Open MPI keeps sockets there, whose path is short */
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    return child;
}

static pid_t read_pid(kit *k) {
    char text[32] = "";
    FILE *file = fopen(kit_path(k, "pid"), "r");
    assert_non_null(file);
    assert_non_null(fgets(text, sizeof text, file));
    assert_int_equal(fclose(file), 0);
    long pid = strtol(text, NULL, 10);
    assert_true(pid > 1);
    return (pid_t)pid;
}

/* Past the proxy: the version is whole or absent, and there once it is logged again. */
static void check(kit *k, const char *name, bool done) {
    char address[64];
    int status = 0;
    snprintf(address, sizeof address, "%s:v0", name);
    for (int round = 0; round < 2; round++) {
        size_t versions = kit_versions(k, name);
        assert_in_range(versions, done || round > 0 ? 1 : 0, 1);
        if (versions > 0) {
            assert_ok(kit_read_all(k, address), &k->error);
        }
        if (round == 0) {
            pid_t child = start(k, name, -1);
            assert_int_equal(waitpid(child, &status, 0), child);
            assert_int_equal(status, 0);
        }
    }
}

/** Whether there was such a request. */
static bool kill_at(kit *k, int victim, proxy_harm how, unsigned at) {
    char name[32];
    int status = 0;
    bool ended = false;
    snprintf(name, sizeof name, "k-%d-%d-%u", victim, (int)how, at);
    proxy_set(&between, how, at, false);
    pid_t child = start(k, name, victim);
    while (proxy_count(&between) < at && !ended) {
        (void)usleep(MILLISECONDS);
        ended = waitpid(child, &status, WNOHANG) == child;
    }
    bool hit = proxy_count(&between) >= at;
    if (hit) {
        (void)usleep(how == PROXY_HANG_AFTER ? 50 * MILLISECONDS
                                             : 0); /* for the gateway to do it */
        assert_int_equal(kill(read_pid(k), SIGKILL), 0);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_not_equal(status, 0);
    }
    proxy_set(&between, PROXY_NONE, 0, false);
    assert_true(hit || status == 0);
    check(k, name, !hit);
    return hit;
}

static void each_request(void **state) {
    kit *k = *state;
    unsigned points = 0;
    make_files(k);
    for (int victim = 0; victim < (stride == 1 ? 2 : 1); victim++) {
        for (int how = PROXY_HANG_BEFORE; how <= PROXY_HANG_AFTER; how++) {
            for (unsigned at = 1 + 7 * (unsigned)how % stride;
                 kill_at(k, victim, (proxy_harm)how, at); at += stride) {
                points++;
            }
            print_message("[          ] a rank killed at %u requests\n", points);
        }
    }
    assert_true(points >= 60 / stride);
    assert_ok(kit_verify(k), &k->error);
}

int main(int count, char **arguments) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_request, kit_setup_directory, kit_teardown),
    };
    stride = count > 1 && strcmp(arguments[1], "all") == 0 ? 1 : stride;
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
