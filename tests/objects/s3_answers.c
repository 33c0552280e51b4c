/**
 * @file
 * Answers that are not what they seem: of something between, cut short without a trace, or to a
 * request that libcurl has sent again by itself. A thread plays the storage by a script.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "objects/cmocka_all.h"
#include "objects/s3/s3_internal.h"

#define DATE "%a, %d %b %Y %H:%M:%S GMT"
#define OLD "Last-Modified: Fri, 24 May 2013 00:00:00 GMT\r\n"
#define NO_DATE "X-No-Date: 1\r\n"
#define LISTED(inner) "<ListBucketResult>" inner "</ListBucketResult>"
#define NO_UPLOAD "<Error><Code>NoSuchUpload</Code></Error>"
#define COPIED "<CopyObjectResult><ETag>\"a\"</ETag></CopyObjectResult>"
#define BEGUN                                                                                      \
    "<InitiateMultipartUploadResult><UploadId>id</UploadId></InitiateMultipartUploadResult>"
#define ELSE "<html><body>Welcome to the network of this hotel</body></html>"

/** A request, and what is answered; without a body no length is told either. */
typedef struct turn {
    const char *method, *status, *headers, *body;
} turn;

static struct {
    int listener;
    pthread_t thread;
    const turn *turns;
    atomic_size_t at, count;
    atomic_bool wrong; /* a request came that the script does not have */
} stage;

static q_objects *objects;
static quire_error error;

static q_s3 *s3_of_test(void) {
    return (q_s3 *)objects;
}

/** A whole request; false: none came. */
static bool hear(int fd, char *request, size_t size) {
    size_t have = 0, body = 0;
    const char *end = NULL;
    while (!end || have < (size_t)(end + 4 - request) + body) {
        ssize_t got = have < size - 1 ? read(fd, request + have, size - 1 - have) : 0;
        if (got <= 0) {
            return false;
        }
        have += (size_t)got;
        request[have] = '\0';
        end = strstr(request, "\r\n\r\n");
        const char *length = strcasestr(request, "\r\ncontent-length:");
        body = end && length && length < end ? strtoul(length + 17, NULL, 10) : 0;
    }
    return true;
}

static void say(int fd, const turn *this) {
    char date[64], head[1024], length[64] = "";
    time_t now = time(NULL);
    struct tm parts;
    size_t size = this->body ? strlen(this->body) : 0;
    strftime(date, sizeof date, "Date: " DATE "\r\n", gmtime_r(&now, &parts));
    if (this->body) {
        snprintf(length, sizeof length, "Content-Length: %zu\r\n", size);
    }
    int used =
        snprintf(head, sizeof head, "HTTP/1.1 %s\r\nConnection: close\r\n%s%s%s\r\n", this->status,
                 strstr(this->headers, "Date:") ? "" : date, length, this->headers);
    (void)!write(fd, head, (size_t)used);
    if (this->body && strcmp(this->method, "HEAD") != 0) {
        (void)!write(fd, this->body, size);
    }
}

static void *play(void *context) {
    static char request[1 << 16];
    static const turn lost = {"", "400 Bad Request", "", ""};
    int fd;
    (void)context;
    while ((fd = accept(stage.listener, NULL, NULL)) >= 0) {
        if (hear(fd, request, sizeof request)) {
            size_t at = atomic_fetch_add(&stage.at, 1);
            bool known =
                at < atomic_load(&stage.count) &&
                strncmp(request, stage.turns[at].method, strlen(stage.turns[at].method)) == 0;
            if (!known) {
                atomic_store(&stage.wrong, true);
                print_error("request %zu is %.*s\n", at + 1, (int)strcspn(request, "\r"), request);
            }
            say(fd, known ? &stage.turns[at] : &lost);
        }
        (void)close(fd);
    }
    return NULL;
}

static void begin(const turn *turns, size_t count) {
    stage.turns = turns;
    atomic_store(&stage.at, 0);
    atomic_store(&stage.count, count);
}
#define BEGIN(turns) begin(turns, sizeof(turns) / sizeof *(turns))

