/** @file Lists and manifests for tests. */
#include "wandb/unit.h"

void add_text(q_wandb_list *list, const char *path, const char *content, size_t size) {
    quire_error error = {0};
    unsigned char raw[Q_MD5_SIZE];
    q_md5 *md5 = NULL;
    EXPECT(QUIRE_OK, q_md5_new(&md5, &error));
    EXPECT(QUIRE_OK, q_md5_update(md5, content, size, &error));
    EXPECT(QUIRE_OK, q_md5_final(md5, raw, &error));
    EXPECT(QUIRE_OK, q_wandb_list_add_file(list, path, size, raw, Q_WANDB_UNBORN, &error));
    q_md5_free(md5);
}

quire_status parse_text(q_wandb_list *list, const char *text, size_t size, size_t piece,
                        quire_error *error) {
    q_wandb_parse *parse = NULL;
    quire_status status = q_wandb_parse_new(list, &parse, error);
    for (size_t at = 0; at < size && !status; at += piece) {
        status = q_wandb_parse_take(parse, text + at, size - at < piece ? size - at : piece, error);
    }
    status = status ? status : q_wandb_parse_end(parse, error);
    q_wandb_parse_free(parse);
    return status;
}
