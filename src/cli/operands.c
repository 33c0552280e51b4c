/** @file Reads operands; opens what they name. */
#include "cli/operands.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"

quire_status q_operands_read(q_cli *cli, q_option_reader *args, const char *const *names,
                             size_t count, const char **operands) {
    size_t got = 0;
    for (;;) {
        int id;
        const char *value;
        quire_status status = q_cli_next(cli, args, &id, &value);
        if (status != QUIRE_OK) {
            return status;
        }
        if (id == Q_OPTION_END) {
            break;
        }
        if (got == count) {
            return q_cli_usage(cli, "%.200s is one operand too many", value);
        }
        operands[got++] = value;
    }
    return got < count ? q_cli_usage(cli, "%s is missing", names[got]) : QUIRE_OK;
}

quire_status q_operands_next(q_cli *cli, q_option_reader *args, const char *what,
                             const char **operand, int *id, const char **value) {
    quire_status status;
    do {
        status = q_cli_next(cli, args, id, value);
        if (status == QUIRE_OK && *id == Q_OPTION_OPERAND) {
            status = q_cli_take(cli, operand, *value, what);
        }
    } while (status == QUIRE_OK && *id == Q_OPTION_OPERAND);
    if (status == QUIRE_OK && *id == Q_OPTION_END && !*operand) {
        status = q_cli_usage(cli, "%s is missing", what);
    }
    return status;
}

quire_status q_operands_open(q_cli *cli, const char *address, quire_store **store,
                             quire_version **version) {
    quire_status status = q_cli_open(cli, store);
    if (status != QUIRE_OK) {
        return status;
    }
    status = quire_version_open(*store, address, version, &cli->error);
    if (status != QUIRE_OK) {
        quire_store_free(*store);
        *store = NULL;
    }
    return status;
}

void q_operands_spell(const quire_version *version, char spelled[Q_OPERANDS_SPELLED]) {
    const quire_version_info *info = quire_version_get_info(version);
    snprintf(spelled, Q_OPERANDS_SPELLED, "%s:v%" PRId64, info->name, info->number);
}

const char *q_operands_exact(const char *address, const char *spelled) {
    const char *selector = strchr(address, ':');
    return selector && q_is_sha256_hex(selector + 1) ? address : spelled;
}

quire_status q_operands_need_version(q_cli *cli, const char *address) {
    return strchr(address, ':')
               ? QUIRE_OK
               : q_cli_usage(cli, "%.200s: say which version, as NAME:VERSION", address);
}
