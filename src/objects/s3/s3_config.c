/** @file Finding buckets and credentials: see s3_config.h. No message ever shows a secret. */
#include "objects/s3/s3_config.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/uri.h"
#include "objects/s3/s3_profile.h"

#define FILE_MAX ((size_t)1 << 20)
#define ATTEMPTS 8
#define ATTEMPTS_MAX 100
#define PREFIX_MAX 512 /* keys of a store have at least as much left of the 1,024 bytes of S3 */

/** All that settings can say; each is taken where it is found first. */
typedef struct settings {
    char *access_key, *secret_key, *session_token;
    char *region, *endpoint, *style, *ca_bundle, *attempts;
} settings;

static void free_secret(char *secret) {
    if (secret) {
        OPENSSL_cleanse(secret, strlen(secret));
        free(secret);
    }
}

static void free_settings(settings *all) {
    free_secret(all->access_key);
    free_secret(all->secret_key);
    free_secret(all->session_token);
    free(all->region);
    free(all->endpoint);
    free(all->style);
    free(all->ca_bundle);
    free(all->attempts);
}

static quire_status keep(char **setting, const char *value, quire_error *error) {
    return *setting || !value ? QUIRE_OK : q_strdup(value, setting, error);
}

/* --- files --- */

/** Keys and token belong together: those of one place are not mixed with another's. */
typedef struct profile {
    settings *all;
    char *access_key, *secret_key, *session_token;
} profile;

static quire_status take_setting(void *context, const char *name, const char *value,
                                 quire_error *error) {
    profile *from = context;
    settings *all = from->all;
    const struct {
        const char *name;
        char **setting;
    } known[] = {
        {"aws_access_key_id", &from->access_key},
        {"aws_secret_access_key", &from->secret_key},
        {"aws_session_token", &from->session_token},
        {"region", &all->region},
        {"endpoint_url", &all->endpoint},
        {"s3.endpoint_url", &all->endpoint},
        {"s3.addressing_style", &all->style},
        {"ca_bundle", &all->ca_bundle},
        {"max_attempts", &all->attempts},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(name, known[i].name) == 0) {
            return keep(known[i].setting, value, error);
        }
    }
    return QUIRE_OK;
}

/** @param may_be_closed to this user, as the home of another is */
static quire_status read_file(const char *path, bool may_be_closed, q_buffer *text,
                              quire_error *error) {
    size_t got = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return errno == ENOENT || errno == ENOTDIR || (errno == EACCES && may_be_closed)
                   ? QUIRE_OK
                   : q_error_errno(error, errno, "cannot read %s", path);
    }
    quire_status status = q_buffer_reserve(text, FILE_MAX, error);
    status = status ? status : q_io_read(fd, text->data, FILE_MAX, &got, path, error);
    (void)close(fd);
    if (!status) {
        text->size = got;
        text->data[got] = '\0';
    }
    return status;
}

static quire_status read_profile(const char *path, bool may_be_closed, const char *name,
                                 settings *all, quire_error *error) {
    q_buffer text = {0};
    profile from = {.all = all};
    quire_status status = read_file(path, may_be_closed, &text, error);
    if (!status && text.size > 0) {
        status = q_s3_profile_each(text.data, name, take_setting, &from, error);
        OPENSSL_cleanse(text.data, text.size);
    }
    if (!status && !all->access_key && from.access_key && from.secret_key) {
        all->access_key = from.access_key;
        all->secret_key = from.secret_key;
        all->session_token = from.session_token;
    } else {
        free_secret(from.access_key);
        free_secret(from.secret_key);
        free_secret(from.session_token);
    }
    q_buffer_free(&text);
    return status;
}

static quire_status read_profiles(const q_environment_aws *environment, settings *all,
                                  quire_error *error) {
    const char *name = environment->profile ? environment->profile : "default";
    const struct {
        const char *given, *usual;
    } files[] = {{environment->credentials_file, "/.aws/credentials"},
                 {environment->config_file, "/.aws/config"}};
    quire_status status = QUIRE_OK;
    for (int i = 0; i < 2 && !status; i++) {
        char *usual = NULL;
        if (!files[i].given && environment->home) {
            status = q_asprintf(&usual, error, "%s%s", environment->home, files[i].usual);
        }
        const char *path = files[i].given ? files[i].given : usual;
        /* HOME may be that of who began a container; with keys from elsewhere it does not matter.
         */
        bool may_be_closed = path && path == usual && all->access_key;
        if (!status && path) {
            status = read_profile(path, may_be_closed, name, all, error);
        }
        free(usual);
    }
    return status;
}

