/** @file Threads: stands in for pthread_create(). */
#include "support/threads.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>

int threads_left = 1000;
int threads_made;

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *),
                   void *argument) {
    int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *) = NULL;
    *(void **)&real = dlsym(RTLD_NEXT, "pthread_create");
    if (threads_left == 0) {
        return EAGAIN;
    }
    threads_left--;
    threads_made++;
    return real(thread, attributes, start, argument);
}
