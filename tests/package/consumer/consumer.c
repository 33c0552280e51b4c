/** @file A program outside the tree: makes a version of its own argument and reads it back. */
#include <quire/quire.h>

#include <stdio.h>
#include <string.h>

static quire_status append(void *context, const void *data, size_t size) {
    strncat((char *)context, (const char *)data, size);
    return QUIRE_OK;
}

int main(int argc, char **argv) {
    quire_error error = {0};
    quire_store *store = NULL;
    quire_artifact *artifact = NULL;
    quire_version *version = NULL;
    quire_version_id id;
    char text[64] = "";
    if (argc != 2)
        return QUIRE_USAGE;
    quire_status status = quire_store_init(argv[1], NULL, &error);
    if (status == QUIRE_OK)
        status = quire_store_open(argv[1], NULL, &store, &error);
    if (status == QUIRE_OK)
        status = quire_artifact_new("greeting", "text", &artifact, &error);
    if (status == QUIRE_OK)
        status = quire_artifact_add_buffer(artifact, "hello.txt", "hello", 5, NULL, &error);
    if (status == QUIRE_OK)
        status = quire_log_artifact(store, artifact, NULL, &id, &error);
    if (status == QUIRE_OK)
        status = quire_version_open(store, "greeting:latest", &version, &error);
    if (status == QUIRE_OK)
        status = quire_version_read(version, "hello.txt", 0, UINT64_MAX, append, text, &error);
    if (status == QUIRE_OK)
        printf("quire %s %s:v%lld %s\n", quire_version_string(), id.name, (long long)id.number,
               text);
    else
        fprintf(stderr, "consumer: %s\n", error.message);
    quire_version_free(version);
    quire_artifact_free(artifact);
    quire_store_free(store);
    return (int)status;
}