static quire_status gather(const q_environment_aws *environment, settings *all,
                           quire_error *error) {
    quire_status status = QUIRE_OK;
    if (environment->access_key && environment->secret_key) {
        status = keep(&all->access_key, environment->access_key, error);
        status = status ? status : keep(&all->secret_key, environment->secret_key, error);
        status = status ? status : keep(&all->session_token, environment->session_token, error);
    }
    status = status ? status : keep(&all->region, environment->region, error);
    status = status ? status : keep(&all->endpoint, environment->endpoint, error);
    status = status ? status : keep(&all->ca_bundle, environment->ca_bundle, error);
    status = status ? status : keep(&all->attempts, environment->attempts, error);
    status = status ? status : read_profiles(environment, all, error);
    if (!status && !all->access_key && environment->profile) {
        status = q_error_set(error, QUIRE_AUTH,
                             "no credentials for the object storage: profile '%s' (AWS_PROFILE) "
                             "has none, and AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not "
                             "both set",
                             environment->profile);
    } else if (!status && !all->access_key) {
        status = q_error_set(error, QUIRE_AUTH,
                             "no credentials for the object storage: set AWS_ACCESS_KEY_ID and "
                             "AWS_SECRET_ACCESS_KEY, or name a profile that has them by "
                             "AWS_PROFILE");
    }
    return status ? status : keep(&all->region, "us-east-1", error);
}

/** They become lines of a request, where a line end would begin another. It is there when a file is
 *  taken over into the environment as it is. */
static quire_status check_printable(const settings *all, quire_error *error) {
    const struct {
        const char *name, *value;
    } parts[] = {{"access key", all->access_key},
                 {"secret key", all->secret_key},
                 {"session token", all->session_token},
                 {"region", all->region}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        for (const char *c = parts[i].value; c && *c; c++) {
            if (*c <= ' ' || *c > '~') {
                return q_error_set(error, QUIRE_AUTH,
                                   "the %s for the object storage has a blank, a line end or "
                                   "another character in it that none has",
                                   parts[i].name);
            }
        }
    }
    return QUIRE_OK;
}

/* --- the URL --- */

static bool is_bucket(const char *name, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (!isalnum((unsigned char)name[i]) && !strchr(".-_", name[i])) {
            return false;
        }
    }
    return size >= 3 && size <= 255 && isalnum((unsigned char)name[0]);
}

/** Components as keys have them, so that a prefix needs no encoding that anybody could get wrong.
 */
static bool is_prefix(const char *prefix) {
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-=+@,~ %!*'()/";
    return strspn(prefix, plain) == strlen(prefix) && prefix[0] != '/' && !strstr(prefix, "//") &&
           strncmp(prefix, "./", 2) != 0 && strncmp(prefix, "../", 3) != 0 &&
           !strstr(prefix, "/./") && !strstr(prefix, "/../");
}

static quire_status split_url(const char *url, q_s3_config *config, quire_error *error) {
    quire_status status = q_uri_refuse_secrets(url, error);
    if (status) {
        return status;
    }
    const char *bucket = url + strlen("s3://");
    size_t size = strcspn(bucket, "/?#");
    const char *rest = bucket + size + (bucket[size] == '/');
    size_t length = strlen(rest);
    while (length > 0 && rest[length - 1] == '/') {
        length--;
    }
    if (!is_bucket(bucket, size)) {
        return q_error_set(error, QUIRE_USAGE, "'%s' names no bucket: s3://BUCKET/PREFIX", url);
    }
    status = q_asprintf(&config->bucket, error, "%.*s", (int)size, bucket);
    if (!status) {
        status = q_asprintf(&config->prefix, error, "%.*s%s", length > PREFIX_MAX ? 0 : (int)length,
                            rest, length > 0 ? "/" : "");
    }
    if (!status && (length > PREFIX_MAX || bucket[size] == '?' || bucket[size] == '#' ||
                    !is_prefix(config->prefix))) {
        status = q_error_set(error, QUIRE_USAGE,
                             "the prefix in '%s' is too long, or has components or characters that "
                             "a prefix does not have",
                             url);
    }
    if (!status) {
        status = q_asprintf(&config->shown, error, "s3://%s%s%.*s", config->bucket,
                            length > 0 ? "/" : "", (int)length, rest);
    }
    return status;
}

/* --- the endpoint --- */

static const char *default_port(const char *scheme) {
    return strncmp(scheme, "https", 5) == 0 ? ":443" : ":80";
}

