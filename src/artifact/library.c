/**
 * @file
 * What the library says of itself, and the digest of a file for anyone who wants to check one.
 */
#include "artifact/content.h"
#include <quire/quire.h>

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)
#define VERSION_TEXT                                                                               \
    TEXT(QUIRE_VERSION_MAJOR) "." TEXT(QUIRE_VERSION_MINOR) "." TEXT(QUIRE_VERSION_PATCH)

#ifndef QUIRE_BUILD_TYPE
#define QUIRE_BUILD_TYPE ""
#endif
#ifndef QUIRE_BUILD_COMMIT
#define QUIRE_BUILD_COMMIT ""
#endif
#if defined(__clang__)
#define COMPILER_NAME "clang "
#elif defined(__GNUC__)
#define COMPILER_NAME "gcc "
#else
#define COMPILER_NAME ""
#endif
#ifdef __VERSION__
#define COMPILER_VERSION __VERSION__
#else
#define COMPILER_VERSION ""
#endif

_Static_assert(QUIRE_DIGEST_SIZE == Q_DIGEST_TEXT_SIZE, "one size for a digest in text form");

const char *quire_version_string(void) {
    return VERSION_TEXT;
}

const char *quire_build_info(void) {
    return "{\"version\":\"" VERSION_TEXT "\",\"compiler\":\"" COMPILER_NAME COMPILER_VERSION
           "\",\"build_type\":\"" QUIRE_BUILD_TYPE "\",\"commit\":\"" QUIRE_BUILD_COMMIT
           "\",\"formats\":{\"repository\":1,\"chunk\":1,\"root\":1},\"stores\":[\"directory\"]}";
}

quire_status quire_digest_file(const char *file, char digest[QUIRE_DIGEST_SIZE],
                               quire_error *error) {
    if (!file || !digest) {
        return q_error_set(error, QUIRE_USAGE, "no file to digest");
    }
    return q_content_digest_file(file, digest, NULL, error);
}
