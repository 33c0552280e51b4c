/**
 * @file
 * Functions of other libraries that keep what they allocate, for ever or for the next time: it may
 * fail there, but what stays is no leak.
 */
#include <dlfcn.h>
#include <errno.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <pwd.h>
#include <stdlib.h>

#include "memory/failing.h"

#define INTERPOSED __attribute__((visibility("default")))

/** OpenSSL's table of methods. */
INTERPOSED EVP_MD *EVP_MD_fetch(OSSL_LIB_CTX *context, const char *name, const char *properties) {
    EVP_MD *(*real)(OSSL_LIB_CTX *, const char *, const char *) = NULL;
    *(void **)&real = dlsym(RTLD_NEXT, "EVP_MD_fetch");
    failing_look_away(true);
    EVP_MD *method = real(context, name, properties);
    failing_look_away(false);
    return method;
}

INTERPOSED int EVP_Q_digest(OSSL_LIB_CTX *context, const char *name, const char *properties,
                            const void *data, size_t size, unsigned char *digest,
                            size_t *digest_size) {
    int (*real)(OSSL_LIB_CTX *, const char *, const char *, const void *, size_t, unsigned char *,
                size_t *) = NULL;
    *(void **)&real = dlsym(RTLD_NEXT, "EVP_Q_digest");
    failing_look_away(true);
    int done = real(context, name, properties, data, size, digest, digest_size);
    failing_look_away(false);
    return done;
}

/** The C library's tables of name services, which it reads anew when it could not at first. */
INTERPOSED int getpwuid_r(uid_t user, struct passwd *record, char *room, size_t size,
                          struct passwd **found) {
    int (*real)(uid_t, struct passwd *, char *, size_t, struct passwd **) = NULL;
    *(void **)&real = dlsym(RTLD_NEXT, "getpwuid_r");
    failing_look_away(true);
    int number = real(user, record, room, size, found);
    failing_look_away(false);
    return number;
}

typedef struct beginning {
    void *(*body)(void *);
    void *argument;
} beginning;

static void *join(void *argument) {
    beginning begun = *(beginning *)argument;
    free(argument);
    failing_join();
    return begun.body(begun.argument);
}

/** The C library's stacks of threads that have ended. A thread that is made for a call counts with
 *  it; where it was not made, for want of memory, its caller goes on without it. */
INTERPOSED int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                              void *(*body)(void *), void *argument) {
    int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *) = NULL;
    *(void **)&real = dlsym(RTLD_NEXT, "pthread_create");
    bool ours = failing_is_ours();
    failing_look_away(true);
    beginning *begun = ours ? malloc(sizeof *begun) : NULL;
    int number = begun == NULL && ours ? EAGAIN : 0;
    if (begun != NULL) {
        *begun = (beginning){body, argument};
        body = join;
        argument = begun;
    }
    number = number != 0 ? number : real(thread, attributes, body, argument);
    if (number != 0) {
        free(begun);
    }
    failing_look_away(false);
    return number;
}
