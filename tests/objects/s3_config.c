/** @file Where buckets and credentials are found, and which URLs are refused. */
#include "objects/s3/s3_config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "objects/cmocka_all.h"
#include "objects/fs_folder.h"

static const q_environment_aws keys = {.access_key = "KEY", .secret_key = "SECRET"};

static q_s3_config find(const char *url, const q_environment_aws *environment) {
    q_s3_config config;
    quire_error error = {0};
    if (q_s3_config_find(url, environment, &config, &error) != QUIRE_OK) {
        fail_msg("%s: %s", url, error.message);
    }
    return config;
}

static void expect_origin(const char *url, const char *region, const char *endpoint,
                          const char *origin, const char *base) {
    q_environment_aws environment = keys;
    environment.region = region;
    environment.endpoint = endpoint;
    q_s3_config config = find(url, &environment);
    assert_string_equal(config.origin, origin);
    assert_string_equal(config.base, base);
    assert_string_equal(config.host, strstr(origin, "://") + 3);
    q_s3_config_free(&config);
}

static void origins(void **state) {
    (void)state;
    expect_origin("s3://bucket", NULL, NULL, "https://bucket.s3.us-east-1.amazonaws.com", "/");
    expect_origin("s3://bucket", "eu-west-1", NULL, "https://bucket.s3.eu-west-1.amazonaws.com",
                  "/");
    expect_origin("s3://bucket", "cn-north-1", NULL,
                  "https://bucket.s3.cn-north-1.amazonaws.com.cn", "/");
    /* No certificate covers a bucket with dots. */
    expect_origin("s3://my.bucket", NULL, NULL, "https://s3.us-east-1.amazonaws.com",
                  "/my.bucket/");
    expect_origin("s3://bucket/a/b", NULL, "http://localhost:7480", "http://localhost:7480",
                  "/bucket/");
    expect_origin("s3://bucket", NULL, "https://host:443/", "https://host", "/bucket/");
    expect_origin("s3://bucket", NULL, "http://host:80/s3/", "http://host", "/s3/bucket/");
    expect_origin("s3://bucket", NULL, "http://host:8080", "http://host:8080", "/bucket/");
}

static void prefixes(void **state) {
    static const char *const cases[][3] = {
        {"s3://bucket", "", "s3://bucket"},
        {"s3://bucket/", "", "s3://bucket"},
        {"s3://bucket/a", "a/", "s3://bucket/a"},
        {"s3://bucket/a/b c//", "a/b c/", "s3://bucket/a/b c"},
        {"s3://bucket/=*+%", "=*+%/", "s3://bucket/=*+%"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        q_s3_config config = find(cases[i][0], &keys);
        assert_string_equal(config.bucket, "bucket");
        assert_string_equal(config.prefix, cases[i][1]);
        assert_string_equal(config.shown, cases[i][2]);
        q_s3_config_free(&config);
    }
}

static void wrong_urls(void **state) {
    static const char *const urls[] = {
        "s3://",
        "s3:///a",
        "s3://ab",
        "s3://bu cket",
        "s3://.bucket",
        "s3://bucket//a",
        "s3://bucket/a//b",
        "s3://bucket/../a",
        "s3://bucket/./",
        "s3://bucket/a/..",
        "s3://bucket/a/../b",
        "s3://bucket/a?b",
        "s3://bucket?b",
        "s3://bucket/a#b",
        "s3://bucket/a\nb",
        "s3://KEY:SECRET@bucket/a",
    };
    char longer[700] = "s3://bucket/";
    quire_error error = {0};
    q_s3_config config;
    (void)state;
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        error.message[0] = '\0';
        if (q_s3_config_find(urls[i], &keys, &config, &error) != QUIRE_USAGE) {
            fail_msg("'%s' is taken", urls[i]);
        }
        assert_null(strstr(error.message, "SECRET"));
    }
    memset(longer + strlen(longer), 'a', 600);
    assert_int_equal(q_s3_config_find(longer, &keys, &config, &error), QUIRE_USAGE);
}

