/** @file Listings, a page at a time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "objects/s3/s3_internal.h"
#include "objects/s3/s3_xml.h"

typedef struct parsing {
    q_s3_page *page;
    const char *asked; /* all keys begin so */
    size_t prefix;     /* length of the store's own */
    char key[3 * Q_S3_KEY_SIZE];
    uint64_t size;
    int64_t modified;
} parsing;

void q_s3_page_free(q_s3_page *page) {
    for (size_t i = 0; i < page->count; i++) {
        free(page->items[i].key);
    }
    free(page->items);
    free(page->next);
    *page = (q_s3_page){0};
}

/** Seconds of "2026-01-31T12:00:00.123Z"; -1: it is no time. */
static int64_t seconds_of(const char *text) {
    struct tm parts = {0};
    if (sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d", &parts.tm_year, &parts.tm_mon, &parts.tm_mday,
               &parts.tm_hour, &parts.tm_min, &parts.tm_sec) != 6) {
        return -1;
    }
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    return (int64_t)timegm(&parts);
}

static int digit(char c) {
    const char *digits = "0123456789abcdef";
    const char *at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c) : NULL;
    return at ? (int)(at - digits) : -1;
}

/** Keys come encoded as in URLs, since XML could not hold some. */
static void decode(char *text) {
    char *to = text;
    for (const char *from = text; *from; from++) {
        if (*from == '%' && digit(from[1]) >= 0 && digit(from[2]) >= 0) {
            *to++ = (char)(digit(from[1]) * 16 + digit(from[2]));
            from += 2;
        } else {
            *to++ = *from == '+' ? ' ' : *from;
        }
    }
    *to = '\0';
}

static quire_status add(parsing *this, int64_t modified, quire_error *error) {
    q_s3_page *page = this->page;
    if (page->count == page->capacity) {
        size_t capacity = page->capacity ? 2 * page->capacity : 64;
        q_s3_listed *grown = realloc(page->items, capacity * sizeof *grown);
        if (!grown) {
            return q_error_memory(error);
        }
        page->items = grown;
        page->capacity = capacity;
    }
    decode(this->key);
    if (strncmp(this->key, this->asked, strlen(this->asked)) != 0) {
        return q_error_set(error, QUIRE_ERROR, "the server lists '%s', which was not asked for",
                           this->key);
    }
    q_s3_listed *item = &page->items[page->count];
    *item = (q_s3_listed){.size = this->size, .modified = modified};
    quire_status status = q_strdup(this->key + this->prefix, &item->key, error);
    page->count += status == QUIRE_OK;
    return status;
}

static quire_status take(void *context, const char *path, const char *text, quire_error *error) {
    static const char root[] = "ListBucketResult/";
    parsing *this = context;
    if (strncmp(path, root, strlen(root)) != 0) {
        return QUIRE_OK;
    }
    path += strlen(root);
    if (strcmp(path, "Contents/Key") == 0 || strcmp(path, "CommonPrefixes/Prefix") == 0) {
        snprintf(this->key, sizeof this->key, "%s", text);
    } else if (strcmp(path, "Contents/Size") == 0) {
        this->size = strtoull(text, NULL, 10);
    } else if (strcmp(path, "Contents/LastModified") == 0) {
        this->modified = seconds_of(text);
    } else if (strcmp(path, "NextContinuationToken") == 0) {
        free(this->page->next);
        this->page->next = NULL;
        return q_strdup(text, &this->page->next, error);
    } else if (strcmp(path, "Contents") == 0) {
        return this->modified < 0
                   ? q_error_set(error, QUIRE_ERROR, "the server tells no time of '%s'", this->key)
                   : add(this, this->modified, error);
    } else if (strcmp(path, "CommonPrefixes") == 0) {
        this->size = 0;
        return add(this, -1, error);
    }
    return QUIRE_OK;
}

quire_status q_s3_list_page(q_s3 *s3, const char *prefix, bool deep, int most, const char *after,
                            q_s3_page *page, quire_error *error) {
    char what[Q_S3_KEY_SIZE + 16], number[16];
    q_buffer full = {0};
    q_s3_answer answer = {0};
    parsing *this = calloc(1, sizeof *this);
    quire_status status = this ? QUIRE_OK : q_error_memory(error);
    status =
        status ? status : q_buffer_printf(&full, error, "%s%s", s3->client.config.prefix, prefix);
    q_s3_pair query[6] = {{"list-type", "2"}, {"encoding-type", "url"}, {"prefix", full.data}};
    q_s3_request request = {
        .method = "GET", .query = query, .query_count = 3, .root = "ListBucketResult"};
    if (!deep) {
        query[request.query_count++] = (q_s3_pair){"delimiter", "/"};
    }
    if (after) {
        query[request.query_count++] = (q_s3_pair){"continuation-token", after};
    }
    if (most > 0) {
        snprintf(number, sizeof number, "%d", most);
        query[request.query_count++] = (q_s3_pair){"max-keys", number};
    }
    snprintf(what, sizeof what, "list %s", *prefix ? prefix : "all");
    status = status ? status : q_s3_expect(s3, &request, what, &answer, error);
    if (!status) {
        *this =
            (parsing){.page = page, .asked = full.data, .prefix = strlen(s3->client.config.prefix)};
        page->date = answer.date;
        status = q_s3_xml_parse(answer.body.data ? answer.body.data : "", answer.body.size, take,
                                this, error);
    }
    if (!status && after && page->next && strcmp(after, page->next) == 0) {
        status = q_error_set(error, QUIRE_ERROR, "the server lists no end of %s in %s",
                             *prefix ? prefix : "all", s3->client.config.shown);
    }
    q_s3_answer_free(&answer);
    q_buffer_free(&full);
    free(this);
    if (status) {
        q_s3_page_free(page);
    }
    return status;
}

static bool is_own(const char *key) {
    return strncmp(key, Q_S3_TMP, strlen(Q_S3_TMP)) == 0 ||
           strncmp(key, Q_S3_TRASH, strlen(Q_S3_TRASH)) == 0;
}

/** The pages come before their items are shown, which may then be removed. What other tools put to
 *  stand for a folder, an object whose key ends in a slash, is nothing. */
static quire_status show_page(const q_s3_page *page, const char *prefix, bool deep,
                              q_object_callback callback, void *context, quire_error *error) {
    quire_status status = QUIRE_OK;
    for (size_t i = 0; i < page->count && !status; i++) {
        const q_s3_listed *item = &page->items[i];
        size_t size = strlen(item->key), skip = deep ? 0 : strlen(prefix);
        bool is_folder = item->modified < 0;
        if (size <= skip || is_own(item->key) || (!is_folder && item->key[size - 1] == '/')) {
            continue;
        }
        const q_object_info info = {.key = item->key + skip,
                                    .size = deep ? item->size : 0,
                                    .modified = deep ? q_s3_microseconds(item->modified) : 0};
        status = callback(context, &info, error);
    }
    return status;
}

quire_status q_s3_list(q_objects *objects, const char *prefix, bool deep,
                       q_object_callback callback, void *context, quire_error *error) {
    q_s3 *s3 = (q_s3 *)objects;
    char *after = NULL;
    bool more = true;
    quire_status status = QUIRE_OK;
    while (more && !status) {
        q_s3_page page = {0};
        status = q_s3_list_page(s3, prefix, deep, 0, after, &page, error);
        free(after);
        after = page.next;
        page.next = NULL;
        more = after != NULL;
        status = status ? status : show_page(&page, prefix, deep, callback, context, error);
        q_s3_page_free(&page);
    }
    free(after);
    return status;
}
