/** @file What every test of this layer includes: cmocka, a fake store, a folder, short calls. */
#ifndef TESTS_ARTIFACT_UNIT_H
#define TESTS_ARTIFACT_UNIT_H

#include "base/unit.h"

#include "artifact/fake_store.h"
#include "support/scratch.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/** SHA-256 of nothing, of "abc" and of "hello". */
#define SHA_EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define SHA_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define SHA_HELLO "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

/** An artifact named "set" of type "model". */
static inline quire_artifact *new_artifact(void) {
    quire_error error = {0};
    quire_artifact *artifact = NULL;
    EXPECT(QUIRE_OK, quire_artifact_new("set", "model", &artifact, &error));
    return artifact;
}

static inline quire_status add_text(quire_artifact *artifact, const char *path, const char *text,
                                    quire_error *error) {
    return quire_artifact_add_buffer(artifact, path, text, strlen(text), NULL, error);
}

#endif
