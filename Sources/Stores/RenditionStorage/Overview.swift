// RenditionStorage: renditions that were made on request, kept for those who ask again, within a bound of bytes.
//
// Nothing here is precious: any file may go at any time, and is made again. It knows neither the catalogue nor pixels.
