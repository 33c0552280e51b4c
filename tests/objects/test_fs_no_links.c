/**
 * @file
 * A filesystem without hard links: everything holds there too, by a rename that replaces nothing.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "objects/cmocka_all.h"
#include "objects/conformance.h"
#include "objects/fs_apart.h"
#include "objects/fs_folder.h"

static q_objects *again(void *context) {
    q_objects *objects = NULL;
    char *const *path = context;
    return q_objects_fs_open(*path, false, QUIRE_DURABILITY_NONE, &objects, NULL) == QUIRE_OK
               ? objects
               : NULL;
}

static q_objects *open_new(void *context) {
    char **path = context;
    *path = fs_folder_make();
    return again(context);
}

static void close_it(void *context, q_objects *objects) {
    char **path = context;
    q_objects_free(objects);
    fs_folder_remove(*path);
    free(*path);
}

static int conform(const char *unused) {
    char *path = NULL;
    const conformance_subject subject = {"no hard links", open_new, again, close_it, &path};
    (void)unused;
    return fs_apart_fail(__NR_linkat, EPERM) ? objects_conformance(&subject) : FS_APART_CANNOT;
}

static int have_neither(const char *path) {
    quire_error error = {0};
    q_objects *objects = fs_folder_open(path, QUIRE_DURABILITY_FULL);
    if (!fs_apart_fail(__NR_linkat, EOPNOTSUPP) || !fs_apart_fail(__NR_renameat2, EINVAL)) {
        return FS_APART_CANNOT;
    }
    quire_status status = q_objects_put(objects, "a/b", Q_OBJECT_RECORD, "x", 1, NULL, &error);
    q_objects_free(objects);
    return status != QUIRE_ERROR                                 ? 1
           : strstr(error.message, "neither hard links") == NULL ? 2
           : strstr(error.message, "a/b") == NULL                ? 3
           : fs_folder_count(path, "tmp") != 0                   ? 4
                                                                 : 0;
}

static void conforms_without_links(void **state) {
    (void)state;
    fs_apart_expect(fs_apart(conform, ""));
}

static void says_that_it_cannot(void **state) {
    char *path = fs_folder_make();
    (void)state;
    int result = fs_apart(have_neither, path);
    fs_folder_remove(path);
    free(path);
    fs_apart_expect(result);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conforms_without_links),
        cmocka_unit_test(says_that_it_cannot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
