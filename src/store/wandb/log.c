/** @file Logging: see log.h. */
#include "store/wandb/log.h"

#include <string.h>

#include "store/wandb/notes.h"
#include "store/wandb/publish.h"

quire_status q_wandb_receipt(const q_wandb_list *list, quire_receipt *receipt, quire_error *error) {
    char hex[Q_MD5_HEX_SIZE];
    quire_status status = q_wandb_list_digest(list, hex, error);
    if (!status && receipt) {
        memset(receipt, 0, sizeof *receipt);
        receipt->entries = list->count;
        receipt->bytes = list->bytes;
        memcpy(receipt->digest, hex, sizeof hex);
    }
    return status;
}

quire_status q_wandb_log(q_wandb_writing *writing, quire_version_id *version,
                         quire_receipt *receipt, quire_error *error) {
    q_wandb *store = writing->store;
    const q_write_spec *spec = &writing->spec;
    char digest[Q_MD5_HEX_SIZE];
    const q_wandb_wish wish = {.name = spec->name,
                               .type = spec->type,
                               .digest = digest,
                               .list = &writing->contents.list,
                               .notes = spec->notes,
                               .metadata = spec->notes->metadata};
    q_wandb_made made = {0};
    quire_status status = q_wandb_list_digest(&writing->contents.list, digest, error);
    status = status ? status : q_wandb_receipt(&writing->contents.list, receipt, error);
    status = status ? status : q_wandb_need_run(store, NULL, error);
    status = status ? status : q_wandb_check_type(store, spec->name, spec->type, error);
    status = status ? status : q_wandb_use_inputs(store, spec->notes, error);
    status = status ? status : q_wandb_create(store, &wish, &made, error);
    if (!status && !made.is_committed) {
        status = q_wandb_fill(store, made.id, Q_WANDB_FULL, q_wandb_text(made.latest, "id"),
                              &writing->contents, NULL, error);
        status = status ? status : q_wandb_commit(store, made.id, error);
    }
    const q_wandb_ending ending = {.name = spec->name,
                                   .notes = spec->notes,
                                   .created = !made.is_committed,
                                   .files = UINT64_MAX};
    status = status ? status : q_wandb_conclude(store, made.id, &ending, version, error);
    q_wandb_made_free(&made);
    return status;
}