static void wrong_endpoints(void **state) {
    static const char *const endpoints[] = {
        "host:80",        "ftp://host",   "http://a:SECRET@host",
        "http://host/?a", "http://ho st", "https:host"};
    (void)state;
    for (size_t i = 0; i < sizeof endpoints / sizeof *endpoints; i++) {
        quire_error error = {0};
        q_s3_config config;
        q_environment_aws environment = keys;
        environment.endpoint = endpoints[i];
        assert_int_equal(q_s3_config_find("s3://bucket", &environment, &config, &error),
                         QUIRE_USAGE);
        assert_null(strstr(error.message, "SECRET"));
    }
    static const struct {
        const char *endpoint, *told;
    } told[] = {{"host:80", "AWS_ENDPOINT_URL_S3"},
                {"host:80", "URL: host:80"},
                {"a:SECRET@host", "is no http or https URL"},
                {"host/?SECRET", "is no http or https URL"}};
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        quire_error error = {0};
        q_s3_config config;
        q_environment_aws environment = keys;
        environment.endpoint = told[i].endpoint;
        assert_int_equal(q_s3_config_find("s3://bucket", &environment, &config, &error),
                         QUIRE_USAGE);
        assert_non_null(strstr(error.message, told[i].told));
        assert_null(strstr(error.message, "SECRET"));
    }
    q_environment_aws environment = keys;
    q_s3_config config;
    environment.region = "evil.example.com/";
    assert_int_equal(q_s3_config_find("s3://bucket", &environment, &config, NULL), QUIRE_USAGE);
}

static const char credentials[] = "# a comment\n"
                                  "[default]\n"
                                  "aws_access_key_id = FILE\n"
                                  "aws_secret_access_key=FILE/SECRET+=\n"
                                  "\n"
                                  "[other]\r\n"
                                  "aws_access_key_id = OTHER\r\n"
                                  "aws_secret_access_key = OTHERSECRET\r\n"
                                  "aws_session_token = TOKEN\r\n"
                                  "region = from-credentials\r\n";
static const char settings[] = "[default]\n"
                               "region = eu-central-1 ; Frankfurt\n"
                               "max_attempts = 3\n"
                               "s3 =\n"
                               "  addressing_style = path\n"
                               "  endpoint_url = https://inner.example.com\n"
                               "[profile other]\n"
                               "endpoint_url = https://other.example.com\n"
                               "region = eu-west-3\n"
                               "s3 =\n"
                               "    addressing_style = virtual\n"
                               "ca_bundle = /etc/ca.pem\n"
                               "[profile third]\n"
                               "aws_access_key_id = THIRD\n"
                               "aws_secret_access_key = THIRDSECRET\n"
                               "endpoint_url = http://third\n"
                               "not a setting\n"
                               "region\n";

typedef struct files {
    char *folder, *credentials, *config;
    q_environment_aws environment;
} files;

static int make_files(void **state) {
    static files all;
    all.folder = fs_folder_make();
    fs_folder_write(all.folder, "credentials", credentials);
    fs_folder_write(all.folder, "config", settings);
    all.credentials = fs_folder_join(all.folder, "credentials");
    all.config = fs_folder_join(all.folder, "config");
    all.environment =
        (q_environment_aws){.credentials_file = all.credentials, .config_file = all.config};
    *state = &all;
    return 0;
}

static int remove_files(void **state) {
    files *all = *state;
    fs_folder_remove(all->folder);
    free(all->folder);
    free(all->credentials);
    free(all->config);
    return 0;
}

static void profiles(void **state) {
    const files *all = *state;
    q_environment_aws environment = all->environment;
    q_s3_config config = find("s3://bucket", &environment);
    assert_string_equal(config.access_key, "FILE");
    assert_string_equal(config.secret_key, "FILE/SECRET+=");
    assert_null(config.session_token);
    assert_string_equal(config.region, "eu-central-1");
    assert_string_equal(config.origin, "https://inner.example.com");
    assert_string_equal(config.base, "/bucket/");
    assert_int_equal(config.attempts, 3);
    q_s3_config_free(&config);

    environment.profile = "other";
    config = find("s3://bucket", &environment);
    assert_string_equal(config.access_key, "OTHER");
    assert_string_equal(config.session_token, "TOKEN");
    assert_string_equal(config.region, "from-credentials"); /* that file is read first */
    assert_string_equal(config.origin, "https://bucket.other.example.com");
    assert_string_equal(config.base, "/");
    assert_string_equal(config.ca_bundle, "/etc/ca.pem");
    q_s3_config_free(&config);

    environment.profile = "third";
    config = find("s3://bucket", &environment);
    assert_string_equal(config.access_key, "THIRD");
    assert_string_equal(config.origin, "http://third");
    q_s3_config_free(&config);
}

