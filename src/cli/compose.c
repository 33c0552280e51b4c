/** @file Reads the composing options; defaults for ids come from the batch system. */
#include "cli/compose.h"

#include <stdlib.h>
#include <string.h>

#include "base/environment.h"
#include "cli/parse.h"

void q_compose_free(q_composition *composition) {
    free(composition->additions);
    free(composition->aliases.items);
    free(composition->tags.items);
    free(composition->inputs.items);
    memset(composition, 0, sizeof *composition);
}

static quire_status push_addition(q_cli *cli, q_composition *c, int kind, const char *text) {
    quire_status status = q_cli_grow(cli, &c->additions, sizeof *c->additions, c->addition_count);
    if (status == QUIRE_OK) {
        q_addition *addition = &c->additions[c->addition_count++];
        addition->kind = kind;
        addition->text = text;
        addition->under = c->under && *c->under ? c->under : NULL;
    }
    return status;
}

/* Where the value of a plain text option goes, or NULL. */
static const char **text_field(q_composition *c, int id) {
    switch (id) {
    case Q_COMPOSE_TYPE:
        return &c->type;
    case Q_COMPOSE_UNDER:
        return &c->under;
    case Q_COMPOSE_DESCRIPTION:
        return &c->description;
    case Q_COMPOSE_METADATA:
        return &c->metadata;
    case Q_COMPOSE_TTL:
        return &c->ttl;
    case Q_COMPOSE_JOB:
        return &c->job;
    case Q_COMPOSE_DISTRIBUTED_ID:
        return &c->distributed_id;
    case Q_COMPOSE_WRITER:
        return &c->writer;
    default:
        return NULL;
    }
}

static quire_status take_option(q_cli *cli, q_composition *c, int id, const char *value) {
    const char **field = text_field(c, id);
    if (field) {
        *field = value;
        return QUIRE_OK;
    }
    switch (id) {
    case Q_COMPOSE_REFERENCE:
        return push_addition(cli, c, Q_ADD_REFERENCE, value);
    case Q_COMPOSE_REMOVE:
        return push_addition(cli, c, Q_ADD_REMOVAL, value);
    case Q_COMPOSE_NO_CHECKSUM:
        c->no_checksum = true;
        return QUIRE_OK;
    case Q_COMPOSE_ALIAS:
        return q_words_push(cli, &c->aliases, value);
    case Q_COMPOSE_TAG:
        return q_words_push(cli, &c->tags, value);
    case Q_COMPOSE_INPUT:
        return q_words_push(cli, &c->inputs, value);
    case Q_COMPOSE_EXPECT:
        return q_parse_count(cli, "--expect", value, &c->expect);
    case Q_COMPOSE_LINK:
        c->link = true;
        return QUIRE_OK;
    case Q_COMPOSE_NO_CACHE:
        cli->no_cache = true;
        return QUIRE_OK;
    case Q_COMPOSE_DURABILITY:
        return q_parse_durability(cli, value, &cli->durability);
    default:
        return QUIRE_OK;
    }
}

quire_status q_compose_read(q_cli *cli, q_option_reader *args, const char *what,
                            q_composition *composition) {
    int id = Q_OPTION_OPERAND;
    quire_status status = QUIRE_OK;
    while (status == QUIRE_OK && id != Q_OPTION_END) {
        const char *value = NULL;
        status = q_cli_next(cli, args, &id, &value);
        if (status != QUIRE_OK) {
            break;
        }
        if (id != Q_OPTION_OPERAND) {
            status = take_option(cli, composition, id, value);
        } else if (!composition->address) {
            composition->address = value;
        } else {
            status = push_addition(cli, composition, Q_ADD_PATH, value);
        }
    }
    /* A span that does not parse is told before any work begins. */
    int64_t seconds;
    if (status == QUIRE_OK && composition->ttl) {
        status = q_parse_duration(cli, "--ttl", composition->ttl, &seconds);
    }
    if (status == QUIRE_OK && !composition->address) {
        status = q_cli_usage(cli, "%s is missing", what);
    }
    return status;
}

quire_status q_compose_need_type(q_cli *cli, const q_composition *composition) {
    return composition->type ? QUIRE_OK : q_cli_usage(cli, "--type is missing");
}

quire_status q_compose_need_additions(q_cli *cli, const q_composition *composition) {
    return composition->addition_count > 0 ? QUIRE_OK : q_cli_usage(cli, "there is no PATH to log");
}

quire_status q_compose_need_id(q_cli *cli, q_composition *composition) {
    if (!composition->distributed_id) {
        composition->distributed_id = q_environment_distributed_id(composition->id_room);
    }
    return composition->distributed_id
               ? QUIRE_OK
               : q_cli_usage(cli, "--distributed-id is missing, and no batch job gives one");
}

quire_status q_compose_need_writer(q_cli *cli, q_composition *composition) {
    if (!composition->writer) {
        composition->writer = q_environment_writer(composition->writer_room);
    }
    return composition->writer
               ? QUIRE_OK
               : q_cli_usage(cli, "--writer is missing, and no batch task gives one");
}
