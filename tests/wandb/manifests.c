/** @file Manifests: written as W&B has them, read back in pieces of any size, refused when they
 * lie. */
#include "wandb/unit.h"

#define HEAD                                                                                       \
    "{\"version\":1,\"storagePolicy\":\"wandb-storage-policy-v1\",\"storagePolicyConfig\":{"       \
    "\"storageLayout\":\"V2\"},\"contents\":{"
#define EMPTY_MD5 "1B2M2Y8AsgTpgAmY7PhCfg=="

/** All bytes, read in pieces of some length. */
static char *print_all(const q_wandb_list *list, size_t piece, size_t *size) {
    q_wandb_print print = {.list = list};
    char *text = calloc(1, (size_t)1 << 20);
    size_t got;
    assert_non_null(text);
    *size = 0;
    while ((got = q_wandb_print_read(&print, *size, text + *size, piece)) > 0) {
        *size += got;
    }
    assert_int_equal(print.error.status, QUIRE_OK);
    q_wandb_print_free(&print);
    return text;
}

static void fill(q_wandb_list *list) {
    quire_error error = {0};
    uint32_t birth = 0;
    add_text(list, "a \"quoted\" name", "x", 1);
    EXPECT(QUIRE_OK, q_wandb_list_birth(list, "QXJ0aWZhY3Q6MQ==", &birth, &error));
    list->items[0].birth = birth;
    const q_entry seen = {.path = "ref",
                          .digest = "etag",
                          .size = 7,
                          .ref = "https://example.org/x",
                          .extra = "{\"etag\":\"\\\"etag\\\"\"}"};
    const q_entry unseen = {
        .path = "s3", .digest = "s3://b/k", .size = QUIRE_SIZE_UNKNOWN, .ref = "s3://b/k"};
    const q_entry file = {
        .path = "local", .digest = "file:///x", .size = QUIRE_SIZE_UNKNOWN, .ref = "file:///x"};
    EXPECT(QUIRE_OK, q_wandb_list_add(list, &seen, Q_WANDB_UNBORN, &error));
    EXPECT(QUIRE_OK, q_wandb_list_add(list, &unseen, Q_WANDB_UNBORN, &error));
    EXPECT(QUIRE_OK, q_wandb_list_add(list, &file, Q_WANDB_UNBORN, &error));
    EXPECT(QUIRE_OK, q_wandb_list_sort(list, &error));
}

static void expect_same(const q_wandb_list *one, const q_wandb_list *other) {
    assert_int_equal(one->count, other->count);
    for (size_t i = 0; i < one->count; i++) {
        char digests[2][Q_MD5_BASE64_SIZE];
        q_entry entries[2];
        q_wandb_list_entry(&one->items[i], digests[0], &entries[0]);
        q_wandb_list_entry(&other->items[i], digests[1], &entries[1]);
        assert_string_equal(entries[0].path, entries[1].path);
        assert_true(q_entry_same(&entries[0], &entries[1]));
        assert_true(!entries[0].extra == !entries[1].extra);
        if (entries[0].extra) {
            assert_string_equal(entries[0].extra, entries[1].extra);
        }
    }
}

static void round_trip(void **state) {
    q_wandb_list list = {0};
    size_t size = 0, again = 0;
    quire_error error = {0};
    (void)state;
    fill(&list);
    char *text = print_all(&list, 100000, &size);
    char *same = print_all(&list, 7, &again);
    assert_int_equal(size, again);
    assert_memory_equal(text, same, size);
    assert_memory_equal(text, HEAD, strlen(HEAD));
    assert_non_null(strstr(text, "\"a \\\"quoted\\\" name\":{\"digest\":"));
    assert_non_null(strstr(text, "\"birthArtifactID\":\"QXJ0aWZhY3Q6MQ==\",\"size\":1}"));
    for (size_t piece = 1; piece <= size; piece = piece * 3 + 1) {
        q_wandb_list back = {0};
        EXPECT(QUIRE_OK, parse_text(&back, text, size, piece, &error));
        expect_same(&list, &back);
        q_wandb_list_free(&back);
    }
    for (size_t cut = 0; cut < size; cut++) { /* cut anywhere it is none */
        q_wandb_list back = {0};
        EXPECT(QUIRE_INTEGRITY, parse_text(&back, text, cut, 64, &error));
        q_wandb_list_free(&back);
    }
    free(text);
    free(same);
    q_wandb_list_free(&list);
}

