/** @file Lists as the library walks; only the names of collections are held, to be sorted. */
#include "cli/listing.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "cli/human.h"

typedef struct names {
    q_cli *cli;
    char **items;
    size_t count;
} names;

static quire_status take_name(void *context, const char *name) {
    names *found = context;
    quire_status status = q_cli_grow(found->cli, &found->items, sizeof *found->items, found->count);
    if (status == QUIRE_OK) {
        status = q_strdup(name, &found->items[found->count], &found->cli->error);
    }
    found->count += status == QUIRE_OK;
    return status;
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

typedef struct summary {
    char type[160];
    int64_t count;
    int64_t latest;
} summary;

static quire_status take_summary(void *context, const quire_version_info *info) {
    summary *sum = context;
    snprintf(sum->type, sizeof sum->type, "%s", info->type);
    sum->count++;
    sum->latest = info->number;
    return QUIRE_OK;
}

static quire_status print_collection(q_cli *cli, quire_store *store, const char *name,
                                     bool is_long) {
    q_output *out = &cli->output;
    summary sum = {.latest = -1};
    if (is_long) {
        quire_status status = quire_version_each(store, name, take_summary, &sum, &cli->error);
        if (status != QUIRE_OK) {
            return status;
        }
    }
    if (cli->json) {
        q_out_object(out, NULL);
        q_out_string(out, "name", name);
        if (is_long) {
            q_out_string(out, "type", sum.count > 0 ? sum.type : NULL);
            q_out_int(out, "versions", sum.count);
        }
        q_out_end(out);
    } else if (is_long && sum.count > 0) {
        q_out_text(out, "%-32s %-12s %" PRId64 " version%s, v%" PRId64 " is the newest\n", name,
                   sum.type, sum.count, sum.count == 1 ? "" : "s", sum.latest);
    } else {
        q_out_text(out, "%s\n", name);
    }
    return q_out_check(out, &cli->error);
}

quire_status q_list_collections(q_cli *cli, quire_store *store, bool is_long) {
    names found = {.cli = cli};
    quire_status status = quire_store_collections(store, take_name, &found, &cli->error);
    if (status == QUIRE_OK && found.count > 0) {
        qsort(found.items, found.count, sizeof *found.items, compare_names);
    }
    for (size_t i = 0; status == QUIRE_OK && i < found.count; i++) {
        status = print_collection(cli, store, found.items[i], is_long);
    }
    for (size_t i = 0; i < found.count; i++) {
        free(found.items[i]);
    }
    free(found.items);
    return status;
}

static void words(q_output *out, const char *key, const char *const *items, size_t count) {
    q_out_array(out, key);
    for (size_t i = 0; i < count; i++) {
        q_out_string(out, NULL, items[i]);
    }
    q_out_end(out);
}

void q_list_version_members(q_output *out, const quire_version_info *info) {
    char number[32];
    snprintf(number, sizeof number, "v%" PRId64, info->number);
    q_out_string(out, "name", info->name);
    q_out_string(out, "version", number);
    q_out_int(out, "number", info->number);
    q_out_string(out, "type", info->type);
    q_out_string(out, "digest", info->digest);
    q_out_uint(out, "entries", info->entries);
    q_out_uint(out, "bytes", info->bytes);
    q_out_string(out, "mode", info->mode);
    q_out_string(out, "created_at", info->created_at);
    q_out_raw(out, "created_by", info->created_by);
    q_out_string(out, "description", info->description);
    q_out_raw(out, "metadata", info->metadata);
    q_out_int(out, "ttl", info->ttl);
    words(out, "aliases", info->aliases, info->alias_count);
    words(out, "tags", info->tags, info->tag_count);
}

typedef struct listing {
    q_cli *cli;
    bool is_long;
    uint64_t count;
} listing;

static quire_status print_version(void *context, const quire_version_info *info) {
    const listing *list = context;
    q_output *out = &list->cli->output;
    if (list->cli->json) {
        q_out_object(out, NULL);
        q_list_version_members(out, info);
        q_out_end(out);
        return q_out_check(out, &list->cli->error);
    }
    q_out_text(out, "%s:v%" PRId64, info->name, info->number);
    if (list->is_long) {
        q_out_text(out, "  %s  %s  %" PRIu64 " entr%s  %" PRIu64 " byte%s", info->created_at,
                   info->digest, info->entries, q_human_ies(info->entries), info->bytes,
                   q_human_s(info->bytes));
    }
    for (size_t i = 0; i < info->alias_count; i++) {
        q_out_text(out, "%s%s", i == 0 ? "  " : ",", info->aliases[i]);
    }
    q_out_text(out, "\n");
    return q_out_check(out, &list->cli->error);
}

quire_status q_list_versions(q_cli *cli, quire_store *store, const char *name, bool is_long) {
    listing list = {.cli = cli, .is_long = is_long};
    return quire_version_each(store, name, print_version, &list, &cli->error);
}

static void print_json_entry(q_output *out, const quire_entry *entry) {
    q_out_object(out, NULL);
    q_out_string(out, "path", entry->path);
    q_out_string(out, "digest", entry->digest && *entry->digest ? entry->digest : NULL);
    if (entry->size == QUIRE_SIZE_UNKNOWN) {
        q_out_raw(out, "size", NULL);
    } else {
        q_out_uint(out, "size", entry->size);
    }
    if (entry->reference) {
        q_out_string(out, "reference", entry->reference);
    }
    q_out_end(out);
}

static quire_status print_entry(void *context, const quire_entry *entry) {
    listing *list = context;
    q_output *out = &list->cli->output;
    list->count++;
    if (list->cli->json) {
        print_json_entry(out, entry);
        return q_out_check(out, &list->cli->error);
    }
    if (list->is_long) {
        char size[24] = "?";
        if (entry->size != QUIRE_SIZE_UNKNOWN) {
            snprintf(size, sizeof size, "%" PRIu64, entry->size);
        }
        q_out_text(out, "%15s  %-64s  ", size,
                   entry->digest && *entry->digest ? entry->digest : "-");
    }
    q_out_text(out, "%s", entry->path);
    if (list->is_long && entry->reference) {
        q_out_text(out, " -> %s", entry->reference);
    }
    q_out_text(out, "\n");
    return q_out_check(out, &list->cli->error);
}

quire_status q_list_entries(q_cli *cli, quire_version *version, const char *folder, bool is_long,
                            bool is_recursive) {
    listing list = {.cli = cli, .is_long = is_long};
    if (!is_recursive) {
        return quire_version_list(version, folder, print_entry, &list, &cli->error);
    }
    quire_status status = quire_version_walk(version, folder, print_entry, &list, &cli->error);
    if (status == QUIRE_OK && folder && *folder && list.count == 0) {
        const quire_version_info *info = quire_version_get_info(version);
        return q_error_set(&cli->error, QUIRE_NOT_FOUND, "%s:v%" PRId64 " has no path %s",
                           info->name, info->number, folder);
    }
    return status;
}
