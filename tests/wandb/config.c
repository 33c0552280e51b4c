/** @file Which project of which server, as whom; and what cannot be, before anything is asked. */
#include "store/wandb/config.h"

#include "base/unit.h"
#include "store/wandb/netrc.h"

#define KEY "0123456789abcdef0123456789abcdef01234567"

static const q_environment_wandb usual = {
    .api_key = KEY, .entity = "team", .project = "weather", .base_url = "http://server:8080//"};

static void expect_place(const char *url, const char *shown) {
    quire_error error = {0};
    q_wandb_config config;
    EXPECT(QUIRE_OK, q_wandb_config_find(url, &usual, &config, &error));
    assert_string_equal(config.shown, shown);
    assert_string_equal(config.base, "http://server:8080");
    assert_string_equal(config.authorization,
                        "Authorization: Basic YXBpOjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVmMDEyM"
                        "zQ1Njc=");
    q_wandb_config_free(&config);
}

static void places(void **state) {
    (void)state;
    expect_place("wandb://", "wandb://team/weather");
    expect_place("wandb://me", "wandb://me/weather");
    expect_place("wandb://me/mine", "wandb://me/mine");
    expect_place("wandb://me/mine/", "wandb://me/mine");
    expect_place("wandb:///mine", "wandb://team/mine");
}

static void expect_refused(const char *url, const q_environment_wandb *environment,
                           quire_status wanted, const char *why) {
    quire_error error = {0};
    q_wandb_config config;
    EXPECT(wanted, q_wandb_config_find(url, environment, &config, &error));
    EXPECT_MESSAGE(why);
    if (strstr(error.message, KEY)) {
        fail_msg("the key is told");
    }
}

static void refusals(void **state) {
    q_environment_wandb other = usual;
    (void)state;
    expect_refused("wandb://a/b/c", &usual, QUIRE_USAGE, "ENTITY/PROJECT");
    expect_refused("wandb://a/b?x", &usual, QUIRE_USAGE, "ENTITY/PROJECT");
    expect_refused("wandb://user:secret@a/b", &usual, QUIRE_USAGE, "");
    expect_refused("wandb://a/b:c", &usual, QUIRE_USAGE, "project");
    other.project = NULL;
    expect_refused("wandb://a", &other, QUIRE_USAGE, "WANDB_PROJECT");
    other = usual;
    other.base_url = "ftp://x";
    expect_refused("wandb://", &other, QUIRE_USAGE, "WANDB_BASE_URL");
    other.base_url = "https://user:" KEY "@x";
    expect_refused("wandb://", &other, QUIRE_USAGE, "");
    other = usual;
    other.run_id = "a/b";
    expect_refused("wandb://", &other, QUIRE_USAGE, "WANDB_RUN_ID");
    other.run_id = " a";
    expect_refused("wandb://", &other, QUIRE_USAGE, "WANDB_RUN_ID");
    other = usual;
    other.api_key = NULL;
    expect_refused("wandb://", &other, QUIRE_AUTH, "no W&B API key");
    other.api_key = KEY "\n";
    expect_refused("wandb://", &other, QUIRE_AUTH, "is no W&B API key");
}

static void keys(void **state) {
    (void)state;
    assert_true(q_wandb_is_key(KEY));
    assert_true(q_wandb_is_key("local-" KEY));
    assert_true(q_wandb_is_key("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
    assert_true(q_wandb_is_key("eyJh.eyJz.sig_-x"));
    assert_false(q_wandb_is_key(""));
    assert_false(q_wandb_is_key("0123456789abcdef0123456789abcdef0123456"));
    assert_false(q_wandb_is_key(KEY " "));
    assert_false(q_wandb_is_key("a.b"));
    assert_false(q_wandb_is_key("a..c"));
    assert_false(q_wandb_is_key("a.b.c.d"));
}

static void own_addresses(void **state) {
    const q_wandb_config config = {.base = (char *)(uintptr_t) "https://api.wandb.ai"};
    (void)state;
    assert_true(q_wandb_is_own(&config, "https://api.wandb.ai/artifactsV2/x"));
    assert_true(q_wandb_is_own(&config, "https://API.wandb.ai?x"));
    assert_false(q_wandb_is_own(&config, "http://api.wandb.ai/x"));
    assert_false(q_wandb_is_own(&config, "https://api.wandb.ai:444/x"));
    assert_false(q_wandb_is_own(&config, "https://api.wandb.ai.evil.org/x"));
    assert_false(q_wandb_is_own(&config, "https://api.wandb.ai@evil.org/x"));
    assert_false(q_wandb_is_own(&config, "/x"));
}

static void expect_password(const char *text, const char *host, const char *wanted) {
    char copy[512];
    snprintf(copy, sizeof copy, "%s", text);
    const char *found = q_wandb_netrc_find(copy, host);
    assert_int_equal(found != NULL, wanted != NULL);
    if (wanted) {
        assert_string_equal(found, wanted);
    }
}

static void netrc(void **state) {
    static const char text[] = "# password no\nmachine a login user password one\n\n"
                               "machine B\n\tlogin user\n\tpassword two\n"
                               "macdef init\nmachine c password bad\n\ndefault login x password "
                               "three\n";
    (void)state;
    expect_password(text, "a", "one");
    expect_password(text, "b", "two");
    expect_password(text, "c", "three");
    expect_password("machine a password", "a", NULL);
    expect_password("machine", "a", NULL);
    expect_password("machine ab password x", "a", NULL);
    expect_password("", "a", NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places), cmocka_unit_test(refusals),      cmocka_unit_test(keys),
        cmocka_unit_test(netrc),  cmocka_unit_test(own_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
