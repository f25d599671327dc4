#pragma once
#include <librsvg/rsvg.h>

/* GObject's macros are not imported. */
static inline void tintype_rsvg_release(RsvgHandle *handle) { g_object_unref(handle); }
