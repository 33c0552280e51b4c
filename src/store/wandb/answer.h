/**
 * @file
 * What the server says: `{"data": {…}}`, or why not, in `errors` or `error`. Answers may be
 * anything and are bounded; with an error among them, data that came along counts for nothing.
 */
#ifndef Q_WANDB_ANSWER_H
#define Q_WANDB_ANSWER_H

#include <stdbool.h>

#include "base/json.h"

#define Q_WANDB_WORDS_SIZE 400

/** The server's words: one line, cut when they are long. */
typedef struct q_wandb_words {
    char text[Q_WANDB_WORDS_SIZE];
    size_t size;
} q_wandb_words;

/**
 * Take a body apart.
 * @param data receives the object `data`, freed with cJSON_Delete(); NULL when there are words
 * @param words why there is none; empty when there is
 * @return a failure only of the own memory
 */
quire_status q_wandb_answer_parse(const char *text, size_t size, cJSON **data, q_wandb_words *words,
                                  quire_error *error);

/** What a refusal means. @param code of HTTP; 200: only the words tell */
quire_status q_wandb_answer_status(long code, const char *words);

/** Whether the same request may have another answer later. */
bool q_wandb_answer_may_change(long code);

/* --- members of answers; a missing one is no failure where NULL says so --- */

/** Follow names through objects: "a.b.c". NULL where one is missing, or null. */
const cJSON *q_wandb_get(const cJSON *from, const char *path);
/** The string there, or NULL. */
const char *q_wandb_text(const cJSON *from, const char *path);
/** The whole number there, or `otherwise`. */
int64_t q_wandb_number(const cJSON *from, const char *path, int64_t otherwise);
/** A string that must be there. QUIRE_INTEGRITY. */
quire_status q_wandb_need(const cJSON *from, const char *path, const char **text,
                          quire_error *error);

#endif
