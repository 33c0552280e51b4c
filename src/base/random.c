/** @file Random bytes from the kernel. Ids must not collide between hosts that boot alike. */
#include "base/random.h"

#include <errno.h>
#include <sys/random.h>

#include "base/digest.h"

quire_status q_random_bytes(void *data, size_t size, quire_error *error) {
    unsigned char *to = data;
    while (size > 0) {
        ssize_t got = getrandom(to, size, 0);
        if (got < 0 && errno != EINTR) {
            return q_error_errno(error, errno, "random bytes cannot be had");
        }
        if (got > 0) {
            to += got;
            size -= (size_t)got;
        }
    }
    return QUIRE_OK;
}

quire_status q_random_hex(char hex[33], quire_error *error) {
    unsigned char raw[16];
    quire_status status = q_random_bytes(raw, sizeof raw, error);
    if (status == QUIRE_OK) {
        q_hex(raw, sizeof raw, hex);
    }
    return status;
}
