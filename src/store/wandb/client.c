/** @file Requests: see client.h. */
#include "store/wandb/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/random.h"

#define WAIT_MOST 60000        /* milliseconds */
#define WAIT_ASKED_MOST 120000 /* of what a server may ask for */
#define CONNECTIONS 32L        /* of a node */
#define CONNECTIONS_LEAST 2L

quire_status q_wandb_client_open(const char *url, q_wandb_client *client, quire_error *error) {
    const q_environment_wandb environment = q_environment_get_wandb();
    *client = (q_wandb_client){0};
    quire_status status = q_wandb_config_find(url, &environment, &client->config, error);
    if (!status) {
        long share = CONNECTIONS / (long)q_environment_node_ranks();
        client->connections = share > CONNECTIONS_LEAST ? share : CONNECTIONS_LEAST;
        const q_http_pool_options options = {.ca_bundle = client->config.ca_bundle,
                                             .connections = client->connections};
        status = q_http_pool_new(&options, &client->pool, error);
    }
    if (status) {
        q_wandb_client_close(client);
    }
    return status;
}

void q_wandb_client_close(q_wandb_client *client) {
    q_http_pool_free(client->pool);
    q_wandb_config_free(&client->config);
    client->pool = NULL;
}

/* --- waiting --- */

/** What `Retry-After` says, in milliseconds: seconds, perhaps with a fraction, or a date. */
static int64_t asked_wait(const q_http_exchange *answer) {
    char text[64], *end = NULL;
    if (!answer || !q_http_header(answer, "retry-after", text, sizeof text)) {
        return 0;
    }
    double seconds = strtod(text, &end);
    if (end == text || *end) {
        int64_t date = q_http_date(text);
        seconds = date >= 0 ? difftime((time_t)date, time(NULL)) : 0;
    }
    return seconds > 0 && seconds * 1000 < WAIT_ASKED_MOST ? (int64_t)(seconds * 1000)
           : seconds > 0                                   ? WAIT_ASKED_MOST
                                                           : 0;
}

/* Half of it is drawn: many who were refused together come back apart. */
void q_wandb_pause(q_wandb_client *client, unsigned attempt, const q_http_exchange *answer) {
    int64_t asked = asked_wait(answer);
    int64_t wait = client->config.wait;
    for (unsigned i = 1; i < attempt && wait < WAIT_MOST; i++) {
        wait *= 2;
    }
    wait = wait < WAIT_MOST ? wait : WAIT_MOST;
    uint32_t drawn = 0;
    (void)q_random_bytes(&drawn, sizeof drawn, NULL);
    wait = wait / 2 + (int64_t)drawn % (wait / 2 + 1);
    q_http_pool_pause(client->pool, wait > asked ? wait : asked);
}

/* --- flights --- */

void q_wandb_flight_start(q_wandb_client *client, q_wandb_flight *flight) {
    flight->attempts++;
    flight->is_under_way = true;
    q_http_start(client->pool, &flight->request);
}

void q_wandb_flight_free(q_wandb_client *client, q_wandb_flight *flight) {
    if (flight->is_under_way) {
        q_http_cancel(client->pool, &flight->request);
    }
    q_http_exchange_free(&flight->request);
    *flight = (q_wandb_flight){0};
}

/** The same request, as it was before it was made. */
static void renew(q_wandb_flight *flight) {
    q_http_exchange fresh = {.method = flight->request.method,
                             .url = flight->request.url,
                             .headers = flight->request.headers,
                             .body = flight->request.body,
                             .body_size = flight->request.body_size,
                             .read = flight->request.read,
                             .read_context = flight->request.read_context,
                             .into = flight->request.into,
                             .room = flight->request.room};
    q_http_exchange_free(&flight->request);
    flight->request = fresh;
}

static bool may_change(const q_http_exchange *answer) {
    return answer->status ? answer->status == QUIRE_TEMPORARY
                          : q_wandb_answer_may_change(answer->code);
}

/** Secrets that a server may say back are not said on. */
static void hide(const q_wandb_config *config, char *text) {
    const char *const secrets[] = {config->key, strstr(config->authorization, "Basic ") + 6};
    for (size_t i = 0; i < 2; i++) {
        size_t size = strlen(secrets[i]);
        for (char *found; (found = strstr(text, secrets[i])) != NULL;) {
            memset(found, '*', size);
        }
    }
}

