/**
 * @file
 * Large files, written by all ranks of a group: the first of these makes a file of the final size
 * for each, all write runs of blocks, and only when all ranks agree that theirs are written do the
 * files get their names. The blocks of all files are dealt out as those of one, so that each rank
 * has about as much, and few files at a time.
 */
#include "mpi/divided.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "mpi/agree.h"
#include "mpi/shared_file.h"

quire_status q_divided_begin(q_divided *divided, quire_error *error) {
    divided->capacity = 16;
    divided->files = calloc(divided->capacity, sizeof *divided->files);
    return divided->files ? QUIRE_OK : q_error_memory(error);
}

void q_divided_free(q_divided *divided) {
    for (size_t i = 0; i < divided->count; i++) {
        free(divided->files[i].path);
    }
    free(divided->files);
    free(divided->places);
}

quire_status q_divided_note(void *context, const quire_entry *entry) {
    q_divided *divided = context;
    quire_error *failure = &divided->failure;
    if (divided->count == divided->capacity) {
        q_divided_file *files =
            reallocarray(divided->files, 2 * divided->capacity, sizeof *divided->files);
        if (!files) {
            return q_error_memory(failure);
        }
        divided->files = files;
        divided->capacity *= 2;
    }
    q_divided_file *file = &divided->files[divided->count];
    quire_status status = q_strdup(entry->path, &file->path, failure);
    if (status == QUIRE_OK) {
        file->size = entry->size;
        file->blocks = entry->size / QUIRE_BLOCK_SIZE + (entry->size % QUIRE_BLOCK_SIZE != 0);
        divided->blocks += file->blocks;
        divided->count++;
    }
    return status;
}

/** The most that any rank has: the groups have files of their own. */
static quire_status find_most(const q_divided *divided, uint64_t *most, quire_error *error) {
    uint64_t mine = divided->count;
    return q_mpi_check(
        MPI_Allreduce(&mine, most, 1, MPI_UINT64_T, MPI_MAX, divided->read->context->comm),
        "MPI_Allreduce", error);
}

/** Get memory for the places, and begin the files where this rank is the first. */
static quire_status begin_files(q_divided *divided, quire_error *error) {
    quire_status status = QUIRE_OK;
    divided->places = calloc(divided->count + 1, sizeof *divided->places);
    if (!divided->places) {
        return q_error_memory(error);
    }
    while (status == QUIRE_OK && divided->group->part == 0 && divided->begun < divided->count) {
        size_t i = divided->begun;
        status = quire_version_place_begin(divided->read->version, divided->folder,
                                           divided->files[i].path, divided->places[i], error);
        divided->begun += status == QUIRE_OK;
    }
    return status;
}

/** What this rank has written before, and now. */
typedef struct telling {
    q_progress *progress;
    quire_progress before;
} telling;

static void tell(void *context, const quire_progress *latest) {
    const telling *t = context;
    quire_progress sum = t->before;
    sum.bytes_done += latest->bytes_done;
    q_progress_hook(t->progress)(t->progress, &sum);
}

static uint64_t bytes_of(const q_divided_file *file, uint64_t first, uint64_t count) {
    uint64_t left = file->size - first * QUIRE_BLOCK_SIZE;
    return count <= left / QUIRE_BLOCK_SIZE ? count * QUIRE_BLOCK_SIZE : left;
}

/** This rank's run of one file, whose first block is number `before` of all. */
static uint64_t run_of(const q_divided *divided, size_t i, uint64_t before, uint64_t *first) {
    const q_group *group = divided->group;
    uint64_t begin = q_shared_first(divided->blocks, group->part, group->parts);
    uint64_t end = q_shared_first(divided->blocks, group->part + 1, group->parts);
    uint64_t after = before + divided->files[i].blocks;
    begin = begin > before ? begin : before;
    end = end < after ? end : after;
    *first = begin < end ? begin - before : 0;
    return begin < end ? end - begin : 0;
}

static quire_status write_runs(q_divided *divided, quire_error *error) {
    q_progress *progress = &divided->read->progress;
    quire_read_report *own = divided->own;
    telling t = {.progress = progress,
                 .before = {.files_done = own->files + own->references + own->skipped,
                            .bytes_done = own->bytes,
                            .slowest_rank = -1}};
    quire_status status = QUIRE_OK;
    uint64_t before = 0, first;
    t.before.files_total = t.before.files_done + (divided->group->part == 0 ? divided->count : 0);
    t.before.bytes_total = own->bytes;
    for (size_t i = 0; i < divided->count; before += divided->files[i++].blocks) {
        uint64_t count = run_of(divided, i, before, &first);
        t.before.bytes_total += bytes_of(&divided->files[i], first, count);
    }
    before = 0;
    for (size_t i = 0; status == QUIRE_OK && i < divided->count; i++) {
        const q_divided_file *file = &divided->files[i];
        uint64_t count = run_of(divided, i, before, &first);
        before += file->blocks;
        if (count == 0) {
            continue;
        }
        status = quire_version_place_blocks(divided->read->version, divided->folder, file->path,
                                            divided->places[i], first, count,
                                            q_progress_hook(progress) ? tell : NULL, &t, error);
        if (status == QUIRE_OK) {
            t.before.bytes_done += bytes_of(file, first, count);
        }
    }
    own->bytes = t.before.bytes_done;
    return status;
}

/** Give the files their names, where this rank is the first. */
static quire_status end_files(q_divided *divided, quire_error *error) {
    quire_status status = QUIRE_OK;
    while (status == QUIRE_OK && divided->ended < divided->begun) {
        size_t i = divided->ended;
        status = quire_version_place_end(divided->read->version, divided->folder,
                                         divided->files[i].path, divided->places[i], error);
        divided->ended += status == QUIRE_OK;
    }
    divided->own->files += divided->ended;
    return status;
}

quire_status q_divided_write(q_divided *divided, quire_error *error) {
    MPI_Comm all = divided->read->context->comm;
    uint64_t most = 0;
    quire_status status = find_most(divided, &most, error);
    if (status || most == 0) {
        return status;
    }
    status = q_agree(all, begin_files(divided, error), error);
    if (status == QUIRE_OK) {
        status = q_mpi_check(MPI_Bcast(divided->places, (int)(divided->count * QUIRE_PLACE_SIZE),
                                       MPI_CHAR, 0, divided->group->comm),
                             "MPI_Bcast", error);
        q_progress_again(&divided->read->progress);
        if (status == QUIRE_OK) {
            status = write_runs(divided, error);
        }
        status = q_progress_agree(&divided->read->progress, status, error);
    }
    if (status == QUIRE_OK) {
        status = q_agree(all, end_files(divided, error), error);
    }
    for (size_t i = divided->ended; i < divided->begun; i++) {
        (void)quire_version_place_abandon(divided->read->version, divided->folder,
                                          divided->files[i].path, divided->places[i], NULL);
    }
    return status;
}
