#pragma once
#include <vips/vips.h>

/* The fundamental types are macros with a cast in them. */
static inline GType tintype_type_int(void) { return G_TYPE_INT; }
static inline GType tintype_type_double(void) { return G_TYPE_DOUBLE; }
static inline GType tintype_type_boolean(void) { return G_TYPE_BOOLEAN; }
static inline GType tintype_type_string(void) { return G_TYPE_STRING; }

/* The type of an object is read by a macro. */
static inline GType tintype_object_type(void *object) { return G_OBJECT_TYPE(object); }

/* How long a row is, and where one of a region lies in memory, is worked out by macros. */
static inline size_t tintype_row_bytes(VipsImage *image) { return VIPS_IMAGE_SIZEOF_LINE(image); }
static inline const void *tintype_region_row(VipsRegion *region, int top) { return VIPS_REGION_ADDR(region, 0, top); }

static inline void *tintype_region_place(VipsRegion *region, int left, int top) {
    return VIPS_REGION_ADDR(region, left, top);
}

/* An object is passed as another type by a macro. */
static inline void tintype_own(VipsImage *image, void *data, GDestroyNotify release) {
    g_object_set_data_full(G_OBJECT(image), "tintype-owned", data, release);
}

/* GLib's own log goes nowhere: its lines quote the files of strangers. */
static inline void tintype_ignore_log(const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer data) {}
static inline void tintype_silence_log(void) { g_log_set_default_handler(tintype_ignore_log, NULL); }
