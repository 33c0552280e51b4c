/** @file Files and tables that the caller writes. */
#include <stdlib.h>
#include <string.h>

#include "memory/cases.h"

static void begin(fixture *f) {
    fixture_open(f);
    fixture_artifact(f);
}

static quire_status new_file(fixture *f, quire_error *error) {
    return quire_artifact_new_file(f->artifact, f->store, "written", &f->file, error);
}

static void begin_file(fixture *f) {
    begin(f);
    MUST(new_file(f, error));
    MUST(quire_file_write(f->file, "begin", 5, error));
}

/** Enough for a blob of its own: begun in memory, as what fits a pack is. */
static quire_status write_file(fixture *f, quire_error *error) {
    static const char zeros[3 << 19];
    return quire_file_write(f->file, zeros, sizeof zeros, error);
}

static void written_file(fixture *f) {
    begin_file(f);
    MUST(write_file(f, error));
}

static quire_status close_file(fixture *f, quire_error *error) {
    quire_file *file = f->file;
    f->file = NULL;
    return quire_file_close(file, error);
}

static void on_progress(void *context, const quire_progress *progress) {
    (void)progress;
    ++*(int *)context;
}

static quire_status discard_file(fixture *f, quire_error *error) {
    (void)error;
    quire_file_discard(f->file);
    f->file = NULL;
    return QUIRE_OK;
}

/** A file of two blocks, all zeros: what is begun for it in the store reads alike. */
static quire_status share_file(fixture *f, quire_error *error) {
    quire_shared_ticket ticket;
    quire_status status = quire_artifact_share_file(f->artifact, f->store, fixture_path("huge"),
                                                    "huge", &f->file, &ticket, error);
    if (status == QUIRE_OK) {
        fixture_tell(f, "%llu blocks\n", (unsigned long long)ticket.blocks);
    }
    return status;
}

static struct {
    quire_shared_ticket ticket;
    unsigned char digests[2 * QUIRE_BLOCK_DIGEST_SIZE];
    bool digested;
} sharing;

static void begin_shared(fixture *f) {
    begin(f);
    MUST(quire_artifact_share_file(f->artifact, f->store, fixture_path("huge"), "huge", &f->file,
                                   &sharing.ticket, error));
}

/** The block of one byte. */
static quire_status store_blocks(fixture *f, quire_error *error) {
    int times = 0;
    const quire_shared_options options = {.progress = on_progress, .progress_context = &times};
    quire_status status =
        quire_shared_store_blocks(f->store, &sharing.ticket, fixture_path("huge"), 1, 1,
                                  sharing.digests + QUIRE_BLOCK_DIGEST_SIZE, &options, error);
    if (status == QUIRE_OK) {
        fixture_tell(f, "%d times\n", times);
    }
    return status;
}

static void stored_blocks(fixture *f) {
    begin_shared(f);
    if (!sharing.digested) {
        MUST(quire_shared_store_blocks(f->store, &sharing.ticket, fixture_path("huge"), 0, 2,
                                       sharing.digests, NULL, error));
        sharing.digested = true;
    }
}

static quire_status close_shared(fixture *f, quire_error *error) {
    quire_file *file = f->file;
    f->file = NULL;
    return quire_shared_close(file, sharing.digests, error);
}

static quire_status add_table(fixture *f, quire_error *error) {
    static const quire_column columns[] = {
        {"text", QUIRE_COLUMN_STRING}, {"number", QUIRE_COLUMN_NUMBER}, {"any", QUIRE_COLUMN_ANY}};
    return quire_artifact_add_table(f->artifact, f->store, "rows", columns, 3, &f->table, error);
}

static void begin_table(fixture *f) {
    begin(f);
    MUST(add_table(f, error));
}

static quire_status append(fixture *f, quire_error *error) {
    const quire_cell cells[] = {quire_string("a \"quoted\" text"), quire_number(0.1),
                                quire_json("{\"a\":[1,2,{\"b\":null}]}")};
    return quire_table_append(f->table, cells, 3, error);
}

/** Rows that failed are not in the table: its digest is that of one row. */
static void appended_table(fixture *f) {
    begin_table(f);
    MUST(append(f, error));
}

static quire_status close_table(fixture *f, quire_error *error) {
    quire_table *table = f->table;
    f->table = NULL;
    quire_status status = quire_table_close(table, error);
    if (status == QUIRE_OK) {
        quire_entry entry = {0};
        status = quire_artifact_get_entry(f->artifact, "rows.table.json", &entry, error);
        fixture_tell(f, "%s\n", status == QUIRE_OK ? entry.digest : "none");
    }
    return status;
}

static quire_status discard_table(fixture *f, quire_error *error) {
    (void)error;
    quire_table_discard(f->table);
    f->table = NULL;
    return QUIRE_OK;
}

static quire_status add_partitioned(fixture *f, quire_error *error) {
    return quire_artifact_add_partitioned_table(f->artifact, "all", "parts", error);
}

static const memory_case cases[] = {
    {.name = "quire_artifact_new_file", .setup = begin, .call = new_file, .writes = true},
    {.name = "quire_file_write",
     .setup = begin_file,
     .call = write_file,
     .writes = true,
     .once = true},
    {.name = "quire_file_close",
     .setup = written_file,
     .call = close_file,
     .writes = true,
     .once = true},
    {.name = "quire_file_close/small",
     .setup = begin_file,
     .call = close_file,
     .writes = true,
     .once = true},
    {.name = "quire_file_discard", .setup = written_file, .call = discard_file, .writes = true},
    {.name = "quire_artifact_share_file", .setup = begin, .call = share_file, .writes = true},
    {.name = "quire_shared_store_blocks",
     .setup = begin_shared,
     .call = store_blocks,
     .writes = true},
    {.name = "quire_shared_close",
     .setup = stored_blocks,
     .call = close_shared,
     .writes = true,
     .once = true},
    {.name = "quire_artifact_add_table", .setup = begin, .call = add_table, .writes = true},
    {.name = "quire_table_append", .setup = begin_table, .call = append, .writes = true},
    {.name = "quire_table_close",
     .setup = appended_table,
     .call = close_table,
     .writes = true,
     .once = true},
    {.name = "quire_table_discard", .setup = appended_table, .call = discard_table, .writes = true},
    {.name = "quire_artifact_add_partitioned_table",
     .setup = begin,
     .call = add_partitioned,
     .writes = true},
};

const case_list stream_cases = {cases, sizeof cases / sizeof *cases};
