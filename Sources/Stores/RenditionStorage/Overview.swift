// RenditionStorage: renditions that were made on request, kept within a limit of bytes for those who ask again.
//
// Nothing here is precious: any file may be removed at any time, and is made again. It knows neither the catalogue nor
// pixels.
