/** @file Removing: s3_guard.c tells how, and why. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "objects/s3/s3_internal.h"

/* From the entry to the look, and from the look to the DELETE, by the server's clock; together well
 * below Q_S3_REMOVAL_SECONDS. */
#define LOOK_SECONDS 15
#define DELETE_SECONDS 15
/* An announcement is put again after some time, and is too old to go on by after some more. */
#define ANNOUNCE_AGAIN 60000
#define ANNOUNCED_MOST 300

quire_status q_s3_trash_prefix(const char *key, char prefix[Q_S3_KEY_SIZE], quire_error *error) {
    char hex[Q_SHA256_HEX_SIZE];
    quire_status status = q_sha256_hex(key, strlen(key), hex, error);
    snprintf(prefix, Q_S3_KEY_SIZE, Q_S3_TRASH "%s", status ? "" : hex);
    return status;
}

/** Put an object that only says that it is there; the server's date is when it was. */
static quire_status put_mark(q_s3 *s3, const char *mark, const char *key, int64_t *date,
                             quire_error *error) {
    q_s3_answer answer = {0};
    const q_s3_request request = {.method = "PUT", .key = mark, .body = key, .size = strlen(key)};
    quire_status status = q_s3_expect(s3, &request, "enter a removal", &answer, error);
    *date = answer.date;
    q_s3_answer_free(&answer);
    return status;
}

/** See that this handle's removals are known of. One that paused for long begins anew. */
static quire_status announce(q_s3 *s3, int64_t *date, quire_error *error) {
    q_s3_guard *guard = &s3->guard;
    char id[33];
    quire_status status = QUIRE_OK;
    pthread_mutex_lock(&guard->lock);
    int64_t now = q_s3_monotonic();
    bool is_new = !guard->name[0] || now - guard->announced > (int64_t)ANNOUNCED_MOST * 1000;
    if (is_new) {
        status = q_random_hex(id, error);
        snprintf(guard->name, sizeof guard->name, Q_S3_TRASH "%s", status ? "" : id);
    }
    if (!status && (is_new || now - guard->announced > ANNOUNCE_AGAIN)) {
        status = put_mark(s3, guard->name, "", &guard->announced_date, error);
        guard->announced = status ? guard->announced : now;
        if (!status && is_new) {
            q_http_pool_pause(s3->client.pool, Q_S3_ANNOUNCED_WAIT);
        }
    }
    if (status && is_new) {
        guard->name[0] = '\0';
    }
    *date = guard->announced_date;
    pthread_mutex_unlock(&guard->lock);
    return status;
}

void q_s3_removals_end(q_s3 *s3) {
    q_s3_guard *guard = &s3->guard;
    pthread_mutex_lock(&guard->lock);
    if (guard->name[0]) { /* else it is swept some time */
        (void)q_s3_delete(s3, guard->name, NULL);
        guard->name[0] = '\0';
    }
    pthread_mutex_unlock(&guard->lock);
}

typedef struct removal {
    const char *key;
    int64_t unless_since;
    int64_t announced, entered, looked; /* by the server's clock, in seconds */
    bool removed, again;
} removal;

static quire_status look(q_s3 *s3, removal *this, bool *is_old, quire_error *error) {
    q_s3_answer answer = {0};
    bool found = false;
    quire_status status = q_s3_head(s3, this->key, &found, &answer, error);
    *is_old = found && (this->unless_since == INT64_MAX ||
                        q_s3_microseconds(answer.modified) < this->unless_since);
    this->looked = answer.date;
    q_s3_answer_free(&answer);
    return status;
}

static quire_status delete_soon(q_s3 *s3, removal *this, quire_error *error) {
    char what[Q_S3_KEY_SIZE + 16];
    q_s3_answer answer = {0};
    const q_s3_request request = {.method = "DELETE",
                                  .key = this->key,
                                  .good_from = this->looked,
                                  .good_for = DELETE_SECONDS};
    snprintf(what, sizeof what, "remove %s", this->key);
    quire_status status = q_s3_perform(&s3->client, &request, what, &answer, error);
    bool late = !status && answer.code == 403 && answer.date > this->looked + DELETE_SECONDS;
    this->removed = !status && q_s3_is_success(&answer);
    this->again = late;
    if (!status && !this->removed && !late && answer.code != 404) {
        status = q_s3_refused(&s3->client, &answer, what, error);
    }
    q_s3_answer_free(&answer);
    return status;
}

static quire_status remove_once(q_s3 *s3, removal *this, quire_error *error) {
    char prefix[Q_S3_KEY_SIZE], id[33], mark[Q_S3_KEY_SIZE + 34];
    bool is_old = false;
    quire_status status = announce(s3, &this->announced, error);
    status = status ? status : q_s3_trash_prefix(this->key, prefix, error);
    status = status ? status : q_random_hex(id, error);
    if (status) {
        return status;
    }
    snprintf(mark, sizeof mark, "%s.%s", prefix, id);
    status = put_mark(s3, mark, this->key, &this->entered, error);
    status = status ? status : look(s3, this, &is_old, error);
    bool slow = this->looked < 0 || this->entered < 0 || this->announced < 0 ||
                this->looked - this->entered > LOOK_SECONDS ||
                this->looked - this->announced > ANNOUNCED_MOST;
    if (!status && is_old && slow) {
        this->again = true;
    } else if (!status && is_old) {
        status = delete_soon(s3, this, error);
    }
    /* After a failure the DELETE may come yet: the entry stays, and ages. */
    quire_status dropped = status ? QUIRE_OK : q_s3_delete(s3, mark, error);
    return status ? status : dropped;
}

quire_status q_s3_remove(q_objects *objects, const char *key, int64_t unless_since, bool *removed,
                         quire_error *error) {
    q_s3 *s3 = (q_s3 *)objects;
    removal this = {.key = key, .unless_since = unless_since, .again = true};
    bool is_old = false, unasked = false;
    if (!removed && unless_since == INT64_MAX) {
        return q_s3_delete(s3, key, error);
    }
    removed = removed ? removed : &unasked;
    *removed = false;
    quire_status status = look(s3, &this, &is_old, error);
    if (status || !is_old) {
        return status;
    }
    if (unless_since == INT64_MAX) {
        status = q_s3_delete(s3, key, error);
        *removed = !status;
        return status;
    }
    for (int i = 0; i < Q_S3_ATTEMPTS && this.again && !status; i++) {
        this.again = false;
        status = remove_once(s3, &this, error);
    }
    if (!status && this.again) {
        status = q_error_set(error, QUIRE_TEMPORARY,
                             "cannot remove %s in %s: the requests take too long", key,
                             s3->client.config.shown);
    }
    *removed = this.removed;
    return status;
}
