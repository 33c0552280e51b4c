/**
 * @file
 * Downloads to a filesystem that takes `File` and `file` for one name, or an accented letter and
 * its two halves. There is none on most machines that run this test: the calls that look names up
 * are answered here, by the names that the folders hold.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "hostile/unit.h"

static bool folds_case, folds_form, no_noreplace;

/** A name without its accents, so far as this test has any. */
static void compose(const char *name, char out[512]) {
    size_t to = 0;
    for (; *name && to < 500; name++) {
        if (strncmp(name, "e\314\201", 3) == 0) {
            to += (size_t)snprintf(out + to, 8, "\303\251");
            name += 2;
        } else {
            out[to++] = *name;
        }
    }
    out[to] = '\0';
}

static bool is_same(const char *a, const char *b) {
    char one[512], other[512];
    compose(a, one);
    compose(b, other);
    const char *left = folds_form ? one : a, *right = folds_form ? other : b;
    return (folds_case ? strcasecmp(left, right) : strcmp(left, right)) == 0;
}

#define REAL(name)                                                                                 \
    static __typeof__(&name) real;                                                                 \
    if (!real) {                                                                                   \
        *(void **)(&real) = dlsym(RTLD_NEXT, #name);                                               \
    }

/** The name under which a folder has what `name` means there. */
static const char *known(int folder, const char *name, char out[512]) {
    REAL(openat)
    int fd = folds_case || folds_form ? real(folder, ".", O_RDONLY | O_DIRECTORY) : -1;
    DIR *stream = fd >= 0 ? fdopendir(fd) : NULL;
    snprintf(out, 512, "%s", name);
    for (const struct dirent *entry; stream && (entry = readdir(stream)) != NULL;) {
        if (is_same(entry->d_name, name)) {
            snprintf(out, 512, "%s", entry->d_name);
        }
    }
    if (stream) {
        closedir(stream);
    }
    return out;
}

int openat(int folder, const char *name, int flags, ...) {
    REAL(openat)
    char other[512];
    va_list list;
    va_start(list, flags);
    mode_t mode = flags & O_CREAT ? va_arg(list, mode_t) : 0;
    va_end(list);
    return real(folder, known(folder, name, other), flags, mode);
}

int mkdirat(int folder, const char *name, mode_t mode) {
    REAL(mkdirat)
    char other[512];
    return real(folder, known(folder, name, other), mode);
}

int fstatat(int folder, const char *name, struct stat *status, int flags) {
    REAL(fstatat)
    char other[512];
    return real(folder, known(folder, name, other), status, flags);
}

int renameat(int from, const char *old, int to, const char *new) {
    REAL(renameat)
    char other[512];
    return real(from, old, to, known(to, new, other));
}

int renameat2(int from, const char *old, int to, const char *new, unsigned flags) {
    REAL(renameat2)
    char other[512];
    if (no_noreplace && flags == RENAME_NOREPLACE) { /* as over NFS */
        errno = EINVAL;
        return -1;
    }
    return real(from, old, to, known(to, new, other), flags);
}

long syscall(long number, ...) {
    (void)number; /* openat2(2), the only one: component by component is what this test answers */
    errno = ENOSYS;
    return -1;
}

static const struct {
    const char *first, *second;
    bool in_case, in_form;
    bool once; /* different files in what is one folder: written, but not replaced */
} twins[] = {
    {"File", "file", true, false, false},
    {"README", "readme", true, false, false},
    {"A/x", "a/x", true, false, false},
    {"D/E/x", "D/e/x", true, false, false},
    {"e\314\201", "\303\251", false, true, false},
    {"d/e\314\201/x", "d/\303\251/x", false, true, false},
    {"a", "b", false, false, false},
    {"A/x", "a/y", false, false, true},
    {"FILE.txt", "file", false, false, false},
};

static void get(quire_store *store, size_t i, int64_t number) {
    char address[64];
    quire_error error = {0};
    quire_version *version = NULL;
    bool clash = (twins[i].in_case && folds_case) || (twins[i].in_form && folds_form);
    snprintf(address, sizeof address, "evil:v%" PRId64, number);
    assert_ok(quire_version_open(store, address, &version, &error), &error);
    for (int round = 0; round < 2; round++) { /* and over what the first has written */
        quire_status status = quire_version_download(version, scratch("out"), NULL, NULL, &error);
        clash = clash || (round == 1 && twins[i].once && folds_case);
        if (status != (clash ? QUIRE_CONFLICT : QUIRE_OK)) {
            fail_msg("%s and %s, case %d, form %d: status %d, %s", twins[i].first, twins[i].second,
                     folds_case, folds_form, (int)status, status ? error.message : "");
        }
        if (clash) {
            assert_non_null(strstr(error.message, twins[i].second));
        }
    }
    quire_version_free(version);
}

static void try_all(bool in_case, bool in_form) {
    for (size_t i = 0; i < COUNT(twins); i++) {
        for (int plain = 0; plain < 2; plain++) {
            void *state = NULL;
            evil e;
            assert_int_equal(scratch_setup(&state), 0);
            quire_store *store = open_store();
            const evil_entry entries[] = {{twins[i].first, strlen(twins[i].first), NULL, NULL},
                                          {twins[i].second, strlen(twins[i].second), NULL, NULL}};
            evil_begin(&e, store, "evil");
            int64_t number = evil_plant(&e, entries, 2);
            folds_case = in_case;
            folds_form = in_form;
            no_noreplace = plain;
            get(store, i, number);
            folds_case = folds_form = no_noreplace = false;
            evil_end(&e);
            quire_store_free(store);
            assert_int_equal(scratch_teardown(&state), 0);
        }
    }
}

static void test_apart(void **state) {
    (void)state;
    try_all(false, false);
}

static void test_case(void **state) {
    (void)state;
    try_all(true, false);
}

static void test_form(void **state) {
    (void)state;
    try_all(false, true);
}

static void test_both(void **state) {
    (void)state;
    try_all(true, true);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_apart), cmocka_unit_test(test_case),
                                       cmocka_unit_test(test_form), cmocka_unit_test(test_both)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
