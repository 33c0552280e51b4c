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
/** WANDB_RUN_GROUP, else SLURM_ARRAY_JOB_ID, else SLURM_JOB_ID, else PBS_JOBID, else NULL. */
const char *q_environment_distributed_id(void);
/** WANDB_RUN_GROUP alone, or NULL. */
const char *q_environment_run_group(void);
/** SLURM_ARRAY_TASK_ID, else PBS_ARRAY_INDEX, else SLURM_PROCID, else PMIX_RANK, else
 *  OMPI_COMM_WORLD_RANK, else NULL. */
const char *q_environment_writer(void);
/** The batch job: SLURM_JOB_ID, PBS_JOBID, LSB_JOBID, else NULL. */
const char *q_environment_job(void);
/** Whether NO_COLOR or TERM=dumb asks for plain output. */
int q_environment_is_plain(void);

/** Login name (else the uid) and host name. */
quire_status q_environment_user(q_buffer *user, quire_error *error);
quire_status q_environment_host(q_buffer *host, quire_error *error);

#endif
