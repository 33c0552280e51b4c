/** @file What tests of pushing share: a store to push from, one to push to, and a version. */
#ifndef PUSH_KIT_H
#define PUSH_KIT_H

#include "store/repository_kit.h"

/* Of push_tree(). */
#define PUSH_SMALL 300
#define PUSH_LARGE 3 /* of 1 MiB and more */
#define PUSH_LARGE_BYTES ((size_t)3 << 19)
#define PUSH_EMPTY 1 /* counted as pushed */
#define PUSH_FILES (PUSH_SMALL + PUSH_LARGE + PUSH_EMPTY)
#define PUSH_REFERENCES 2
/** Files enough for three parts. */
#define PUSH_MANY 9000

typedef struct push_kit {
    kit *from, *to;
    q_store_ops other; /**< what a store of another kind has, see push_other_kind() */
    quire_error error;
} push_kit;

int push_setup(void **state);
int push_teardown(void **state);

/** The source's version "tree:v0": files, references, an alias "best", notes of all kinds. */
quire_version *push_tree(push_kit *p);
/** The source's "many:v0": PUSH_MANY small files. */
quire_version *push_many(push_kit *p);
/** A version of a store; must be there. */
quire_version *push_open(kit *k, const char *address);

/** Make the target look like a store of another kind: digests say nothing to each other.
 *  @param is_web one like W&B: without drafts that are found again, and it reads sources twice */
void push_other_kind(push_kit *p, bool is_web);
/** The same operations for a source whose files have no paths. */
const q_store_ops *push_ops_without_paths(const q_store_ops *ops);
/** Make the source look like one whose files have no paths; comparable with the target. */
void push_without_paths(push_kit *p);

/** Both have the same entries, to the byte, and notes. */
void push_assert_same(push_kit *p, quire_version *source, const char *address);
/** Bytes of all objects in the target, and in what is under way. */
uint64_t push_stored(const kit *k);

#endif
