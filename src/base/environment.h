/**
 * @file
 * The one place where the process environment is read. Returned strings are borrowed from the
 * environment or static.
 */
#ifndef Q_BASE_ENVIRONMENT_H
#define Q_BASE_ENVIRONMENT_H

#include "base/buffer.h"

/** QUIRE_STORE, else ".quire". */
const char *q_environment_store(void);
/** Room for a value that is put together; longer than any name may be, so that a value cut off is
 *  refused as a name. */
#define Q_ENVIRONMENT_SIZE 512

/** WANDB_RUN_GROUP, else SLURM_ARRAY_JOB_ID, else SLURM_JOB_ID, else PBS_ARRAY_ID, else PBS_JOBID,
 *  else NULL. The subjobs of a PBS array share the id of the array: "12[3].host" gives "12[].host".
 *  @param room where an id that is put together is kept */
const char *q_environment_distributed_id(char room[Q_ENVIRONMENT_SIZE]);
/** WANDB_RUN_GROUP alone, or NULL. */
const char *q_environment_run_group(void);
/** SLURM_ARRAY_TASK_ID, else PBS_ARRAY_INDEX, else PBS_ARRAYID (Torque), else SLURM_PROCID, else
 *  PMIX_RANK, else OMPI_COMM_WORLD_RANK, else PMI_RANK (MPICH, Intel MPI), else PALS_RANKID (Cray),
 *  else NULL. In a Slurm array task whose step has more than
 *  one process (SLURM_STEP_NUM_TASKS, else SLURM_NTASKS) it is "TASK.PROCID".
 *  @param room where a name that is put together is kept */
const char *q_environment_writer(char room[Q_ENVIRONMENT_SIZE]);
/** The batch job: SLURM_JOB_ID, PBS_JOBID, LSB_JOBID, else NULL. */
const char *q_environment_job(void);
/** QUIRE_THREADS, when it is a number from 1 on, else 0. */
size_t q_environment_threads(void);
/** QUIRE_THREADS as it is set, when it is anything else; NULL: it is such a number, or not set. */
const char *q_environment_wrong_threads(void);
/** How many ranks of this job the launcher says are on this node: OMPI_COMM_WORLD_LOCAL_SIZE, else
 *  MPI_LOCALNRANKS (MPICH, Intel MPI), else the first number of SLURM_STEP_TASKS_PER_NODE, else 1.
 */
size_t q_environment_node_ranks(void);
/** The folder in which the commands keep what files look like: QUIRE_CACHE, else quire below
 *  XDG_CACHE_HOME, else .cache/quire below HOME. Empty when QUIRE_CACHE is "off", or none is set.
 */
quire_status q_environment_cache(q_buffer *folder, quire_error *error);
/** Where large temporary files go: TMPDIR, else /var/tmp, since /tmp may be memory. */
const char *q_environment_temporary(void);
/** Whether q_environment_store() tells what QUIRE_STORE says. */
int q_environment_has_store(void);
/** Whether an MPI launcher says that this process is one of several. */
int q_environment_is_rank(void);
/** Whether NO_COLOR or TERM=dumb asks for plain output. */
int q_environment_is_plain(void);

/** What the tools of AWS read, as they are set; NULL: not set. */
typedef struct q_environment_aws {
    const char *access_key, *secret_key, *session_token; /**< AWS_ACCESS_KEY_ID, … */
    const char *region;                                  /**< AWS_REGION, else AWS_DEFAULT_REGION */
    const char *profile;          /**< AWS_PROFILE, else AWS_DEFAULT_PROFILE */
    const char *credentials_file; /**< AWS_SHARED_CREDENTIALS_FILE */
    const char *config_file;      /**< AWS_CONFIG_FILE */
    const char *endpoint;         /**< AWS_ENDPOINT_URL_S3, else AWS_ENDPOINT_URL */
    const char *ca_bundle;        /**< AWS_CA_BUNDLE */
    const char *attempts;         /**< AWS_MAX_ATTEMPTS */
    const char *home;             /**< HOME */
} q_environment_aws;
q_environment_aws q_environment_get_aws(void);

/** What the tools of W&B read, as they are set; NULL: not set. */
typedef struct q_environment_wandb {
    const char *api_key, *base_url, *entity, *project;    /**< WANDB_API_KEY, … */
    const char *run_id, *run_group, *run_name, *job_type; /**< WANDB_RUN_ID, _RUN_GROUP, _NAME */
    const char *netrc;                                    /**< NETRC */
    const char *home;                                     /**< HOME */
    const char *ca_bundle; /**< REQUESTS_CA_BUNDLE, else CURL_CA_BUNDLE, else SSL_CERT_FILE */
    const char *attempts;  /**< WANDB_X_GRAPHQL_RETRY_MAX */
    const char *wait;      /**< WANDB_X_GRAPHQL_RETRY_WAIT_MIN_SECONDS */
} q_environment_wandb;
q_environment_wandb q_environment_get_wandb(void);

/** Login name (else the uid) and host name. */
quire_status q_environment_user(q_buffer *user, quire_error *error);
quire_status q_environment_host(q_buffer *host, quire_error *error);

#endif
