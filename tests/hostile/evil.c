/** @file See evil.h. What the library itself would refuse to write is put together here by hand. */
#include "hostile/evil.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "manifest/chunk.h"

static void must(quire_status status, const quire_error *error) {
    if (status != QUIRE_OK) {
        fprintf(stderr, "cannot plant: %s\n", error->message);
        exit(99);
    }
}

static quire_status keep(void *context, const q_entry *entry, bool *stop, quire_error *error) {
    *stop = true;
    return q_entry_copy(context, entry, error);
}

void evil_begin(evil *e, quire_store *store, const char *name) {
    quire_error error = {0};
    quire_artifact *artifact = NULL;
    quire_version *version = NULL;
    quire_version_id id;

    *e = (evil){.repository = q_repository_of(store), .name = name, .next = 1};
    must(quire_artifact_new(name, "dataset", &artifact, &error), &error);
    must(quire_artifact_add_buffer(artifact, "seed", "evil", 4, NULL, &error), &error);
    must(quire_log_artifact(store, artifact, NULL, &id, &error), &error);
    quire_artifact_free(artifact);
    must(q_version_record_get(e->repository, name, 0, &e->base, &error), &error);
    must(quire_version_open(store, name, &version, &error), &error);
    must(store->ops->version_scan(version, NULL, keep, &e->seed, &error), &error);
    quire_version_free(version);
}

void evil_end(evil *e) {
    q_version_record_free(&e->base);
    q_entry_box_free(&e->seed);
}

void evil_quote(q_buffer *out, const char *text, size_t size) {
    quire_error error = {0};
    must(q_buffer_append(out, "\"", 1, &error), &error);
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)text[i];
        must(byte < 0x20 || byte == '"' || byte == '\\'
                 ? q_buffer_printf(out, &error, "\\u%04x", byte)
                 : q_buffer_append(out, text + i, 1, &error),
             &error);
    }
    must(q_buffer_append(out, "\"", 1, &error), &error);
}

void evil_add(const evil *e, evil_chunk *chunk, const evil_entry *entry) {
    quire_error error = {0};
    const q_entry *seed = entry->as ? entry->as : &e->seed.entry;
    const char *digest = entry->ref && !entry->as ? entry->ref : seed->digest;
    bool sized = !entry->ref || entry->as;

    if (chunk->entries++ == 0) {
        must(q_buffer_append_string(&chunk->text, Q_CHUNK_HEADER, &error), &error);
        evil_quote(&chunk->first, entry->path, entry->size);
    }
    must(q_buffer_append_string(&chunk->text, "{\"path\":", &error), &error);
    evil_quote(&chunk->text, entry->path, entry->size);
    must(q_buffer_printf(&chunk->text, &error, ",\"digest\":\"%s\"", digest), &error);
    must(sized ? q_buffer_printf(&chunk->text, &error, ",\"size\":%" PRIu64, seed->size) : QUIRE_OK,
         &error);
    if (entry->ref) {
        must(q_buffer_printf(&chunk->text, &error, ",\"ref\":\"%s\"", entry->ref), &error);
    } else if (seed->pack) {
        must(q_buffer_printf(&chunk->text, &error, ",\"pack\":\"%s\",\"offset\":%" PRIu64,
                             seed->pack, seed->offset),
             &error);
    }
    chunk->bytes += entry->ref ? 0 : seed->size;
    must(q_buffer_append_string(&chunk->text, "}\n", &error), &error);
    must(q_buffer_append(&chunk->identity, entry->path, entry->size, &error), &error);
    must(q_buffer_printf(&chunk->identity, &error, "%c%c%c%s%c", 0, entry->ref ? 'r' : 'f', 0,
                         digest, 0),
         &error);
    must(sized ? q_buffer_printf(&chunk->identity, &error, "%" PRIu64, seed->size)
               : q_buffer_append(&chunk->identity, "-", 1, &error),
         &error);
    must(q_buffer_printf(&chunk->identity, &error, "%c%s\n", 0, entry->ref ? entry->ref : ""),
         &error);
}

void evil_chunk_free(evil_chunk *chunk) {
    q_buffer_free(&chunk->text);
    q_buffer_free(&chunk->identity);
    q_buffer_free(&chunk->first);
    *chunk = (evil_chunk){0};
}

