// IIIF: the syntax of the IIIF Image API 3.0, and its image information.
//
// Text becomes a `Transformation`, as the requests of every API do. It knows neither HTTP nor pixels.
