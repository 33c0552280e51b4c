/**
 * @file
 * The bytes of one small manifest, so that the format cannot change unnoticed. The digests were
 * computed outside quire, with sha256sum over the texts that the headers describe.
 */
#include "base/unit.h"
#include "manifest/entry_set.h"
#include "manifest/memory_io.h"

#define ONE "2c8b08da5ce60398e1f19af0e5dccc744df274b826abe585eaba68c525434806"
#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define CHUNK "a17ed1961114c372f3146d44c8c2e7aa3a1b81531b2cc4ba4b1b929bde251b10"
#define LOGICAL "df9e9f6af4e740f15502be6927846c82ad7194e2e47008b4a54644fe7f3009a2"
#define VERSION "cdaa9685b69d2f69e7ebcfc12e469c07579bdc3fc2374c97b791649415b58140"
#define ROOT "a9f73b45ceffde1d2f216485cde65958c91499d7de41d866270c0dac60fa6a99"
#define NOTHING "6afc161b064da18f3bc85420f0c31f7657127dd3cf279141a6fb76c6b2043c58"

static void test_bytes(void **state) {
    (void)state;
    const q_entry entries[] = {{.path = "a/one.txt",
                                .digest = ONE,
                                .size = 4,
                                .pack = "00112233445566778899aabbccddeeff",
                                .offset = 7},
                               {.path = "b",
                                .digest = "s3://bucket/key",
                                .size = QUIRE_SIZE_UNKNOWN,
                                .ref = "s3://bucket/key",
                                .extra = "{\"etag\":\"x\"}"},
                               {.path = "c", .digest = EMPTY, .size = 0}};
    memory_io memory;
    entry_set set = {0};
    q_root root = {0};
    char object[Q_SHA256_HEX_SIZE];
    memory_io_open(&memory);
    for (size_t i = 0; i < 3; i++) {
        entry_set_put(&set, &entries[i]);
    }
    entry_set_write(&set, &memory.io, NULL, &root, object);
    assert_string_equal(root.digest, VERSION);
    assert_string_equal(object, ROOT);
    assert_string_equal(memory_io_find(&memory, ROOT)->data,
                        "{\"quire\":\"root\",\"format\":1,\"entries\":3,\"bytes\":4,\"chunks\":1,"
                        "\"digest\":\"" VERSION "\"}\n"
                        "{\"first\":\"a/one.txt\",\"entries\":3,\"bytes\":4,\"weight\":190,"
                        "\"digest\":\"" LOGICAL "\",\"object\":\"" CHUNK "\",\"size\":371}\n");
    assert_string_equal(
        memory_io_find(&memory, CHUNK)->data,
        "{\"quire\":\"chunk\",\"format\":1}\n"
        "{\"path\":\"a/one.txt\",\"digest\":\"" ONE "\",\"size\":4,"
        "\"pack\":\"00112233445566778899aabbccddeeff\",\"offset\":7}\n"
        "{\"path\":\"b\",\"digest\":\"s3://bucket/key\",\"ref\":\"s3://bucket/key\","
        "\"extra\":{\"etag\":\"x\"}}\n"
        "{\"path\":\"c\",\"digest\":\"" EMPTY "\",\"size\":0}\n");
    entry_set_assert_manifest(&set, &memory.io, &root);
    q_root_free(&root);
    entry_set_free(&set);
    memory_io_close(&memory);
}

static void test_empty(void **state) {
    (void)state;
    memory_io memory;
    entry_set set = {0};
    q_root root = {0}, parsed = {0};
    char object[Q_SHA256_HEX_SIZE];
    quire_error error = {0};
    memory_io_open(&memory);
    entry_set_write(&set, &memory.io, NULL, &root, object);
    assert_string_equal(root.digest, NOTHING);
    const q_buffer *text = memory_io_find(&memory, object);
    EXPECT(QUIRE_OK, q_root_parse(text->data, text->size, &parsed, &error));
    assert_string_equal(parsed.digest, NOTHING);
    entry_set_assert_manifest(&set, &memory.io, &parsed);
    q_root_free(&root);
    q_root_free(&parsed);
    memory_io_close(&memory);
}

static void test_placement_is_no_identity(void **state) {
    (void)state;
    memory_io memory;
    q_root roots[2] = {{0}, {0}};
    memory_io_open(&memory);
    for (int i = 0; i < 2; i++) {
        entry_set set = {0};
        char object[Q_SHA256_HEX_SIZE];
        q_entry entry = file_entry("a", 1);
        entry.pack = i ? "00112233445566778899aabbccddeeff" : NULL;
        entry_set_put(&set, &entry);
        entry_set_write(&set, &memory.io, NULL, &roots[i], object);
        entry_set_free(&set);
    }
    assert_string_equal(roots[0].digest, roots[1].digest);
    assert_string_not_equal(roots[0].chunks[0].object, roots[1].chunks[0].object);
    q_root_free(&roots[0]);
    q_root_free(&roots[1]);
    memory_io_close(&memory);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_bytes), cmocka_unit_test(test_empty),
                                       cmocka_unit_test(test_placement_is_no_identity)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
