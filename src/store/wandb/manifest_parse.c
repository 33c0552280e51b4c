/**
 * @file
 * Manifests, parsed as they come: see manifest.h. The scanner here only cuts the text into members,
 * by strings and brackets; each member is then given to the strict parser of JSON, so that nothing
 * is believed that is not JSON, and nothing is held but one member.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/name.h"
#include "base/utf8.h"
#include "store/wandb/manifest.h"

#define MEMBER_MAX ((size_t)64 << 10) /* an entry, or what else the manifest says of itself */
#define MEMBER_DEPTH 8
#define EXTRA_MAX ((size_t)16 << 10)

/** Where the scanner is. */
typedef enum place {
    BEFORE, /* the first bracket */
    AT_TOP, /* in the outermost object */
    INSIDE, /* "contents" */
    AFTER   /* the last bracket */
} place;

struct q_wandb_parse {
    q_wandb_list *list;
    place place;
    q_buffer member;
    int depth; /* of brackets within the member */
    bool in_string, escaped;
    bool has_member, wants_member; /* one was ended; a comma asks for another */
    bool has_contents, has_version, is_v2;
    char *region;
};

quire_status q_wandb_parse_new(q_wandb_list *list, q_wandb_parse **parse, quire_error *error) {
    *parse = calloc(1, sizeof **parse);
    if (!*parse) {
        return q_error_memory(error);
    }
    (*parse)->list = list;
    return QUIRE_OK;
}

void q_wandb_parse_free(q_wandb_parse *parse) {
    if (parse) {
        q_buffer_free(&parse->member);
        free(parse->region);
        free(parse);
    }
}

bool q_wandb_parse_is_v2(const q_wandb_parse *parse) {
    return parse->is_v2;
}

const char *q_wandb_parse_region(const q_wandb_parse *parse) {
    return parse->region;
}

static quire_status malformed(const char *what, quire_error *error) {
    return q_error_set(error, QUIRE_INTEGRITY, "the manifest %s", what);
}

/* --- members --- */

static bool is_clean(const char *text, size_t most) {
    size_t size = strlen(text);
    for (size_t i = 0; i < size;) {
        uint32_t code = 0;
        size_t length = q_utf8_length(text + i, size - i, &code);
        if (length == 0 || q_utf8_is_control(code)) {
            return false;
        }
        i += length;
    }
    return size > 0 && size <= most;
}

static quire_status check_reference(const q_entry *entry, quire_error *error) {
    const char *colon = strchr(entry->ref, ':');
    bool is_good = is_clean(entry->ref, Q_URI_MAX) && is_clean(entry->digest, Q_URI_MAX) && colon &&
                   colon > entry->ref && (!entry->extra || is_clean(entry->extra, EXTRA_MAX));
    return is_good ? QUIRE_OK
                   : q_error_set(error, QUIRE_INTEGRITY, "path '%s' has a malformed reference",
                                 entry->path);
}

static quire_status take_reference(q_wandb_parse *parse, q_entry *entry, const cJSON *value,
                                   quire_error *error) {
    q_buffer extra = {0};
    const cJSON *given = cJSON_GetObjectItemCaseSensitive(value, "extra");
    quire_status status = QUIRE_OK;
    if (cJSON_IsObject(given) && given->child) {
        status = q_json_print(&extra, given, error);
        entry->extra = extra.data;
    }
    if (entry->size == 0) { /* as clients write what they do not know */
        entry->size = QUIRE_SIZE_UNKNOWN;
    }
    status = status ? status : check_reference(entry, error);
    status = status ? status : q_wandb_list_add(parse->list, entry, Q_WANDB_UNBORN, error);
    q_buffer_free(&extra);
    return status;
}

static quire_status take_file(q_wandb_parse *parse, const q_entry *entry, const cJSON *value,
                              quire_error *error) {
    const char *id = NULL;
    uint32_t birth = Q_WANDB_UNBORN;
    quire_status status = q_json_string_or_null(value, "birthArtifactID", &id, error);
    if (!status && id && *id) {
        status = is_clean(id, 256) ? q_wandb_list_birth(parse->list, id, &birth, error)
                                   : malformed("has a malformed birthArtifactID", error);
    }
    if (!status && (!q_md5_from_base64(entry->digest, NULL) || entry->size > Q_ENTRY_SIZE_MAX)) {
        status = q_error_set(error, QUIRE_INTEGRITY,
                             "path '%s' has a digest or size that cannot be", entry->path);
    }
    return status ? status : q_wandb_list_add(parse->list, entry, birth, error);
}

static quire_status take_entry(q_wandb_parse *parse, const cJSON *value, quire_error *error) {
    q_entry entry = {.path = value->string, .size = QUIRE_SIZE_UNKNOWN};
    bool has_size = cJSON_GetObjectItemCaseSensitive(value, "size") != NULL;
    if (!cJSON_IsObject(value)) {
        return malformed("has an entry that is no object", error);
    }
    quire_status status = q_name_check_path(entry.path, error);
    if (status == QUIRE_USAGE) {
        status = QUIRE_INTEGRITY;
        if (error) {
            error->status = QUIRE_INTEGRITY;
        }
    }
    status = status ? status : q_json_string(value, "digest", &entry.digest, error);
    status = status ? status : q_json_string_or_null(value, "ref", &entry.ref, error);
    if (!status && (has_size || !entry.ref)) {
        status = q_json_uint(value, "size", &entry.size, error);
    }
    if (status) {
        return status;
    }
    return entry.ref ? take_reference(parse, &entry, value, error)
                     : take_file(parse, &entry, value, error);
}

