/**
 * @file
 * jsonget FILE PATH: print one value of a JSON document, for the shell scripts. A path is made of
 * keys and array indices joined by dots; `#` is the number of elements, `.` the document. Strings
 * are printed bare, everything else as JSON. Exit code 1 when there is no such value, 2 when the
 * file is not one JSON document.
 */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_all(const char *name) {
    size_t size = 0;
    size_t capacity = 1 << 20;
    char *text = malloc(capacity + 1);
    FILE *file = fopen(name, "rb");
    size_t got = 1;
    while (file && text && got > 0) {
        got = fread(text + size, 1, capacity - size, file);
        size += got;
        if (size == capacity) {
            capacity *= 2;
            char *grown = realloc(text, capacity + 1);
            if (!grown) {
                free(text);
            }
            text = grown;
        }
    }
    if (file) {
        fclose(file);
    }
    if (text) {
        text[file ? size : 0] = '\0';
    }
    return text;
}

static int print_value(const cJSON *value) {
    if (cJSON_IsString(value)) {
        puts(value->valuestring);
        return 0;
    }
    char *text = cJSON_PrintUnformatted(value);
    if (!text) {
        return 2;
    }
    puts(text);
    cJSON_free(text);
    return 0;
}

static int print_path(const cJSON *value, char *path) {
    if (strcmp(path, ".") == 0) {
        return print_value(value);
    }
    for (char *key = strtok(path, "."); key && value; key = strtok(NULL, ".")) {
        if (strcmp(key, "#") == 0) {
            printf("%d\n", cJSON_GetArraySize(value));
            return 0;
        }
        value = cJSON_IsArray(value) ? cJSON_GetArrayItem(value, atoi(key))
                                     : cJSON_GetObjectItemCaseSensitive(value, key);
    }
    return value ? print_value(value) : 1;
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fputs("usage: jsonget FILE PATH\n", stderr);
        return 2;
    }
    const char *end = NULL;
    char *text = read_all(argv[1]);
    cJSON *document = text ? cJSON_ParseWithOpts(text, &end, 0) : NULL;
    int code = 2;
    if (document && end && end[strspn(end, " \n")] == '\0') {
        code = print_path(document, argv[2]);
    }
    cJSON_Delete(document);
    free(text);
    return code;
}
