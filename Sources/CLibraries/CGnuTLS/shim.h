#pragma once
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

/* A variable that holds a function. */
static inline void tintype_gnutls_free(void *memory) { gnutls_free(memory); }