quire_status q_wandb_refused(q_wandb_client *client, const q_http_exchange *answer,
                             const char *what, quire_error *error) {
    q_wandb_words words = {{0}, 0};
    cJSON *data = NULL;
    if (answer->status) {
        return q_error_set(error, answer->status, "W&B, %s: %s: %s", what, client->config.base,
                           answer->error.message);
    }
    if (answer->too_large) {
        return q_error_set(error, QUIRE_ERROR, "W&B, %s: the answer is too long", what);
    }
    quire_status status =
        q_wandb_answer_parse(answer->answer.data, answer->answer.size, &data, &words, error);
    cJSON_Delete(data);
    if (status) {
        return status;
    }
    hide(&client->config, words.text);
    status = q_wandb_answer_status(answer->code, words.text);
    char code[32] = "";
    if (answer->code < 200 || answer->code > 299) {
        snprintf(code, sizeof code, " with status %ld", answer->code);
    }
    return q_error_set(error, status, "W&B refuses %s%s: %s", what, code, words.text);
}

quire_status q_wandb_flight_land(q_wandb_client *client, q_wandb_flight *flight, const char *what,
                                 quire_error *error) {
    q_http_exchange *answer = &flight->request;
    for (;;) {
        (void)q_http_wait(client->pool, answer);
        flight->is_under_way = false;
        if (answer->status == QUIRE_OK && !may_change(answer)) {
            return QUIRE_OK;
        }
        if (!may_change(answer) || flight->attempts >= client->config.attempts) {
            return q_wandb_refused(client, answer, what, error);
        }
        q_wandb_pause(client, flight->attempts, answer);
        renew(flight);
        q_wandb_flight_start(client, flight);
    }
}

/* --- GraphQL --- */

static quire_status make_body(q_wandb_call *call, quire_error *error) {
    q_variables *variables = call->variables;
    quire_status status = variables ? variables->status : QUIRE_OK;
    status = status ? status : q_buffer_append_string(&call->body, "{\"query\":", error);
    status = status ? status : q_json_quote(&call->body, call->document, error);
    status = status ? status : q_buffer_append_string(&call->body, ",\"variables\":", error);
    status = status ? status
                    : q_buffer_append_string(&call->body, variables ? variables->text.data : "{}",
                                             error);
    return status
               ? status
               : q_buffer_printf(&call->body, error, ",\"operationName\":\"%s\"}", call->operation);
}

quire_status q_wandb_call_start(q_wandb_client *client, q_wandb_call *call, quire_error *error) {
    char *url = NULL;
    quire_status status = make_body(call, error);
    status = status ? status : q_asprintf(&url, error, "%s/graphql", client->config.base);
    if (status) {
        return status;
    }
    const char *const headers[] = {"Content-Type: application/json", client->config.authorization,
                                   "Expect:", NULL};
    memcpy(call->headers, headers, sizeof headers);
    call->flight.request = (q_http_exchange){.method = "POST",
                                             .url = url,
                                             .headers = call->headers,
                                             .body = call->body.data,
                                             .body_size = call->body.size};
    q_wandb_flight_start(client, &call->flight);
    return QUIRE_OK;
}

void q_wandb_call_free(q_wandb_client *client, q_wandb_call *call) {
    char *url = (char *)(uintptr_t)call->flight.request.url;
    q_wandb_flight_free(client, &call->flight);
    free(url);
    q_buffer_free(&call->body);
    if (call->variables) {
        q_variables_free(call->variables);
        call->variables = NULL;
    }
}

/** Once: what happened to it is for the caller to find out, unless it never came to the server. */
static quire_status land(q_wandb_client *client, q_wandb_call *call, quire_error *error) {
    if (!call->only_once) {
        return q_wandb_flight_land(client, &call->flight, call->operation, error);
    }
    const q_http_exchange *answer = &call->flight.request;
    (void)q_http_wait(client->pool, &call->flight.request);
    call->flight.is_under_way = false;
    return answer->status || may_change(answer)
               ? q_wandb_refused(client, answer, call->operation, error)
               : QUIRE_OK;
}

quire_status q_wandb_call_end(q_wandb_client *client, q_wandb_call *call, cJSON **data,
                              quire_error *error) {
    const q_http_exchange *answer = &call->flight.request;
    q_wandb_words words;
    *data = NULL;
    quire_status status = land(client, call, error);
    bool is_success = answer->code >= 200 && answer->code <= 299 && !answer->too_large;
    if (!status && is_success) {
        status =
            q_wandb_answer_parse(answer->answer.data, answer->answer.size, data, &words, error);
    }
    if (!status && !*data) {
        status = q_wandb_refused(client, answer, call->operation, error);
    }
    return status;
}

quire_status q_wandb_ask(q_wandb_client *client, const char *operation, const char *document,
                         q_variables *variables, cJSON **data, quire_error *error) {
    q_wandb_call call = {.operation = operation, .document = document, .variables = variables};
    *data = NULL;
    quire_status status = q_wandb_call_start(client, &call, error);
    status = status ? status : q_wandb_call_end(client, &call, data, error);
    q_wandb_call_free(client, &call);
    return status;
}
