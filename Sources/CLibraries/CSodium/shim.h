#pragma once
#include <sodium.h>

/* Limits that are expressions in C. */
static const unsigned long long tintype_password_operations = crypto_pwhash_OPSLIMIT_INTERACTIVE;
static const size_t tintype_password_memory = crypto_pwhash_MEMLIMIT_INTERACTIVE;
static const size_t tintype_password_text_bytes = crypto_pwhash_STRBYTES;