/** SCHEME://HOST[:PORT][/PATH]: the parts of a custom endpoint. */
static quire_status check_endpoint(const char *endpoint, quire_error *error) {
    bool known = q_uri_has_scheme(endpoint, "http") || q_uri_has_scheme(endpoint, "https");
    if (!known) { /* it is told, but for what may be a secret in it */
        return q_error_set(error, QUIRE_USAGE,
                           "the endpoint of the object storage (AWS_ENDPOINT_URL_S3, "
                           "AWS_ENDPOINT_URL or endpoint_url) is no http or https URL%s%.200s",
                           strpbrk(endpoint, "@?#") ? "" : ": ",
                           strpbrk(endpoint, "@?#") ? "" : endpoint);
    }
    quire_status status = q_uri_refuse_secrets(endpoint, error);
    if (!status && strpbrk(endpoint, "?# ")) {
        status = q_error_set(error, QUIRE_USAGE,
                             "the endpoint of the object storage has a query or a blank in it");
    }
    return status;
}

static quire_status set_origin(q_s3_config *config, const char *endpoint, bool virtual_host,
                               quire_error *error) {
    const char *host = strstr(endpoint, "://") + 3;
    size_t scheme = (size_t)(host - endpoint), size = strcspn(host, "/");
    const char *path = host + size, *port = default_port(endpoint);
    size_t length = strlen(path);
    while (length > 0 && path[length - 1] == '/') {
        length--;
    }
    /* libcurl and servers leave out the port that goes without saying. */
    if (size > strlen(port) && strncmp(host + size - strlen(port), port, strlen(port)) == 0) {
        size -= strlen(port);
    }
    quire_status status =
        q_asprintf(&config->host, error, "%s%s%.*s", virtual_host ? config->bucket : "",
                   virtual_host ? "." : "", (int)size, host);
    status =
        status ? status
               : q_asprintf(&config->origin, error, "%.*s%s", (int)scheme, endpoint, config->host);
    if (!status) {
        status = q_asprintf(&config->base, error, "%.*s/%s%s", (int)length, path,
                            virtual_host ? "" : config->bucket, virtual_host ? "" : "/");
    }
    return status;
}

/** A bucket is a part of the host's name on AWS, unless it has dots, which no certificate covers;
 *  elsewhere it is one of the path, since most others have no names for it. */
static quire_status find_origin(q_s3_config *config, const settings *all, quire_error *error) {
    bool virtual_host = !all->endpoint && !strchr(config->bucket, '.');
    char *usual = NULL;
    quire_status status = QUIRE_OK;
    if (all->style && strcmp(all->style, "path") == 0) {
        virtual_host = false;
    } else if (all->style && strcmp(all->style, "virtual") == 0) {
        virtual_host = true;
    }
    if (all->endpoint) {
        status = check_endpoint(all->endpoint, error);
    } else if (strspn(all->region, "abcdefghijklmnopqrstuvwxyz0123456789-") !=
               strlen(all->region)) {
        status = q_error_set(error, QUIRE_USAGE, "'%s' is no region of AWS", all->region);
    } else {
        status = q_asprintf(&usual, error, "https://s3.%s.amazonaws.com%s", all->region,
                            strncmp(all->region, "cn-", 3) == 0 ? ".cn" : "");
    }
    status = status
                 ? status
                 : set_origin(config, all->endpoint ? all->endpoint : usual, virtual_host, error);
    free(usual);
    return status;
}

static unsigned attempts_of(const char *text) {
    char *end = NULL;
    long attempts = text ? strtol(text, &end, 10) : 0;
    return text && *end == '\0' && attempts > 0 && attempts <= ATTEMPTS_MAX ? (unsigned)attempts
                                                                            : ATTEMPTS;
}

quire_status q_s3_config_find(const char *url, const q_environment_aws *environment,
                              q_s3_config *config, quire_error *error) {
    settings all = {0};
    *config = (q_s3_config){0};
    quire_status status = split_url(url, config, error);
    status = status ? status : gather(environment, &all, error);
    status = status ? status : check_printable(&all, error);
    status = status ? status : find_origin(config, &all, error);
    if (!status) {
        config->attempts = attempts_of(all.attempts);
        config->region = all.region;
        config->access_key = all.access_key;
        config->secret_key = all.secret_key;
        config->session_token = all.session_token;
        config->ca_bundle = all.ca_bundle;
        all.region = all.access_key = all.secret_key = all.session_token = all.ca_bundle = NULL;
    } else {
        q_s3_config_free(config);
    }
    free_settings(&all);
    return status;
}

void q_s3_config_free(q_s3_config *config) {
    free(config->bucket);
    free(config->prefix);
    free(config->shown);
    free(config->origin);
    free(config->host);
    free(config->base);
    free(config->region);
    free_secret(config->access_key);
    free_secret(config->secret_key);
    free_secret(config->session_token);
    free(config->ca_bundle);
    *config = (q_s3_config){0};
}
