/** @file Reads the command line of `get`. */
#include "cli/get_request.h"

#include "cli/operands.h"

quire_status q_get_next(q_cli *cli, q_option_reader *args, q_get_request *request, int *id,
                        const char **value) {
    quire_status status;
    do {
        status = q_operands_next(cli, args, "NAME:VERSION", &request->address, id, value);
        if (status != QUIRE_OK) {
            return status;
        }
        if (*id == Q_GET_OUTPUT) {
            request->folder = *value;
        } else if (*id == Q_GET_PATH) {
            request->path = *value;
        } else if (*id == Q_GET_SKIP_REFERENCES) {
            request->skip_references = true;
        }
    } while (*id != Q_OPTION_END && *id < Q_GET_OWN);
    if (*id == Q_OPTION_END && (!request->folder || !*request->folder)) {
        status = q_cli_usage(cli, "-o DIR is missing");
    }
    return status;
}
