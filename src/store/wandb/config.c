/** @file Where and as whom: see config.h. */
#include "store/wandb/config.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/io.h"
#include "base/md5.h"
#include "base/name.h"
#include "base/uri.h"
#include "store/wandb/netrc.h"

#define SCHEME "wandb://"
#define CLOUD "https://api.wandb.ai"
#define KEY_LEAST 40
#define KEY_MOST 4096
#define NETRC_MAX ((size_t)256 << 10)
#define ATTEMPTS 8
#define ATTEMPTS_MOST 100
#define WAIT 500 /* milliseconds */
#define WAIT_MOST 60000

static void free_secret(char *secret) {
    if (secret) {
        OPENSSL_cleanse(secret, strlen(secret));
        free(secret);
    }
}

void q_wandb_config_free(q_wandb_config *config) {
    free(config->base);
    free(config->entity);
    free(config->project);
    free(config->shown);
    free_secret(config->key);
    free_secret(config->authorization);
    free(config->run_id);
    free(config->run_group);
    free(config->run_name);
    free(config->job_type);
    free(config->ca_bundle);
    *config = (q_wandb_config){0};
}

/* --- names --- */

static quire_status check_name(const char *what, const char *name, quire_error *error) {
    quire_status status = q_name_check_id(what, name, error);
    return !status && strpbrk(name, "/\\#?%:\r\n")
               ? q_error_set(error, QUIRE_USAGE, "%s '%s' may have none of / \\ # ? %% :", what,
                             name)
               : status;
}

static quire_status check_run(const char *id, quire_error *error) {
    size_t size = id ? strlen(id) : 0;
    if (!id) {
        return QUIRE_OK;
    }
    quire_status status = q_name_check_id("WANDB_RUN_ID", id, error);
    return !status && (strpbrk(id, ":;,#?/'") || id[0] == ' ' || id[size - 1] == ' ')
               ? q_error_set(error, QUIRE_USAGE,
                             "WANDB_RUN_ID '%s' may have none of : ; , # ? / ' nor blanks at its "
                             "ends",
                             id)
               : status;
}

/** One component of the URL, else what the environment says. */
static quire_status take(const char *from, size_t size, const char *otherwise, char **name,
                         quire_error *error) {
    return size > 0 ? q_asprintf(name, error, "%.*s", (int)size, from)
                    : q_strdup(otherwise, name, error);
}

static quire_status split_url(const char *url, const q_environment_wandb *environment,
                              q_wandb_config *config, quire_error *error) {
    quire_status status = q_uri_refuse_secrets(url, error);
    if (status) {
        return status;
    }
    const char *entity = url + strlen(SCHEME);
    size_t entity_size = strcspn(entity, "/");
    const char *project = entity + entity_size + (entity[entity_size] == '/');
    size_t project_size = strcspn(project, "/");
    const char *rest = project + project_size;
    if (strpbrk(url, "?#") || entity_size > Q_NAME_MAX || project_size > Q_NAME_MAX ||
        strspn(rest, "/") != strlen(rest)) {
        return q_error_set(error, QUIRE_USAGE, "'%s' is not " SCHEME "ENTITY/PROJECT", url);
    }
    status = take(entity, entity_size, environment->entity, &config->entity, error);
    status = status ? status
                    : take(project, project_size, environment->project, &config->project, error);
    if (!status && !config->project) {
        status = q_error_set(
            error, QUIRE_USAGE,
            "'%s' names no project: " SCHEME "ENTITY/PROJECT, or set WANDB_PROJECT", url);
    }
    status = status || !config->entity ? status : check_name("entity", config->entity, error);
    status = status ? status : check_name("project", config->project, error);
    return status ? status
                  : q_asprintf(&config->shown, error, SCHEME "%s/%s",
                               config->entity ? config->entity : "", config->project);
}

/* --- the server --- */

static quire_status find_base(const q_environment_wandb *environment, q_wandb_config *config,
                              quire_error *error) {
    const char *base = environment->base_url ? environment->base_url : CLOUD;
    size_t size = strlen(base);
    while (size > 0 && base[size - 1] == '/') {
        size--;
    }
    quire_status status = q_uri_refuse_secrets(base, error);
    if (!status && ((!q_uri_has_scheme(base, "http") && !q_uri_has_scheme(base, "https")) ||
                    !strstr(base, "://") || strpbrk(base, "?# \t\r\n"))) {
        status = q_error_set(error, QUIRE_USAGE, "WANDB_BASE_URL is no http or https URL");
    }
    return status ? status : q_asprintf(&config->base, error, "%.*s", (int)size, base);
}

/** Scheme, host and port: how long they are. */
static size_t origin_size(const char *url) {
    const char *host = strstr(url, "://");
    return host ? (size_t)(host + 3 - url) + strcspn(host + 3, "/?#") : 0;
}

bool q_wandb_is_own(const q_wandb_config *config, const char *url) {
    size_t size = origin_size(config->base);
    return size > 0 && origin_size(url) == size && strncasecmp(url, config->base, size) == 0;
}

/* --- the key --- */

