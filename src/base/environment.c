/** @file The process environment. A variable that is set but empty counts as not set. */
#include "base/environment.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/** The first of the variables that has a value; the list ends with NULL. */
static const char *first_of(const char *const *names) {
    for (; *names; names++) {
        const char *value = getenv(*names);
        if (value && value[0]) {
            return value;
        }
    }
    return NULL;
}

const char *q_environment_store(void) {
    static const char *const names[] = {"QUIRE_STORE", NULL};
    const char *store = first_of(names);
    return store ? store : ".quire";
}

const char *q_environment_distributed_id(char room[Q_ENVIRONMENT_SIZE]) {
    static const char *const names[] = {"WANDB_RUN_GROUP", "SLURM_ARRAY_JOB_ID", "SLURM_JOB_ID",
                                        "PBS_ARRAY_ID", NULL};
    static const char *const pbs[] = {"PBS_JOBID", NULL};
    const char *id = first_of(names);
    if (id) {
        return id;
    }
    id = first_of(pbs);
    const char *open = id ? strchr(id, '[') : NULL;
    const char *end = open ? strchr(open, ']') : NULL;
    if (!end) {
        return id;
    }
    snprintf(room, Q_ENVIRONMENT_SIZE, "%.*s[%s", (int)(open - id), id, end);
    return room;
}

const char *q_environment_run_group(void) {
    static const char *const names[] = {"WANDB_RUN_GROUP", NULL};
    return first_of(names);
}

const char *q_environment_writer(char room[Q_ENVIRONMENT_SIZE]) {
    static const char *const names[] = {"SLURM_ARRAY_TASK_ID",
                                        "PBS_ARRAY_INDEX",
                                        "PBS_ARRAYID",
                                        "SLURM_PROCID",
                                        "PMIX_RANK",
                                        "OMPI_COMM_WORLD_RANK",
                                        "PMI_RANK",
                                        "PALS_RANKID",
                                        NULL};
    static const char *const array[] = {"SLURM_ARRAY_TASK_ID", NULL};
    static const char *const process[] = {"SLURM_PROCID", NULL};
    static const char *const processes[] = {"SLURM_STEP_NUM_TASKS", "SLURM_NTASKS", NULL};
    const char *task = first_of(array);
    const char *rank = first_of(process);
    const char *count = first_of(processes);
    if (task && rank && count && strtoll(count, NULL, 10) > 1) {
        snprintf(room, Q_ENVIRONMENT_SIZE, "%s.%s", task, rank);
        return room;
    }
    return first_of(names);
}

const char *q_environment_job(void) {
    static const char *const names[] = {"SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID", NULL};
    return first_of(names);
}

/** A number from 1 on, or 0. */
static size_t count_of(const char *value) {
    char *end = NULL;
    long count = value ? strtol(value, &end, 10) : 0;
    return value && *end == '\0' && count > 0 ? (size_t)count : 0;
}

static const char *const threads[] = {"QUIRE_THREADS", NULL};

size_t q_environment_threads(void) {
    return count_of(first_of(threads));
}

const char *q_environment_wrong_threads(void) {
    const char *value = first_of(threads);
    return count_of(value) == 0 ? value : NULL;
}

size_t q_environment_node_ranks(void) {
    static const char *const names[] = {"OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS", NULL};
    static const char *const slurm[] = {"SLURM_STEP_TASKS_PER_NODE", NULL};
    const char *step = first_of(slurm); /* "4(x2),3" */
    size_t ranks = count_of(first_of(names));
    if (ranks == 0 && step) {
        long first = strtol(step, NULL, 10);
        ranks = first > 0 ? (size_t)first : 0;
    }
    return ranks ? ranks : 1;
}

quire_status q_environment_cache(q_buffer *folder, quire_error *error) {
    static const char *const own[] = {"QUIRE_CACHE", NULL};
    static const char *const caches[] = {"XDG_CACHE_HOME", NULL};
    static const char *const homes[] = {"HOME", NULL};
    const char *given = first_of(own);
    const char *cache = first_of(caches);
    const char *home = first_of(homes);
    if (given) {
        return strcmp(given, "off") == 0 ? QUIRE_OK : q_buffer_append_string(folder, given, error);
    }
    if (cache && cache[0] == '/') { /* a relative one is invalid by the XDG specification */
        return q_buffer_printf(folder, error, "%s/quire", cache);
    }
    return home ? q_buffer_printf(folder, error, "%s/.cache/quire", home) : QUIRE_OK;
}