/** What the environment says comes first; a token is never taken with the keys of another place. */
static void precedence(void **state) {
    const files *all = *state;
    q_environment_aws environment = all->environment;
    environment.profile = "other";
    environment.access_key = "KEY";
    environment.secret_key = "SECRET";
    environment.region = "us-west-2";
    environment.endpoint = "http://env";
    environment.attempts = "12";
    environment.ca_bundle = "/env.pem";
    q_s3_config config = find("s3://bucket", &environment);
    assert_string_equal(config.access_key, "KEY");
    assert_string_equal(config.secret_key, "SECRET");
    assert_null(config.session_token);
    assert_string_equal(config.region, "us-west-2");
    assert_string_equal(config.origin, "http://bucket.env");
    assert_string_equal(config.ca_bundle, "/env.pem");
    assert_int_equal(config.attempts, 12);
    q_s3_config_free(&config);

    environment.secret_key = NULL; /* half of a key is none */
    environment.attempts = "many";
    config = find("s3://bucket", &environment);
    assert_string_equal(config.access_key, "OTHER");
    assert_int_equal(config.attempts, 8);
    q_s3_config_free(&config);
}

static void no_credentials(void **state) {
    const files *all = *state;
    q_environment_aws environment = all->environment;
    quire_error error = {0};
    q_s3_config config;
    environment.profile = "nobody";
    assert_int_equal(q_s3_config_find("s3://bucket", &environment, &config, &error), QUIRE_AUTH);
    assert_non_null(strstr(error.message, "AWS_ACCESS_KEY_ID"));
    assert_non_null(strstr(error.message, "profile 'nobody'"));
    environment = (q_environment_aws){.home = all->folder};
    assert_int_equal(q_s3_config_find("s3://bucket", &environment, &config, &error), QUIRE_AUTH);
    environment.credentials_file = "/nowhere/at/all";
    assert_int_equal(q_s3_config_find("s3://bucket", &environment, &config, &error), QUIRE_AUTH);
}

/** What this user may not look into does not matter where the keys come from elsewhere and no file
 * is asked for. Root may look everywhere: it becomes somebody else. */
static void a_closed_home(void **state) {
    const files *all = *state;
    q_environment_aws environment = keys;
    q_s3_config config[3];
    quire_status got[3];
    quire_error error[3];
    bool is_root = geteuid() == 0;
    environment.home = all->folder;
    assert_int_equal(chmod(all->folder, is_root ? 0700 : 0), 0);
    assert_int_equal(is_root ? seteuid(65534) : 0, 0);
    got[0] = q_s3_config_find("s3://bucket", &environment, &config[0], &error[0]);
    environment.credentials_file = all->credentials;
    got[1] = q_s3_config_find("s3://bucket", &environment, &config[1], &error[1]);
    environment = (q_environment_aws){.home = all->folder};
    got[2] = q_s3_config_find("s3://bucket", &environment, &config[2], &error[2]);
    assert_int_equal(is_root ? seteuid(0) : 0, 0);
    assert_int_equal(chmod(all->folder, 0700), 0);
    assert_int_equal(got[0], QUIRE_OK);
    assert_string_equal(config[0].access_key, "KEY");
    q_s3_config_free(&config[0]);
    for (int i = 1; i < 3; i++) {
        assert_int_not_equal(got[i], QUIRE_OK);
        assert_non_null(strstr(error[i].message, "cannot read"));
    }
}

/** As lines of a request they could be more than one. */
static void credentials_of_several_lines(void **state) {
    static const char *const wrong[] = {"KEY\n", "KEY\r\nx-amz-acl: public-read", "TWO WORDS",
                                        "K\xc3\xa9Y", "\x7f"};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const q_environment_aws all[] = {
            {.access_key = wrong[i], .secret_key = "SECRET"},
            {.access_key = "KEY", .secret_key = wrong[i]},
            {.access_key = "KEY", .secret_key = "SECRET", .session_token = wrong[i]},
            {.access_key = "KEY",
             .secret_key = "SECRET",
             .region = wrong[i],
             .endpoint = "http://host"}};
        for (size_t j = 0; j < sizeof all / sizeof *all; j++) {
            q_s3_config config;
            quire_error error = {0};
            assert_int_equal(q_s3_config_find("s3://bucket", &all[j], &config, &error), QUIRE_AUTH);
            assert_null(strstr(error.message, wrong[i]));
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(origins),        cmocka_unit_test(prefixes),
        cmocka_unit_test(wrong_urls),     cmocka_unit_test(wrong_endpoints),
        cmocka_unit_test(profiles),       cmocka_unit_test(precedence),
        cmocka_unit_test(no_credentials), cmocka_unit_test(credentials_of_several_lines),
        cmocka_unit_test(a_closed_home),
    };
    return cmocka_run_group_tests(tests, make_files, remove_files);
}