bool q_wandb_is_key(const char *key) {
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    size_t size = strlen(key);
    if (size > KEY_MOST) {
        return false;
    }
    const char *first = strchr(key, '.'), *second = first ? strchr(first + 1, '.') : NULL;
    if (second) { /* header.claims.signature */
        size_t parts[] = {strspn(key, plain), strspn(first + 1, plain), strspn(second + 1, plain)};
        return parts[0] > 0 && parts[1] > 0 && parts[2] > 0 && key + parts[0] == first &&
               first + 1 + parts[1] == second && !second[1 + parts[2]];
    }
    const char *dash = strchr(key, '-'); /* behind the name of an installation */
    const char *core = dash && strlen(dash + 1) >= KEY_LEAST ? dash + 1 : key;
    return strspn(key, plain) == size && strlen(core) >= KEY_LEAST;
}

static quire_status read_netrc(const char *path, const char *host, char **key, quire_error *error) {
    q_buffer text = {0};
    size_t got = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return errno == ENOENT || errno == ENOTDIR
                   ? QUIRE_OK
                   : q_error_errno(error, errno, "cannot read %s", path);
    }
    quire_status status = q_buffer_reserve(&text, NETRC_MAX, error);
    status = status ? status : q_io_read(fd, text.data, NETRC_MAX, &got, path, error);
    (void)close(fd);
    if (!status) {
        text.data[got] = '\0';
        status = q_strdup(q_wandb_netrc_find(text.data, host), key, error);
    }
    if (text.data) {
        OPENSSL_cleanse(text.data, text.capacity);
    }
    q_buffer_free(&text);
    return status;
}

static quire_status find_in_netrc(const q_environment_wandb *environment, q_wandb_config *config,
                                  quire_error *error) {
    char *host = NULL, *usual = NULL;
    const char *from = strstr(config->base, "://") + 3;
    quire_status status = q_asprintf(&host, error, "%.*s", (int)strcspn(from, ":/"), from);
    if (!status && !environment->netrc && environment->home) {
        status = q_asprintf(&usual, error, "%s/.netrc", environment->home);
    }
    const char *path = environment->netrc ? environment->netrc : usual;
    if (!status && path) {
        status = read_netrc(path, host, &config->key, error);
    }
    free(usual);
    free(host);
    return status;
}

static quire_status find_key(const q_environment_wandb *environment, q_wandb_config *config,
                             quire_error *error) {
    quire_status status = environment->api_key ? q_strdup(environment->api_key, &config->key, error)
                                               : find_in_netrc(environment, config, error);
    if (!status && !config->key) {
        status = q_error_set(error, QUIRE_AUTH,
                             "no W&B API key for %s: set WANDB_API_KEY, or have it in ~/.netrc",
                             config->base);
    }
    if (!status && !q_wandb_is_key(config->key)) {
        status =
            q_error_set(error, QUIRE_AUTH,
                        "what %s has for %s is no W&B API key: it has at least %d letters, "
                        "digits, '_' or '-'",
                        environment->api_key ? "WANDB_API_KEY" : "netrc", config->base, KEY_LEAST);
    }
    return status;
}

static quire_status make_authorization(q_wandb_config *config, quire_error *error) {
    q_buffer plain = {0}, header = {0};
    quire_status status = q_buffer_printf(&plain, error, "api:%s", config->key);
    status = status ? status : q_buffer_append_string(&header, "Authorization: Basic ", error);
    status = status ? status : q_base64(&header, plain.data, plain.size, error);
    if (plain.data) {
        OPENSSL_cleanse(plain.data, plain.size);
    }
    q_buffer_free(&plain);
    config->authorization = header.data;
    return status;
}

/* --- the rest --- */

static quire_status take_run(const q_environment_wandb *environment, q_wandb_config *config,
                             quire_error *error) {
    quire_status status = check_run(environment->run_id, error);
    if (!status && environment->run_group) {
        status = q_name_check_id("WANDB_RUN_GROUP", environment->run_group, error);
    }
    status = status ? status : q_strdup(environment->run_id, &config->run_id, error);
    status = status ? status : q_strdup(environment->run_group, &config->run_group, error);
    status = status ? status : q_strdup(environment->run_name, &config->run_name, error);
    status = status ? status : q_strdup(environment->job_type, &config->job_type, error);
    return status ? status : q_strdup(environment->ca_bundle, &config->ca_bundle, error);
}

static void take_patience(const q_environment_wandb *environment, q_wandb_config *config) {
    char *end = NULL;
    long attempts = environment->attempts ? strtol(environment->attempts, &end, 10) : 0;
    config->attempts = environment->attempts && !*end && attempts > 0 && attempts <= ATTEMPTS_MOST
                           ? (unsigned)attempts
                           : ATTEMPTS;
    double wait = environment->wait ? strtod(environment->wait, &end) : 0;
    config->wait = environment->wait && !*end && wait > 0 && wait * 1000 <= WAIT_MOST
                       ? (int64_t)(wait * 1000)
                       : WAIT;
    config->wait = config->wait > 0 ? config->wait : 1;
}

quire_status q_wandb_config_find(const char *url, const q_environment_wandb *environment,
                                 q_wandb_config *config, quire_error *error) {
    *config = (q_wandb_config){0};
    quire_status status = split_url(url, environment, config, error);
    status = status ? status : find_base(environment, config, error);
    status = status ? status : find_key(environment, config, error);
    status = status ? status : make_authorization(config, error);
    status = status ? status : take_run(environment, config, error);
    take_patience(environment, config);
    if (status) {
        q_wandb_config_free(config);
    }
    return status;
}