/** All of the script was played. */
static void end(quire_status got, quire_status wanted, const char *says) {
    if (got != wanted || !strstr(error.message, says)) {
        print_error("%s\n", got ? error.message : "no error");
    }
    assert_int_equal(got, wanted);
    assert_non_null(strstr(error.message, says));
    assert_false(atomic_load(&stage.wrong));
    assert_int_equal(atomic_load(&stage.at), atomic_load(&stage.count));
}

static int set_up_stage(void **state) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    char url[64];
    (void)state;
    stage.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (stage.listener < 0 || bind(stage.listener, (struct sockaddr *)&address, size) != 0 ||
        listen(stage.listener, 16) != 0 ||
        getsockname(stage.listener, (struct sockaddr *)&address, &size) != 0) {
        return 1;
    }
    snprintf(url, sizeof url, "http://127.0.0.1:%d", ntohs(address.sin_port));
    return setenv("AWS_ENDPOINT_URL_S3", url, 1) || setenv("AWS_ACCESS_KEY_ID", "key", 1) ||
           setenv("AWS_SECRET_ACCESS_KEY", "secret", 1) || setenv("AWS_MAX_ATTEMPTS", "2", 1) ||
           setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere", 1) ||
           setenv("AWS_CONFIG_FILE", "/nowhere", 1) ||
           pthread_create(&stage.thread, NULL, play, NULL);
}

static int tear_down_stage(void **state) {
    (void)state;
    (void)shutdown(stage.listener, SHUT_RDWR);
    int failed = pthread_join(stage.thread, NULL);
    (void)close(stage.listener);
    return failed;
}

static int set_up(void **state) {
    (void)state;
    error = (quire_error){0};
    begin(NULL, 0);
    atomic_store(&stage.wrong, false);
    return q_objects_s3_open("s3://bucket/store", false, &objects, &error) != QUIRE_OK;
}

static int tear_down(void **state) {
    (void)state;
    q_objects_free(objects);
    return 0;
}

static quire_status count_one(void *context, const q_object_info *info, quire_error *failure) {
    (void)info;
    (void)failure;
    ++*(int *)context;
    return QUIRE_OK;
}

/** Who logs in to a network first is shown pages for everything that is asked. */
static void a_page_is_no_list(void **state) {
    static const turn turns[] = {{"GET", "200 OK", "", ELSE}, {"GET", "200 OK", "", ELSE}};
    static const turn blanks[] = {
        {"GET", "200 OK", "", "  \r\n<?xml version=\"1.0\"?>" LISTED("<Name>bucket</Name>")}};
    int count = 0;
    (void)state;
    BEGIN(turns);
    end(q_objects_list(objects, "", true, count_one, &count, &error), QUIRE_TEMPORARY, "XML");
    BEGIN(blanks); /* from a server that does not want to be taken for dead */
    end(q_objects_list(objects, "", true, count_one, &count, &error), QUIRE_OK, "");
    assert_int_equal(count, 0);
}

/** An object that several write, of which nobody has written anything. */
static quire_status publish_shared(uint64_t size, bool *created) {
    char token[Q_OBJECT_TOKEN_SIZE];
    q_object_writer *writer = NULL;
    assert_int_equal(q_object_writer_open_shared(objects, size, &writer, token, &error), QUIRE_OK);
    quire_status status = q_object_writer_publish(writer, "blobs/x", created, &error);
    q_object_writer_free(writer);
    return status;
}

/** Else all that several have written would be overwritten, since nothing seems to be there. */
static void a_page_is_no_list_of_parts(void **state) {
    static const turn turns[] = {{"POST", "200 OK", "", BEGUN},
                                 {"GET", "200 OK", "", ELSE},
                                 {"GET", "200 OK", "", ELSE},
                                 {"DELETE", "204 No Content", "", NULL}};
    bool created = false;
    (void)state;
    BEGIN(turns);
    end(publish_shared(100, &created), QUIRE_TEMPORARY, "XML");
}