/** What is sent is what was measured, also when it is sent again from the start or the middle. */
static void measured(void **state) {
    q_wandb_list list = {0};
    quire_error error = {0};
    unsigned char md5[Q_MD5_SIZE], raw[Q_MD5_SIZE];
    uint64_t size = 0;
    size_t length = 0;
    q_md5 *sum = NULL;
    char byte;
    (void)state;
    for (int i = 0; i < 2000; i++) {
        char path[32];
        snprintf(path, sizeof path, "folder/file-%05d", i);
        add_text(&list, path, path, strlen(path));
    }
    q_wandb_print print = {.list = &list};
    EXPECT(QUIRE_OK, q_wandb_print_measure(&print, &size, md5, &error));
    char *text = print_all(&list, 50000, &length);
    assert_int_equal(size, length);
    EXPECT(QUIRE_OK, q_md5_new(&sum, &error));
    EXPECT(QUIRE_OK, q_md5_update(sum, text, length, &error));
    EXPECT(QUIRE_OK, q_md5_final(sum, raw, &error));
    assert_memory_equal(md5, raw, sizeof raw);
    for (uint64_t at = size; at-- > 0; at -= at < 9999 ? at : 9999) { /* backwards */
        assert_int_equal(q_wandb_print_read(&print, at, &byte, 1), 1);
        assert_int_equal(byte, text[at]);
    }
    q_md5_free(sum);
    q_wandb_print_free(&print);
    free(text);
    q_wandb_list_free(&list);
}

static void expect_refused(const char *text, const char *why) {
    q_wandb_list list = {0};
    quire_error error = {0};
    quire_status status = parse_text(&list, text, strlen(text), 10, &error);
    if (status != QUIRE_INTEGRITY) {
        fail_msg("status %d of %s", (int)status, text);
    }
    EXPECT_MESSAGE(why);
    q_wandb_list_free(&list);
}

#define FILE_ENTRY(path) HEAD "\"" path "\":{\"digest\":\"" EMPTY_MD5 "\",\"size\":0}}}"

static void lies(void **state) {
    (void)state;
    expect_refused(FILE_ENTRY("../up"), "..");
    expect_refused(FILE_ENTRY("/absolute"), "absolute");
    expect_refused(FILE_ENTRY("C:x"), "drive");
    expect_refused(FILE_ENTRY("a\\\\b"), "backslash");
    expect_refused(FILE_ENTRY("a\\u0000b"), "NUL");
    expect_refused(FILE_ENTRY("a\\nb"), "control");
    expect_refused(FILE_ENTRY(""), "");
    expect_refused(HEAD "\"a\":{\"digest\":\"abc\",\"size\":0}}}", "digest");
    expect_refused(HEAD "\"a\":{\"digest\":\"" EMPTY_MD5 "\"}}}", "size");
    expect_refused(HEAD "\"a\":{\"digest\":\"" EMPTY_MD5 "\",\"size\":-1}}}", "size");
    expect_refused(HEAD "\"a\":[]}}", "no object");
    expect_refused(HEAD "\"a\":{\"digest\":\"" EMPTY_MD5 "\",\"size\":0},\"a\":{\"digest\":\""
                        "n5+Q2+Pl7hIYyGuIOdsZlQ==\",\"size\":6}}}",
                   "twice");
    expect_refused(HEAD "\"a\":{\"digest\":\"" EMPTY_MD5
                        "\",\"size\":0},\"a/b\":{\"digest\":\"" EMPTY_MD5 "\",\"size\":0}}}",
                   "folder");
    expect_refused(HEAD "\"a\":{\"digest\":\"x\",\"ref\":\"noscheme\"}}}", "reference");
    expect_refused(HEAD "}}{", "no JSON");
    expect_refused("[]", "no JSON");
    expect_refused("{\"version\":2,\"contents\":{}}", "version");
    expect_refused("{\"version\":1}", "contents");
    expect_refused("{\"contents\":{}}", "version");
    expect_refused("{\"version\":1,\"contents\":{},\"contents\":{}}", "twice");
    expect_refused("{\"version\":1,,\"contents\":{}}", "JSON");
    expect_refused("{\"version\":1 \"contents\":{}}", "");
}

/** What older and other clients write is read. */
static void others(void **state) {
    static const char text[] =
        "{\n    \"version\": 1,\n    \"storagePolicy\": \"x\", \"more\": [1, {\"contents\": {}}],\n"
        "    \"contents\" : {\n  \"b\": {\"size\": 6, \"digest\": \"n5+Q2+Pl7hIYyGuIOdsZlQ==\","
        " \"local_path\": \"/x\", \"skip_cache\": false},\n \"a\": {\"digest\": \"s3://x\","
        " \"ref\": \"s3://x/with blank\", \"size\": 0, \"extra\": {}}\n }\n}\n";
    q_wandb_list list = {0};
    quire_error error = {0};
    char digest[Q_MD5_BASE64_SIZE];
    q_entry entry;
    (void)state;
    EXPECT(QUIRE_OK, parse_text(&list, text, sizeof text - 1, 5, &error));
    assert_int_equal(list.count, 2);
    q_wandb_list_entry(&list.items[0], digest, &entry);
    assert_string_equal(entry.path, "a");
    assert_true(entry.size == QUIRE_SIZE_UNKNOWN);
    assert_null(entry.extra);
    assert_int_equal(list.bytes, 6);
    q_wandb_list_free(&list);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),
        cmocka_unit_test(measured),
        cmocka_unit_test(lies),
        cmocka_unit_test(others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
