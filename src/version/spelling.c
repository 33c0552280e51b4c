/** @file Finding out how a folder takes names: by making a file in it, and by listing. */
#include "version/spelling.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/name.h"
#include "base/random.h"

#define COMPOSED "\303\251"    /* e with an acute accent, in one character */
#define DECOMPOSED "e\314\201" /* the same in two */

static bool is_there(int folder, const char *name) {
    struct stat found;
    return fstatat(folder, name, &found, AT_SYMLINK_NOFOLLOW) == 0;
}

bool q_spelling_folds(int folder) {
    char random[33], name[64], upper[64], decomposed[64];

    if (q_random_hex(random, NULL) != QUIRE_OK) {
        return true;
    }
    snprintf(name, sizeof name, ".quire-%s" COMPOSED, random);
    snprintf(upper, sizeof upper, ".QUIRE-%s" COMPOSED, random);
    snprintf(decomposed, sizeof decomposed, ".quire-%s" DECOMPOSED, random);
    int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        return true;
    }
    close(fd);
    bool folds = is_there(folder, upper) || is_there(folder, decomposed);
    unlinkat(folder, name, 0);
    return folds;
}

/** Whether a folder lists a name; true when it cannot be listed. */
static bool lists(int folder, const char *name) {
    bool found = false;
    int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = fd >= 0 ? fdopendir(fd) : NULL;

    if (stream == NULL) {
        if (fd >= 0) {
            close(fd);
        }
        return true;
    }
    for (const struct dirent *entry; !found && (entry = readdir(stream)) != NULL;) {
        found = strcmp(entry->d_name, name) == 0;
    }
    closedir(stream);
    return found;
}

bool q_spelling_is_exact(int root, const char *path) {
    char name[Q_COMPONENT_MAX + 1];
    bool exact = true;
    int at = root;

    while (exact && at >= 0 && *path != '\0') {
        size_t size = strcspn(path, "/");
        snprintf(name, sizeof name, "%.*s", (int)size, path);
        exact = lists(at, name);
        path += path[size] == '/' ? size + 1 : size;
        int next =
            *path != '\0' ? openat(at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
        if (at != root) {
            close(at);
        }
        at = next;
    }
    if (at >= 0 && at != root) {
        close(at);
    }
    return exact;
}