/** What stays as old as it was, is removed soon. */
static void nothing_is_no_copy(void **state) {
    static const turn turns[] = {{"GET", "200 OK", "", LISTED("")},
                                 {"HEAD", "200 OK", OLD, "12345"},
                                 {"PUT", "200 OK", "", ""},
                                 {"PUT", "200 OK", "", ""}};
    (void)state;
    BEGIN(turns);
    end(q_objects_refresh(objects, "blobs/x", &error), QUIRE_TEMPORARY, "XML");
}

static void removals_that_fail(void **state) {
#define SWEEP                                                                                      \
    {"GET", "200 OK", "", "<ListMultipartUploadsResult/>"}, {                                      \
        "GET", "200 OK", "",                                                                       \
            LISTED("<Contents><Key>store/tmp/a</Key><Size>1</Size>"                                \
                   "<LastModified>2013-05-24T00:00:00Z</LastModified></Contents>")                 \
    }
    static const turn page[] = {SWEEP, {"POST", "200 OK", "", ELSE}, {"POST", "200 OK", "", ELSE}};
    static const turn denied[] = {
        SWEEP,
        {"POST", "200 OK", "",
         "<DeleteResult><Error><Key>store/tmp/a</Key><Code>AccessDenied</Code></Error>"
         "</DeleteResult>"}};
    (void)state;
    BEGIN(page);
    end(q_objects_sweep(objects, INT64_MAX, &error), QUIRE_TEMPORARY, "XML");
    BEGIN(denied);
    end(q_objects_sweep(objects, INT64_MAX, &error), QUIRE_AUTH, "AccessDenied");
}

static void bodies_without_an_end(void **state) {
    static const turn cut[] = {{"GET", "200 OK", "\r\nall of it or", NULL},
                               {"GET", "200 OK", "\r\nall of it or", NULL}};
    static const turn chunks[] = {
        {"GET", "200 OK", "Transfer-Encoding: chunked\r\n\r\n3\r\nall\r\n0\r\nX-Trailer: 1\r\n",
         NULL}};
    static const turn no_length[] = {{"HEAD", "200 OK", OLD, NULL}};
    q_buffer text = {0};
    q_object_info info;
    (void)state;
    BEGIN(cut);
    end(q_objects_get(objects, "records/x", 100, &text, &error), QUIRE_TEMPORARY, "where it ends");
    BEGIN(chunks);
    end(q_objects_get(objects, "records/x", 100, &text, &error), QUIRE_OK, "");
    assert_int_equal(text.size, 3);
    q_buffer_free(&text);
    BEGIN(no_length);
    end(q_objects_stat(objects, "records/x", &info, &error), QUIRE_ERROR, "no size");
}

/** libcurl sends a request again by itself where a connection was closed without a word: then the
 *  first answer that is seen may be that of the second. */
static void ended_at_the_first_attempt(void **state) {
    static const turn turns[] = {
        {"POST", "200 OK", "", BEGUN},
        {"GET", "200 OK", "",
         "<ListPartsResult><Part><PartNumber>1</PartNumber><ETag>a</ETag><Size>5</Size></Part>"
         "</ListPartsResult>"},
        {"POST", "404 Not Found", "", NO_UPLOAD},
        {"HEAD", "200 OK", OLD, "12345"},
        {"GET", "200 OK", "", LISTED("")},
        {"HEAD", "404 Not Found", "", ""},
        {"PUT", "200 OK", "", COPIED},
        {"HEAD", "200 OK", OLD, "12345"},
        {"DELETE", "204 No Content", "", NULL}};
    bool created = false;
    (void)state;
    BEGIN(turns);
    end(publish_shared(5, &created), QUIRE_OK, "");
    assert_true(created);
}

