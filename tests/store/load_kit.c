/** @file See load_kit.h. */
#include "store/load_kit.h"

#include <sys/stat.h>

static size_t small_size(int i) {
    return i % 97 == 13 ? MIB - 1 - (size_t)i : i % 31 == 7 ? 0 : (size_t)(i % 50) * 37 + 8;
}

void load_write_small(kit *k, int i) {
    char name[64];
    char *data = calloc(1, MIB);
    assert_non_null(data);
    snprintf(data, 64, "%d", i % 100);
    snprintf(name, sizeof name, "tree/%03d", i);
    kit_write_file(k, name, data, small_size(i));
    free(data);
}

void load_write(kit *k) {
    char name[64];
    char *data = calloc(1, 3 * MIB);
    assert_non_null(data);
    assert_int_equal(mkdir(kit_path(k, "tree"), 0777), 0);
    for (int i = 0; i < SMALL; i++) {
        load_write_small(k, i);
    }
    for (int i = 0; i < LARGE; i++) {
        memset(data, 'A' + i % BLOBS, MIB);
        snprintf(name, sizeof name, "tree/%03d-large", 100 * i + 50);
        kit_write_file(k, name, data, (size_t)(1 + i % BLOBS) * MIB);
    }
    free(data);
}

quire_artifact *load_tree(kit *k, const char *name) {
    quire_artifact *artifact = kit_artifact(k, name, "000-buffer", "in memory", NULL);
    assert_ok(quire_artifact_add_dir(artifact, kit_path(k, "tree"), NULL, NULL, &k->error),
              &k->error);
    assert_ok(quire_artifact_add_reference(artifact, "s3://bucket/key", "310-ref", NULL, &k->error),
              &k->error);
    return artifact;
}
