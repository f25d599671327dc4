// RenditionStorage: renditions that were made on request, kept for later requests within a limit of bytes
// (docs/decisions/0026).
//
// Any file may be removed at any time, and is then made again. It knows neither the catalogue nor
// pixels.
