/**
 * @file
 * Putting and renewing beside removals by age. A server deletes whatever is there, however new: so
 * between a remover's look at an old object and its DELETE, the object may have been renewed, and
 * the renewal would be lost. Three things prevent that:
 *
 * 1. Who removes by age enters the removal in trash/ before it looks, and takes it out when it is
 *    done. Who has put or renewed something looks for such entries *afterwards*, waits until they
 *    are gone, and looks whether its object is still there. Either the remover's look came after
 *    the renewal, and it removes nothing; or its entry came before this one's look for entries.
 * 2. The DELETE is signed so that the server refuses it some seconds later: an entry that is older
 *    than that counts for nothing.
 * 3. That would be two requests for each object. So who is going to remove anything at all
 *    announces it, and waits for a second before the first. Who has seen that there are no
 *    announcements need not look for entries for so long: what a remover does that has announced
 *    itself since comes after that.
 */
#include <stdlib.h>
#include <string.h>

#include "objects/s3/s3_internal.h"

#define POLL_MILLISECONDS 200

void q_s3_guard_open(q_s3 *s3) {
    pthread_mutex_init(&s3->guard.lock, NULL); /* with no attributes it cannot fail */
}

void q_s3_guard_close(q_s3 *s3) {
    q_s3_removals_end(s3);
    pthread_mutex_destroy(&s3->guard.lock);
}

quire_status q_s3_guard_before(q_s3 *s3, quire_error *error) {
    q_s3_guard *guard = &s3->guard;
    quire_status status = QUIRE_OK;
    pthread_mutex_lock(&guard->lock);
    int64_t now = q_s3_monotonic();
    if (now >= guard->clean_until) {
        q_s3_page page = {0};
        status = q_s3_list_page(s3, Q_S3_TRASH, true, 1, NULL, &page, error);
        if (!status && page.count == 0) {
            guard->clean_until = now + Q_S3_ANNOUNCED_WAIT;
        }
        q_s3_page_free(&page);
    }
    pthread_mutex_unlock(&guard->lock);
    return status;
}

static bool is_clean(q_s3_guard *guard) {
    pthread_mutex_lock(&guard->lock);
    bool clean = q_s3_monotonic() < guard->clean_until;
    pthread_mutex_unlock(&guard->lock);
    return clean;
}

/** Wait until no removal of this key is under way. */
static quire_status wait_for_removals(q_s3 *s3, const char *key, quire_error *error) {
    char prefix[Q_S3_KEY_SIZE];
    bool wait = true;
    quire_status status = q_s3_trash_prefix(key, prefix, error);
    while (!status && wait) {
        q_s3_page page = {0};
        status = q_s3_list_page(s3, prefix, true, 0, NULL, &page, error);
        wait = false;
        for (size_t i = 0; i < page.count; i++) {
            wait = wait || page.date - page.items[i].modified < Q_S3_REMOVAL_SECONDS;
        }
        if (!status && wait && page.date < 0) { /* it would seem young for ever */
            status = q_s3_no_time(s3, error);
        }
        q_s3_page_free(&page);
        if (!status && wait) {
            q_http_pool_pause(s3->client.pool, POLL_MILLISECONDS);
        }
    }
    return status;
}

quire_status q_s3_guard_after(q_s3 *s3, const char *key, bool *kept, quire_error *error) {
    q_s3_answer answer = {0};
    *kept = true;
    if (is_clean(&s3->guard)) {
        return QUIRE_OK;
    }
    quire_status status = wait_for_removals(s3, key, error);
    status = status ? status : q_s3_head(s3, key, kept, &answer, error);
    q_s3_answer_free(&answer);
    return status;
}

quire_status q_s3_refresh(q_objects *objects, const char *key, quire_error *error) {
    q_s3 *s3 = (q_s3 *)objects;
    q_s3_answer answer = {0};
    bool found = false;
    quire_status status = q_s3_guard_before(s3, error);
    status = status ? status : q_s3_head(s3, key, &found, &answer, error);
    if (!status && found) {
        status = q_s3_copy(s3, key, key, answer.length, answer.parts, error);
    }
    if (!status && found) {
        status = q_s3_guard_after(s3, key, &found, error);
    }
    q_s3_answer_free(&answer);
    return status || found ? status : q_s3_not_found(s3, key, error);
}
