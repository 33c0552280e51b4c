/**
 * @file
 * Ranges of paths, by which many processes make one manifest: where they begin, and what of a
 * shard falls into them.
 *
 * A range begins with a path that is a boundary of chunks (chunk.h), whatever comes before it. So
 * each range can be cut into chunks without knowing the others, and the chunks are those of the
 * whole. Which boundaries there are, the writers' samples tell: a text of records, each a letter,
 * its weight (bytes of the shard since the record before) in decimal, a blank, a path and NUL. The
 * letter is `b` for a boundary, `e` for the end of the shard.
 */
#ifndef Q_MANIFEST_RANGES_H
#define Q_MANIFEST_RANGES_H

#include "manifest/entry.h"

/**
 * Append samples of a shard's lines.
 * @param entries how many lines there are
 * @param most how many boundaries at most, and `room` how many bytes
 */
quire_status q_ranges_sample(const char *text, size_t size, uint64_t entries, size_t most,
                             size_t room, q_buffer *out, quire_error *error);

/**
 * Choose where ranges begin, so that they weigh about the same. Appends the first paths of all
 * ranges but the first, in ascending order, each with its NUL: less than `ranges` of them.
 * @param samples of all shards, one behind the other, in any order
 */
quire_status q_ranges_choose(const char *samples, size_t size, size_t ranges, q_buffer *out,
                             quire_error *error);

/**
 * Append those lines before the range that begins with `first` whose paths could be a folder of
 * paths in it, which whoever has the range must know of. In bytewise order "a-b" comes between "a"
 * and "a/x".
 */
quire_status q_ranges_guards(const char *text, size_t size, const char *first, q_buffer *out,
                             quire_error *error);

#endif