/** What is there was there before: that gc has given the upload up is no renewal. */
static void an_old_object_is_no_copy(void **state) {
#define PART                                                                                       \
    { "PUT", "200 OK", "", "<CopyPartResult><ETag>\"a\"</ETag></CopyPartResult>" }
    static const turn turns[] = {{"GET", "200 OK", "", LISTED("")},
                                 {"HEAD", "200 OK", OLD, "12345"},
                                 {"POST", "200 OK", "", BEGUN},
                                 PART,
                                 PART,
                                 {"POST", "503 Slow Down", "", ""},
                                 {"POST", "404 Not Found", "", NO_UPLOAD},
                                 {"HEAD", "200 OK", OLD, "12345"},
                                 {"DELETE", "404 Not Found", "", NO_UPLOAD}};
    (void)state;
    s3_of_test()->copy_max = s3_of_test()->copy_part = 4;
    BEGIN(turns);
    end(q_objects_refresh(objects, "blobs/x", &error), QUIRE_TEMPORARY, "begin again");
}

/** Parts would go to either, and what is missing in one would be taken for holes. */
static void begun_twice(void **state) {
#define UPLOAD(id)                                                                                 \
    "<Upload><Key>store/tmp/0-5</Key><UploadId>" id "</UploadId>"                                  \
    "<Initiated>2013-05-24T00:00:00Z</Initiated></Upload>"
    static const turn turns[] = {{"GET", "200 OK", "",
                                  "<ListMultipartUploadsResult>" UPLOAD("a")
                                      UPLOAD("b") "</"
                                                  "ListMultipartUploadsResult>"}};
    q_object_part *part = NULL;
    (void)state;
    BEGIN(turns);
    end(q_object_part_open(objects, "0-5", 5, 0, &part, &error), QUIRE_TEMPORARY, "twice");
}

/** Without the time an entry never grows old enough to count for nothing. */
static void entries_without_a_time(void **state) {
#define ENTRY                                                                                      \
    LISTED("<Contents><Key>store/trash/%s</Key><Size>1</Size>"                                     \
           "<LastModified>2013-05-24T00:00:00Z</LastModified></Contents>")
    char prefix[Q_S3_KEY_SIZE], list[2 * Q_S3_KEY_SIZE];
    const turn turns[] = {{"GET", "200 OK", "", list},
                          {"HEAD", "200 OK", OLD, "12345"},
                          {"PUT", "200 OK", "", COPIED},
                          {"GET", "200 OK", NO_DATE, list}};
    (void)state;
    assert_int_equal(q_s3_trash_prefix("blobs/x", prefix, &error), QUIRE_OK);
    snprintf(list, sizeof list, ENTRY, prefix + strlen(Q_S3_TRASH));
    BEGIN(turns);
    end(q_objects_refresh(objects, "blobs/x", &error), QUIRE_ERROR, "does not tell the time");
}

/** An answer to HEAD has no body that could say why. */
static void a_wrong_clock(void **state) {
    static const turn skewed[] = {
        {"HEAD", "403 Forbidden", "Date: Fri, 24 May 2013 00:00:00 GMT\r\n", ""}};
    static const turn forbidden[] = {{"HEAD", "403 Forbidden", "", ""}};
    q_object_info info;
    (void)state;
    BEGIN(skewed);
    end(q_objects_stat(objects, "records/x", &info, &error), QUIRE_AUTH, "clock of this host");
    BEGIN(forbidden);
    end(q_objects_stat(objects, "records/x", &info, &error), QUIRE_AUTH, "the server refuses");
    assert_null(strstr(error.message, "clock"));
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_page_is_no_list),        TEST(a_page_is_no_list_of_parts),
        TEST(nothing_is_no_copy),       TEST(removals_that_fail),
        TEST(bodies_without_an_end),    TEST(ended_at_the_first_attempt),
        TEST(an_old_object_is_no_copy), TEST(begun_twice),
        TEST(entries_without_a_time),   TEST(a_wrong_clock),
    };
    return cmocka_run_group_tests(tests, set_up_stage, tear_down_stage);
}
