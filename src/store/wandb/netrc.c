/** @file netrc: see netrc.h. Words between blanks; a macro ends with an empty line. */
#include "store/wandb/netrc.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define BLANKS " \t\r\n"

/** The next word, cut out of the text; NULL at the end. */
static char *next_word(char **at) {
    char *word = *at + strspn(*at, BLANKS);
    size_t size = strcspn(word, BLANKS);
    if (size == 0) {
        return NULL;
    }
    *at = word + size;
    if (**at) {
        *(*at)++ = '\0';
    }
    return word;
}

static void skip_macro(char **at) {
    char *end = strstr(*at, "\n\n");
    *at = end ? end + 2 : *at + strlen(*at);
}

static void skip_line(char **at) {
    *at += strcspn(*at, "\n");
}

const char *q_wandb_netrc_find(char *text, const char *host) {
    char *at = text, *word;
    const char *fallback = NULL;
    bool is_host = false, is_default = false;
    while ((word = next_word(&at)) != NULL) {
        if (strcmp(word, "machine") == 0) {
            const char *name = next_word(&at);
            is_host = name && strcasecmp(name, host) == 0;
            is_default = false;
        } else if (strcmp(word, "default") == 0) {
            is_host = false;
            is_default = true;
        } else if (strcmp(word, "macdef") == 0) {
            skip_macro(&at);
        } else if (word[0] == '#') {
            skip_line(&at);
        } else if (strcmp(word, "login") == 0 || strcmp(word, "account") == 0) {
            (void)next_word(&at);
        } else if (strcmp(word, "password") == 0) {
            const char *password = next_word(&at);
            if (is_host && password) {
                return password;
            }
            fallback = is_default && !fallback ? password : fallback;
        }
    }
    return fallback;
}