void evil_save(const evil *e, const void *data, size_t size, char hex[Q_SHA256_HEX_SIZE]) {
    quire_error error = {0};
    must(q_sha256_hex(data, size, hex, &error), &error);
    must(e->repository->io.save(e->repository->io.context, hex, data, size, &error), &error);
}

int64_t evil_commit(evil *e, const char *root, uint64_t root_size, const char *digest,
                    uint64_t entries, uint64_t bytes) {
    quire_error error = {0};
    q_root claimed = {.entries = entries, .bytes = bytes};
    snprintf(claimed.digest, sizeof claimed.digest, "%s", digest);
    const q_version_draft draft = {.name = e->name,
                                   .type = e->base.type,
                                   .mode = "simple",
                                   .root = &claimed,
                                   .root_object = root,
                                   .root_size = root_size,
                                   .created_by = e->base.created_by,
                                   .notes = e->base.notes};
    must(q_version_record_put(e->repository, &draft, e->next, &error), &error);
    return e->next++;
}

static void apply(q_buffer *text, evil_edit edit) {
    quire_error error = {0};
    q_buffer edited = {0};
    if (!edit.from) {
        return;
    }
    const char *at = text->data;
    for (const char *found; (found = strstr(at, edit.from)) != NULL;) {
        must(q_buffer_append(&edited, at, (size_t)(found - at), &error), &error);
        must(q_buffer_append_string(&edited, edit.to, &error), &error);
        at = found + strlen(edit.from);
    }
    if (at == text->data) {
        fprintf(stderr, "nothing to edit: %s\n", edit.from);
        exit(99);
    }
    must(q_buffer_append_string(&edited, at, &error), &error);
    q_buffer_free(text);
    *text = edited;
}

int64_t evil_plant(evil *e, const evil_entry *entries, size_t count) {
    return evil_plant_edited(e, entries, count, (evil_edit){NULL, NULL}, (evil_edit){NULL, NULL});
}

int64_t evil_plant_edited(evil *e, const evil_entry *entries, size_t count, evil_edit chunk_edit,
                          evil_edit root_edit) {
    quire_error error = {0};
    evil_chunk chunk = {0};
    q_buffer salted = {0}, root = {0};
    char object[Q_SHA256_HEX_SIZE], logical[Q_SHA256_HEX_SIZE], digest[Q_SHA256_HEX_SIZE];
    char line[128];

    for (size_t i = 0; i < count; i++) {
        evil_add(e, &chunk, &entries[i]);
    }
    apply(&chunk.text, chunk_edit);
    evil_save(e, chunk.text.data, chunk.text.size, object);
    must(q_buffer_append_string(&salted, Q_CHUNK_SALT, &error), &error);
    must(q_buffer_append(&salted, chunk.identity.data, chunk.identity.size, &error), &error);
    must(q_sha256_hex(salted.data, salted.size, logical, &error), &error);
    int size = snprintf(line, sizeof line, "quire-manifest-1\n%s\n", logical);
    must(q_sha256_hex(line, (size_t)size, digest, &error), &error);
    must(q_buffer_printf(&root, &error,
                         "{\"quire\":\"root\",\"format\":1,\"entries\":%" PRIu64
                         ",\"bytes\":%" PRIu64 ",\"chunks\":1,\"digest\":\"%s\"}\n{\"first\":",
                         chunk.entries, chunk.bytes, digest),
         &error);
    must(q_buffer_append(&root, chunk.first.data, chunk.first.size, &error), &error);
    must(q_buffer_printf(&root, &error,
                         ",\"entries\":%" PRIu64 ",\"bytes\":%" PRIu64
                         ",\"weight\":%zu,\"digest\":\"%s\",\"object\":\"%s\",\"size\":%zu}\n",
                         chunk.entries, chunk.bytes, chunk.identity.size, logical, object,
                         chunk.text.size),
         &error);
    apply(&root, root_edit);
    evil_save(e, root.data, root.size, object);
    int64_t number = evil_commit(e, object, root.size, digest, chunk.entries, chunk.bytes);
    evil_chunk_free(&chunk);
    q_buffer_free(&salted);
    q_buffer_free(&root);
    return number;
}
