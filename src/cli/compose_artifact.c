/** @file Makes the artifact that a command line describes. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "cli/compose.h"
#include "cli/parse.h"

quire_status q_compose_notes(q_cli *cli, const q_composition *c, quire_artifact *artifact) {
    quire_error *error = &cli->error;
    quire_status status = QUIRE_OK;
    char *metadata = NULL;
    for (size_t i = 0; status == QUIRE_OK && i < c->aliases.count; i++) {
        status = quire_artifact_add_alias(artifact, c->aliases.items[i], error);
    }
    for (size_t i = 0; status == QUIRE_OK && i < c->tags.count; i++) {
        status = quire_artifact_add_tag(artifact, c->tags.items[i], error);
    }
    for (size_t i = 0; status == QUIRE_OK && i < c->inputs.count; i++) {
        status = quire_artifact_add_input(artifact, c->inputs.items[i], error);
    }
    if (status == QUIRE_OK && c->description) {
        status = quire_artifact_set_description(artifact, c->description, error);
    }
    if (status == QUIRE_OK && c->metadata) {
        status = q_parse_text(cli, "--metadata", c->metadata, &metadata);
    }
    if (status == QUIRE_OK && metadata) {
        status = quire_artifact_set_metadata(artifact, metadata, error);
    }
    free(metadata);
    if (status == QUIRE_OK && c->ttl) {
        int64_t seconds = 0;
        status = q_parse_duration(cli, "--ttl", c->ttl, &seconds);
        if (status == QUIRE_OK) {
            status = quire_artifact_set_ttl(artifact, seconds, error);
        }
    }
    return status;
}

/* `under`/`name`; trailing slashes of `under` do not count. */
static quire_status join(q_cli *cli, const char *under, const char *name, size_t name_size,
                         char **path) {
    size_t size = strlen(under);
    while (size > 0 && under[size - 1] == '/') {
        size--;
    }
    return q_asprintf(path, &cli->error, "%.*s%s%.*s", (int)size, under,
                      size > 0 && name_size > 0 ? "/" : "", (int)name_size, name);
}

quire_status q_compose_path(q_cli *cli, const char *file, const char *under, char **path) {
    const char *slash = strrchr(file, '/');
    const char *name = slash ? slash + 1 : file;
    return under ? join(cli, under, name, strlen(name), path) : q_strdup(name, path, &cli->error);
}

static quire_status add_path(q_cli *cli, const char *text, const char *under,
                             const quire_add_options *options, quire_artifact *artifact) {
    struct stat info;
    char *path = NULL;
    quire_status status = QUIRE_OK;
    if (stat(text, &info) == 0 && S_ISDIR(info.st_mode)) {
        if (under) {
            status = join(cli, under, "", 0, &path);
        }
        if (status == QUIRE_OK) {
            status = quire_artifact_add_dir(artifact, text, path, options, &cli->error);
        }
    } else {
        status = q_compose_path(cli, text, under, &path);
        if (status == QUIRE_OK) {
            status = quire_artifact_add_file(artifact, text, path, options, &cli->error);
        }
    }
    free(path);
    return status;
}

/* Where the URI of `PATH=URI` begins; `text` itself when it begins with a scheme. */
static const char *find_uri(const char *text) {
    size_t scheme = 0;
    if (isalpha((unsigned char)text[0])) {
        while (isalnum((unsigned char)text[scheme]) || strchr("+-.", text[scheme])) {
            if (!text[scheme]) {
                break;
            }
            scheme++;
        }
    }
    const char *equals = strchr(text, '=');
    return (scheme > 0 && text[scheme] == ':') || !equals ? text : equals + 1;
}

/* The last part of a URI's path, without query and fragment. */
static const char *last_part(const char *uri, size_t *size) {
    size_t end = strcspn(uri, "?#");
    while (end > 0 && uri[end - 1] == '/') {
        end--;
    }
    size_t begin = end;
    while (begin > 0 && uri[begin - 1] != '/' && uri[begin - 1] != ':') {
        begin--;
    }
    *size = end - begin;
    return uri + begin;
}

static quire_status add_reference(q_cli *cli, const char *text, const char *under,
                                  const quire_add_options *options, quire_artifact *artifact) {
    const char *uri = find_uri(text);
    char *path = NULL;
    quire_status status = QUIRE_OK;
    if (uri != text) {
        status = join(cli, under ? under : "", text, (size_t)(uri - text) - 1, &path);
    } else if (under) {
        size_t size;
        const char *name = last_part(uri, &size);
        status = join(cli, under, name, size, &path);
    }
    if (status == QUIRE_OK) {
        status = quire_artifact_add_reference(artifact, uri, path, options, &cli->error);
    }
    free(path);
    return status;
}

quire_status q_compose_add(q_cli *cli, const q_composition *composition, const q_addition *addition,
                           const char *text, quire_artifact *artifact) {
    quire_add_options options = {
        .no_checksum = composition->no_checksum, .link = composition->link, .as_now = 1};
    switch (addition->kind) {
    case Q_ADD_REFERENCE:
        return add_reference(cli, text, addition->under, &options, artifact);
    case Q_ADD_REMOVAL:
        return quire_artifact_remove(artifact, text, &cli->error);
    default:
        return add_path(cli, text, addition->under, &options, artifact);
    }
}

quire_status q_compose_artifact(q_cli *cli, const q_composition *composition, const char *name,
                                const char *type, quire_artifact **artifact) {
    quire_status status = quire_artifact_new(name, type, artifact, &cli->error);
    if (status == QUIRE_OK) {
        status = q_compose_notes(cli, composition, *artifact);
    }
    /* Removals first: `new/ --remove old` shall not drop a path that new/ brings. */
    for (int is_addition = 0; is_addition < 2; is_addition++) {
        for (size_t i = 0; status == QUIRE_OK && i < composition->addition_count; i++) {
            const q_addition *addition = &composition->additions[i];
            if ((addition->kind != Q_ADD_REMOVAL) == is_addition) {
                status = q_compose_add(cli, composition, addition, addition->text, *artifact);
                if (status == QUIRE_INCOMPLETE && strstr(addition->text, "{rank}")) {
                    q_cli_hint(cli, status, "{rank} is for quire-mpi");
                }
            }
        }
    }
    return status;
}