static quire_status take_policy(q_wandb_parse *parse, const cJSON *config, quire_error *error) {
    const char *layout =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(config, "storageLayout"));
    const char *region =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(config, "storageRegion"));
    parse->is_v2 = layout && strcmp(layout, "V2") == 0;
    if (!region || !is_clean(region, Q_NAME_MAX) || parse->region) {
        return QUIRE_OK;
    }
    return q_strdup(region, &parse->region, error);
}

static quire_status take_top(q_wandb_parse *parse, const cJSON *value, quire_error *error) {
    if (strcmp(value->string, "version") == 0) {
        parse->has_version = true;
        return cJSON_IsNumber(value) && value->valuedouble == 1
                   ? QUIRE_OK
                   : malformed("is of a version that is not known", error);
    }
    return strcmp(value->string, "storagePolicyConfig") == 0 ? take_policy(parse, value, error)
                                                             : QUIRE_OK;
}

/** A member is whole: parse it as an object that has it alone. */
static quire_status end_member(q_wandb_parse *parse, quire_error *error) {
    cJSON *object = NULL;
    quire_status status = q_buffer_append(&parse->member, "}", 1, error);
    status = status ? status
                    : q_json_parse(parse->member.data, parse->member.size, MEMBER_MAX + 2,
                                   MEMBER_DEPTH, &object, error);
    if (status == QUIRE_INTEGRITY) {
        q_error_prefix(error, "a member of the manifest");
    }
    if (!status && (!object->child || object->child->next)) {
        status = malformed("has more than one member where one should be", error);
    }
    if (!status) {
        status = parse->place == INSIDE ? take_entry(parse, object->child, error)
                                        : take_top(parse, object->child, error);
    }
    cJSON_Delete(object);
    q_buffer_clear(&parse->member);
    parse->has_member = true;
    parse->wants_member = false;
    return status;
}

/* --- cutting --- */

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/** Whether what came of the member so far is the name "contents" and its colon. */
static bool begins_contents(const q_wandb_parse *parse) {
    static const char name[] = "{\"contents\"";
    const q_buffer *member = &parse->member;
    size_t at = sizeof name - 1;
    if (member->size <= at || memcmp(member->data, name, at) != 0) {
        return false;
    }
    while (at < member->size && is_blank(member->data[at])) {
        at++;
    }
    if (at == member->size || member->data[at] != ':') {
        return false;
    }
    at++;
    while (at < member->size && is_blank(member->data[at])) {
        at++;
    }
    return at == member->size;
}

/** A byte between members. */
static quire_status take_between(q_wandb_parse *parse, char c, quire_error *error) {
    if (is_blank(c)) {
        return QUIRE_OK;
    }
    if (c == ',' && parse->has_member && !parse->wants_member) {
        parse->wants_member = true;
        return QUIRE_OK;
    }
    if (c == '}' && !parse->wants_member) {
        parse->place = parse->place == INSIDE ? AT_TOP : AFTER;
        parse->has_member = true;
        return QUIRE_OK;
    }
    if (c != '"' || (parse->has_member && !parse->wants_member)) {
        return malformed("is no JSON object", error);
    }
    parse->in_string = true;
    return q_buffer_append(&parse->member, "{\"", 2, error);
}

static quire_status enter_contents(q_wandb_parse *parse, quire_error *error) {
    if (parse->has_contents) {
        return malformed("has 'contents' twice", error);
    }
    q_buffer_clear(&parse->member);
    parse->has_contents = true;
    parse->place = INSIDE;
    parse->has_member = parse->wants_member = false;
    return QUIRE_OK;
}

/** A byte of a member. */
static quire_status take_within(q_wandb_parse *parse, char c, quire_error *error) {
    if (parse->in_string) {
        bool ends = c == '"' && !parse->escaped;
        parse->escaped = c == '\\' && !parse->escaped;
        parse->in_string = !ends;
    } else if (c == '"') {
        parse->in_string = true;
    } else if (c == '{' || c == '[') {
        if (c == '{' && parse->place == AT_TOP && parse->depth == 0 && begins_contents(parse)) {
            return enter_contents(parse, error);
        }
        parse->depth++;
    } else if (parse->depth > 0 && (c == '}' || c == ']')) {
        parse->depth--;
    } else if (parse->depth == 0 && (c == ',' || c == '}')) {
        quire_status status = end_member(parse, error);
        return status ? status : take_between(parse, c, error);
    }
    return parse->member.size < MEMBER_MAX ? q_buffer_append(&parse->member, &c, 1, error)
                                           : malformed("has an entry that is too long", error);
}

static quire_status take_byte(q_wandb_parse *parse, char c, quire_error *error) {
    if (parse->place == BEFORE || parse->place == AFTER) {
        if (c == '{' && parse->place == BEFORE) {
            parse->place = AT_TOP;
            return QUIRE_OK;
        }
        return is_blank(c) ? QUIRE_OK : malformed("is no JSON object", error);
    }
    return parse->member.size > 0 ? take_within(parse, c, error) : take_between(parse, c, error);
}

quire_status q_wandb_parse_take(q_wandb_parse *parse, const char *text, size_t size,
                                quire_error *error) {
    quire_status status = QUIRE_OK;
    for (size_t i = 0; i < size && !status; i++) {
        status = take_byte(parse, text[i], error);
    }
    return status;
}

quire_status q_wandb_parse_end(q_wandb_parse *parse, quire_error *error) {
    if (parse->place != AFTER) {
        return malformed("is cut short", error);
    }
    if (!parse->has_contents || !parse->has_version) {
        return malformed("has no contents, or no version", error);
    }
    return q_wandb_list_sort(parse->list, error);
}
