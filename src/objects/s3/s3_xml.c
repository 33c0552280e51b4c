/** @file The XML of answers: see s3_xml.h. */
#include "objects/s3/s3_xml.h"

#include <expat.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#define PATH_MAX_SIZE 256
#define TEXT_MAX ((size_t)16 << 10)

typedef struct parsing {
    XML_Parser parser;
    q_s3_xml_element element;
    void *context;
    char path[PATH_MAX_SIZE];
    size_t length;
    q_buffer text;
    bool wrong;
    quire_status status;
    quire_error *error;
} parsing;

static void stop(parsing *this) {
    this->wrong = true;
    (void)XML_StopParser(this->parser, XML_FALSE);
}

/** Without the namespace's prefix. */
static const char *local(const char *name) {
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

static void XMLCALL on_start(void *context, const XML_Char *name, const XML_Char **attributes) {
    parsing *this = context;
    const char *own = local(name);
    size_t size = strlen(own);
    (void)attributes;
    if (size == 0 || this->length + size + 2 > PATH_MAX_SIZE) {
        stop(this);
        return;
    }
    if (this->length > 0) {
        this->path[this->length++] = '/';
    }
    memcpy(this->path + this->length, own, size + 1);
    this->length += size;
    q_buffer_clear(&this->text);
}

static void XMLCALL on_end(void *context, const XML_Char *name) {
    parsing *this = context;
    (void)name;
    if (this->wrong) { /* the end of an empty element comes all the same */
        return;
    }
    this->status = this->element(this->context, this->path, this->text.size ? this->text.data : "",
                                 this->error);
    if (this->status) {
        stop(this);
        return;
    }
    const char *slash = strrchr(this->path, '/');
    this->length = slash ? (size_t)(slash - this->path) : 0;
    this->path[this->length] = '\0';
    q_buffer_clear(&this->text);
}

static void XMLCALL on_text(void *context, const XML_Char *text, int size) {
    parsing *this = context;
    if (this->text.size + (size_t)size > TEXT_MAX) {
        stop(this);
        return;
    }
    this->status = q_buffer_append(&this->text, text, (size_t)size, this->error);
    if (this->status) {
        stop(this);
    }
}

static void XMLCALL on_doctype(void *context, const XML_Char *name, const XML_Char *system,
                               const XML_Char *public, int internal) {
    (void)name;
    (void)system;
    (void)public;
    (void)internal;
    stop(context);
}

quire_status q_s3_xml_parse(const char *data, size_t size, q_s3_xml_element element, void *context,
                            quire_error *error) {
    parsing this = {.element = element, .context = context, .error = error};
    this.parser = XML_ParserCreate(NULL);
    if (!this.parser) {
        return q_error_memory(error);
    }
    while (size > 0 && *data && strchr(" \t\r\n", *data)) { /* some send blanks while they work */
        data++;
        size--;
    }
    XML_SetUserData(this.parser, &this);
    XML_SetElementHandler(this.parser, on_start, on_end);
    XML_SetCharacterDataHandler(this.parser, on_text);
    XML_SetStartDoctypeDeclHandler(this.parser, on_doctype);
    enum XML_Status parsed =
        size > INT_MAX ? XML_STATUS_ERROR : XML_Parse(this.parser, data, (int)size, XML_TRUE);
    enum XML_Error why = XML_GetErrorCode(this.parser);
    XML_ParserFree(this.parser);
    q_buffer_free(&this.text);
    if (this.status) {
        return this.status;
    }
    if (parsed != XML_STATUS_OK && why == XML_ERROR_NO_MEMORY) {
        return q_error_memory(error);
    }
    return parsed == XML_STATUS_OK && !this.wrong
               ? QUIRE_OK
               : q_error_set(error, QUIRE_TEMPORARY, "the answer is not the XML that was expected");
}
