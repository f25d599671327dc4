#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* toml++ reads TOML in C++ (https://toml.io/en/v1.0.0): here is what Swift needs of it, for documents of keys without tables. */

#ifdef __cplusplus
extern "C" {
#endif

typedef enum tintype_toml_type {
    tintype_toml_text,
    tintype_toml_integer,
    tintype_toml_boolean,
    /* An array that holds nothing but texts. */
    tintype_toml_texts,
    /* Any other type; its name is the text. */
    tintype_toml_other,
} tintype_toml_type;

/* A text with its length: it may contain NUL. It is not terminated. */
typedef struct tintype_toml_string {
    const char *bytes;
    size_t count;
} tintype_toml_string;

/* A key of the document and its value. What it points to is valid only during the call that hands it over. */
typedef struct tintype_toml_entry {
    tintype_toml_string key;
    tintype_toml_type type;
    /* The text, or the name of another type. */
    tintype_toml_string text;
    int64_t integer;
    bool boolean;
    const tintype_toml_string *texts;
    size_t text_count;
    /* Counted from 1. */
    uint32_t line;
} tintype_toml_entry;

/* A mistake in the document. */
typedef struct tintype_toml_mistake {
    char message[512];
    /* Counted from 1; 0 if they are not known. */
    uint32_t line, column;
} tintype_toml_mistake;

/* Reads a document, and hands over each of its keys, in the order of their lines. Returns 0, or -1 with a mistake. */
int tintype_toml_read(
    const char *bytes, size_t count, void (*note)(void *context, const tintype_toml_entry *entry), void *context,
    tintype_toml_mistake *mistake);

#ifdef __cplusplus
}
#endif
