/** @file Signatures: the examples that AWS has published, and names that are easily got wrong. */
#include "objects/s3/s3_sign.h"

#include <string.h>

#include "objects/cmocka_all.h"

#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

/* The key of all examples in the documentation of S3. */
static q_s3_signing example(const char *method, const char *path, const char *query) {
    return (q_s3_signing){.method = method,
                          .path = path,
                          .query = query,
                          .payload = EMPTY,
                          .time = "20130524T000000Z",
                          .region = "us-east-1",
                          .service = "s3",
                          .access_key = "AKIAIOSFODNN7EXAMPLE",
                          .secret_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};
}

static void expect(q_s3_signing signing, const q_s3_pair *headers, size_t count,
                   const char *signature) {
    char hex[Q_SHA256_HEX_SIZE];
    quire_error error = {0};
    signing.headers = headers;
    signing.header_count = count;
    assert_int_equal(q_s3_signature(&signing, hex, &error), QUIRE_OK);
    assert_string_equal(hex, signature);
}

static void examples_of_s3(void **state) {
    static const char put_sha[] =
        "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";
    static const char host[] = "examplebucket.s3.amazonaws.com", date[] = "20130524T000000Z";
    const q_s3_pair get[] = {{"host", host},
                             {"range", "bytes=0-9"},
                             {"x-amz-content-sha256", EMPTY},
                             {"x-amz-date", date}};
    const q_s3_pair put[] = {{"date", "Fri, 24 May 2013 00:00:00 GMT"},
                             {"host", host},
                             {"x-amz-content-sha256", put_sha},
                             {"x-amz-date", date},
                             {"x-amz-storage-class", "REDUCED_REDUNDANCY"}};
    const q_s3_pair plain[] = {
        {"host", host}, {"x-amz-content-sha256", EMPTY}, {"x-amz-date", date}};
    (void)state;
    expect(example("GET", "/test.txt", ""), get, 4,
           "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
    q_s3_signing putting = example("PUT", "/test%24file.text", "");
    putting.payload = put_sha;
    expect(putting, put, 5, "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
    expect(example("GET", "/", "lifecycle="), plain, 3,
           "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
    expect(example("GET", "/", "max-keys=2&prefix=J"), plain, 3,
           "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
    q_s3_signing presigned =
        example("GET", "/test.txt",
                "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524"
                "%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400"
                "&X-Amz-SignedHeaders=host");
    presigned.payload = Q_S3_UNSIGNED;
    expect(presigned, plain, 1, "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
}

/* Of the test suite of signature version 4: get-vanilla, and its query in the wrong order. */
static void examples_of_the_suite(void **state) {
    const q_s3_pair headers[] = {{"host", "example.amazonaws.com"},
                                 {"x-amz-date", "20150830T123600Z"}};
    q_s3_signing signing = {.method = "GET",
                            .path = "/",
                            .query = "",
                            .payload = EMPTY,
                            .time = "20150830T123600Z",
                            .region = "us-east-1",
                            .service = "service",
                            .access_key = "AKIDEXAMPLE",
                            .secret_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};
    const q_s3_pair query[] = {{"Param2", "value2"}, {"Param1", "value1"}};
    q_buffer text = {0};
    (void)state;
    expect(signing, headers, 2, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
    assert_int_equal(q_s3_query_encode(&text, query, 2, NULL), QUIRE_OK);
    assert_string_equal(text.data, "Param1=value1&Param2=value2");
    signing.query = text.data;
    expect(signing, headers, 2, "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
    q_buffer_free(&text);
}

static void authorization(void **state) {
    const q_s3_pair headers[] = {{"host", "examplebucket.s3.amazonaws.com"},
                                 {"x-amz-content-sha256", EMPTY},
                                 {"x-amz-date", "20130524T000000Z"}};
    q_buffer text = {0};
    q_s3_signing signing = example("GET", "/", "lifecycle=");
    (void)state;
    signing.headers = headers;
    signing.header_count = 3;
    assert_int_equal(q_s3_authorization(&text, &signing, NULL), QUIRE_OK);
    assert_string_equal(
        text.data,
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
        "SignedHeaders=host;x-amz-content-sha256;x-amz-date,"
        "Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
    q_buffer_free(&text);
}

static void odd_names(void **state) {
    const q_s3_pair query[] = {{"uploads", NULL}, {"a-b", "1"},      {"a", "2"},
                               {"a", "+ %=*~/"},  {"\xc3\xa9", "x"}, {"A", ""}};
    q_s3_pair many[Q_S3_PAIRS_MAX + 1] = {0};
    q_buffer text = {0};
    (void)state;
    assert_int_equal(q_s3_query_encode(&text, query, 6, NULL), QUIRE_OK);
    assert_string_equal(text.data, "%C3%A9=x&A=&a=%2B%20%25%3D%2A~%2F&a=2&a-b=1&uploads=");
    q_buffer_clear(&text);
    assert_int_equal(q_s3_query_encode(&text, query, 0, NULL), QUIRE_OK);
    assert_int_equal(text.size, 0);
    assert_int_equal(q_s3_query_encode(&text, many, Q_S3_PAIRS_MAX + 1, NULL), QUIRE_ERROR);
    q_buffer_free(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_of_s3),
        cmocka_unit_test(examples_of_the_suite),
        cmocka_unit_test(authorization),
        cmocka_unit_test(odd_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