const char *q_environment_temporary(void) {
    static const char *const names[] = {"TMPDIR", NULL};
    const char *folder = first_of(names);
    return folder ? folder : "/var/tmp";
}

int q_environment_has_store(void) {
    static const char *const names[] = {"QUIRE_STORE", NULL};
    return first_of(names) != NULL;
}

int q_environment_is_rank(void) {
    static const char *const names[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", NULL};
    const char *size = first_of(names);
    return size != NULL && strtol(size, NULL, 10) > 1;
}

int q_environment_is_plain(void) {
    static const char *const color[] = {"NO_COLOR", NULL};
    static const char *const terminal[] = {"TERM", NULL};
    const char *term = first_of(terminal);
    return first_of(color) != NULL || (term && strcmp(term, "dumb") == 0);
}

static const char *either(const char *one, const char *other) {
    const char *const names[] = {one, other, NULL};
    return first_of(names);
}

q_environment_aws q_environment_get_aws(void) {
    return (q_environment_aws){
        .access_key = either("AWS_ACCESS_KEY_ID", NULL),
        .secret_key = either("AWS_SECRET_ACCESS_KEY", NULL),
        .session_token = either("AWS_SESSION_TOKEN", NULL),
        .region = either("AWS_REGION", "AWS_DEFAULT_REGION"),
        .profile = either("AWS_PROFILE", "AWS_DEFAULT_PROFILE"),
        .credentials_file = either("AWS_SHARED_CREDENTIALS_FILE", NULL),
        .config_file = either("AWS_CONFIG_FILE", NULL),
        .endpoint = either("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"),
        .ca_bundle = either("AWS_CA_BUNDLE", NULL),
        .attempts = either("AWS_MAX_ATTEMPTS", NULL),
        .home = either("HOME", NULL),
    };
}

q_environment_wandb q_environment_get_wandb(void) {
    static const char *const bundles[] = {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE",
                                          NULL};
    return (q_environment_wandb){
        .api_key = either("WANDB_API_KEY", NULL),
        .base_url = either("WANDB_BASE_URL", NULL),
        .entity = either("WANDB_ENTITY", NULL),
        .project = either("WANDB_PROJECT", NULL),
        .run_id = either("WANDB_RUN_ID", NULL),
        .run_group = either("WANDB_RUN_GROUP", NULL),
        .run_name = either("WANDB_NAME", NULL),
        .job_type = either("WANDB_JOB_TYPE", NULL),
        .netrc = either("NETRC", NULL),
        .home = either("HOME", NULL),
        .ca_bundle = first_of(bundles),
        .attempts = either("WANDB_X_GRAPHQL_RETRY_MAX", NULL),
        .wait = either("WANDB_X_GRAPHQL_RETRY_WAIT_MIN_SECONDS", NULL),
    };
}

quire_status q_environment_user(q_buffer *user, quire_error *error) {
    q_buffer room = {0};
    struct passwd record, *found = NULL;
    size_t size = 1024;
    int number;
    do { /* an account without an entry is common in containers; a failed look-up is treated alike
          */
        size *= 2;
        quire_status status = q_buffer_reserve(&room, size, error);
        if (status != QUIRE_OK) {
            q_buffer_free(&room);
            return status;
        }
        number = getpwuid_r(getuid(), &record, room.data, size, &found);
    } while (number == EINTR || (number == ERANGE && size < (size_t)1 << 20));
    quire_status status = number == 0 && found && found->pw_name[0]
                              ? q_buffer_append_string(user, found->pw_name, error)
                              : q_buffer_printf(user, error, "%lu", (unsigned long)getuid());
    q_buffer_free(&room);
    return status;
}

quire_status q_environment_host(q_buffer *host, quire_error *error) {
    char name[HOST_NAME_MAX + 1] = {0};
    if (gethostname(name, sizeof name) != 0 && errno != ENAMETOOLONG) {
        return q_error_errno(error, errno, "host name cannot be had");
    }
    name[sizeof name - 1] = '\0';
    return q_buffer_append_string(host, name[0] ? name : "localhost", error);
}
