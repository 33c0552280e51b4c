/** @file Filling errors; message.h makes their text safe to print. */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/message.h"

/* The real ones, not what the header tells the static analyzer of them. */
#undef q_error_set
#undef q_error_errno
#undef q_error_memory

static void enter(quire_error *error, quire_status status) {
    error->status = (int32_t)status;
    error->rank = -1;
}

void q_error_clear(quire_error *error) {
    if (error) {
        enter(error, QUIRE_OK);
        error->message[0] = '\0';
    }
}

quire_status q_error_set(quire_error *error, quire_status status, const char *format, ...) {
    if (!error) {
        return status;
    }
    char text[QUIRE_MESSAGE_SIZE]; /* an argument may be the old message */
    va_list arguments;
    va_start(arguments, format);
    size_t length = q_message_format(text, format, arguments);
    va_end(arguments);
    enter(error, status);
    memcpy(error->message, text, length + 1);
    return status;
}

static quire_status status_of(int number) {
    switch (number) {
    case EAGAIN:
    case EBUSY:
    case ECONNABORTED:
    case ECONNREFUSED:
    case ECONNRESET:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case EINTR:
    case ENETDOWN:
    case ENETRESET:
    case ENETUNREACH:
    case ESTALE:
    case ETIMEDOUT:
        return QUIRE_TEMPORARY;
    default:
        return QUIRE_ERROR;
    }
}

quire_status q_error_errno(quire_error *error, int number, const char *format, ...) {
    quire_status status = status_of(number);
    if (!error) {
        return status;
    }
    char text[QUIRE_MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    q_message_format(text, format, arguments);
    va_end(arguments);
    /* Not strerror(): that is neither safe with threads nor free of the caller's locale. */
    const char *words = strerrordesc_np(number);
    char unknown[32];
    if (!words) {
        snprintf(unknown, sizeof unknown, "error number %d", number);
        words = unknown;
    }
    enter(error, status);
    q_message_join(error->message, text, words);
    return status;
}

quire_status q_error_memory(quire_error *error) {
    return q_error_set(error, QUIRE_ERROR, "out of memory");
}

void q_error_prefix(quire_error *error, const char *format, ...) {
    if (!error) {
        return;
    }
    char text[QUIRE_MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    q_message_format(text, format, arguments);
    va_end(arguments);
    q_message_join(error->message, text, error->message);
}

const char *quire_status_name(quire_status status) {
    switch (status) {
    case QUIRE_OK:
        return "ok";
    case QUIRE_ERROR:
        return "error";
    case QUIRE_USAGE:
        return "usage";
    case QUIRE_INCOMPLETE:
        return "incomplete";
    case QUIRE_CONFLICT:
        return "conflict";
    case QUIRE_NOT_FOUND:
        return "not-found";
    case QUIRE_INTEGRITY:
        return "integrity";
    case QUIRE_AUTH:
        return "auth";
    case QUIRE_TEMPORARY:
        return "temporary";
    }
    return "unknown";
}
