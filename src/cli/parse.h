/** @file Values on the command line: numbers, spans of time, shares, ranges, text out of files. */
#ifndef Q_CLI_PARSE_H
#define Q_CLI_PARSE_H

#include <stdint.h>

#include "cli/cli.h"

/** A whole number of 0 … 2^53. `what` names the option in messages. */
quire_status q_parse_count(q_cli *cli, const char *what, const char *text, int64_t *number);

/** Seconds out of `3600`, `90s`, `30m`, `12h`, `7d` or `2w`. */
quire_status q_parse_duration(q_cli *cli, const char *what, const char *text, int64_t *seconds);

/** `K/N` with 0 <= K < N. */
quire_status q_parse_part(q_cli *cli, const char *text, int64_t *part, int64_t *parts);

/** `OFFSET:LENGTH` or `OFFSET:`; a missing length is UINT64_MAX. */
quire_status q_parse_range(q_cli *cli, const char *text, uint64_t *offset, uint64_t *length);

/** "full", "batch" or "none". */
quire_status q_parse_durability(q_cli *cli, const char *text, quire_durability *durability);

/** `text`, or the content of FILE for `@FILE` (at most 1 MiB). The caller frees it.
 *  @param what the option, for messages */
quire_status q_parse_text(q_cli *cli, const char *what, const char *text, char **content);

/** `NAME:VERSION/PATH` taken apart at its first slash; the caller frees the address. `path` points
 *  into `text`. */
quire_status q_parse_place(q_cli *cli, const char *text, char **address, const char **path);

#endif
