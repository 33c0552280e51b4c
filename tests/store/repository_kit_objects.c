/** @file Looking at the objects of a kit's store, and damaging them. See repository_kit.h. */
#include <dirent.h>

#include "base/digest.h"
#include "objects/s3/s3_internal.h"
#include "objects/s3/s3_xml.h"
#include "store/repository_kit.h"

static quire_status count_object(void *context, const q_object_info *info, quire_error *error) {
    (void)info;
    (void)error;
    ++*(size_t *)context;
    return QUIRE_OK;
}

size_t kit_count(kit *k, const char *prefix) {
    size_t count = 0;
    assert_ok(q_objects_list(k->objects, prefix, true, count_object, &count, &k->error), &k->error);
    return count;
}

typedef struct finding {
    const char *suffix;
    q_key *key;
    size_t count;
} finding;

static quire_status find_object(void *context, const q_object_info *info, quire_error *error) {
    finding *to = context;
    size_t size = strlen(info->key), tail = strlen(to->suffix);
    (void)error;
    if (size >= tail && strcmp(info->key + size - tail, to->suffix) == 0) {
        snprintf(to->key->text, sizeof to->key->text, "%s", info->key);
        to->count++;
    }
    return QUIRE_OK;
}

void kit_find(kit *k, const char *prefix, const char *suffix, q_key *key) {
    finding to = {suffix, key, 0};
    assert_ok(q_objects_list(k->objects, prefix, true, find_object, &to, &k->error), &k->error);
    assert_int_equal(to.count, 1);
}

void kit_get(kit *k, const char *key, q_buffer *out) {
    out->size = 0;
    assert_ok(q_objects_get(k->objects, key, UINT64_MAX, out, &k->error), &k->error);
}

void kit_put(kit *k, const char *key, const void *data, size_t size) {
    assert_ok(q_objects_remove(k->objects, key, INT64_MAX, NULL, &k->error), &k->error);
    if (data) {
        assert_ok(q_objects_put(k->objects, key, Q_OBJECT_CONTENT, data, size, NULL, &k->error),
                  &k->error);
    }
}

static size_t count_files(const char *folder) {
    size_t count = 0;
    DIR *files = opendir(folder);
    for (const struct dirent *e = files ? readdir(files) : NULL; e; e = readdir(files)) {
        count += e->d_name[0] != '.';
    }
    if (files) {
        (void)closedir(files);
    }
    return count;
}

static quire_status count_upload(void *context, const char *path, const char *text,
                                 quire_error *error) {
    (void)text;
    (void)error;
    *(size_t *)context += strcmp(path, "ListMultipartUploadsResult/Upload") == 0;
    return QUIRE_OK;
}

static size_t count_uploads(q_s3 *s3, quire_error *error) {
    size_t count = 0;
    q_s3_page page = {0};
    q_s3_answer answer = {0};
    const q_s3_pair query[] = {{"uploads", NULL}, {"prefix", s3->client.config.prefix}};
    const q_s3_request request = {.method = "GET", .query = query, .query_count = 2};
    assert_ok(q_s3_expect(s3, &request, "list uploads", &answer, error), error);
    assert_ok(q_s3_xml_parse(answer.body.data, answer.body.size, count_upload, &count, error),
              error);
    assert_ok(q_s3_list_page(s3, Q_S3_TMP, true, 0, NULL, &page, error), error);
    count += page.count;
    q_s3_page_free(&page);
    q_s3_answer_free(&answer);
    return count;
}

size_t kit_count_temporary(kit *k) {
    char folder[sizeof k->url + 4];
    snprintf(folder, sizeof folder, "%s/tmp", k->url);
    return strncmp(k->url, "s3:", 3) == 0 ? count_uploads((q_s3 *)k->objects, &k->error)
                                          : count_files(folder);
}

typedef struct printing {
    kit *k;
    char **lines;
    size_t count;
} printing;

static quire_status print_object(void *context, const q_object_info *info, quire_error *error) {
    printing *to = context;
    q_buffer data = {0};
    char hex[Q_SHA256_HEX_SIZE];
    if (strncmp(info->key, Q_KEY_LEASES, strlen(Q_KEY_LEASES)) == 0) {
        return QUIRE_OK;
    }
    quire_status status = q_objects_get(to->k->objects, info->key, UINT64_MAX, &data, error);
    status = status ? status : q_sha256_hex(data.data ? data.data : "", data.size, hex, error);
    q_buffer_free(&data);
    to->lines = realloc(to->lines, (to->count + 1) * sizeof *to->lines);
    return status ? status : q_asprintf(&to->lines[to->count++], error, "%s %s\n", info->key, hex);
}

static int compare_lines(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

char *kit_fingerprint(kit *k) {
    printing to = {.k = k};
    q_buffer text = {0};
    assert_ok(q_objects_list(k->objects, "", true, print_object, &to, &k->error), &k->error);
    qsort(to.lines, to.count, sizeof *to.lines, compare_lines);
    for (size_t i = 0; i < to.count; i++) {
        assert_ok(q_buffer_append_string(&text, to.lines[i], NULL), &k->error);
        free(to.lines[i]);
    }
    free(to.lines);
    return text.data;
}
