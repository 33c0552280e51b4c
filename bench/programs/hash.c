/**
 * @file
 * Hash all files below a folder with N processes, and nothing else: `bench_hash N DIR`.
 *
 * The bound of every tool that names content by SHA-256: each process walks the folder, and reads
 * and hashes each N-th file, by the same library as quire. Prints nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define BUFFER_SIZE (256 * 1024)
#define OPEN_FOLDERS 16

/* nftw() hands nothing on to its callback. */
static struct {
    long processes, mine, seen;
    EVP_MD_CTX *context;
    char *buffer;
} walk;

static int hash_open(int fd) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    if (EVP_DigestInit_ex(walk.context, EVP_sha256(), NULL) != 1) {
        return -1;
    }
    for (;;) {
        ssize_t size = read(fd, walk.buffer, BUFFER_SIZE);
        if (size == 0) {
            return EVP_DigestFinal_ex(walk.context, digest, NULL) == 1 ? 0 : -1;
        }
        if (size < 0 && errno == EINTR) {
            continue;
        }
        if (size < 0 || EVP_DigestUpdate(walk.context, walk.buffer, (size_t)size) != 1) {
            return -1;
        }
    }
}

static int complain(const char *path) {
    fprintf(stderr, "bench_hash: %s: %s\n", path, strerror(errno));
    return 1;
}

static int visit(const char *path, const struct stat *info, int type, struct FTW *where) {
    (void)info;
    (void)where;
    if (type != FTW_F || walk.seen++ % walk.processes != walk.mine) {
        return 0;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int failed = fd < 0 || hash_open(fd) != 0 ? complain(path) : 0;
    if (fd >= 0) {
        (void)close(fd);
    }
    return failed;
}

static int hash_part(const char *folder) {
    walk.context = EVP_MD_CTX_new();
    walk.buffer = malloc(BUFFER_SIZE);
    int failed = walk.context && walk.buffer ? 0 : -1;
    if (!failed) {
        failed = nftw(folder, visit, OPEN_FOLDERS, FTW_PHYS);
    }
    if (failed != 0 && failed != 1) { /* 1: visit() has told */
        complain(folder);
    }
    free(walk.buffer);
    EVP_MD_CTX_free(walk.context);
    return failed != 0;
}

int main(int count, char **words) {
    walk.processes = count == 3 ? strtol(words[1], NULL, 10) : 0;
    if (walk.processes < 1) {
        fprintf(stderr, "usage: bench_hash N DIR\n");
        return 2;
    }
    int failed = 0, status = 0;
    for (walk.mine = 0; walk.mine < walk.processes; walk.mine++) {
        pid_t child = fork();
        if (child == 0) {
            _exit(hash_part(words[2]));
        }
        failed |= child < 0;
    }
    while (wait(&status) > 0) {
        failed |= status != 0;
    }
    return failed;
}
