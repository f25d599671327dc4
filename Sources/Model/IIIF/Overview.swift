// IIIF: the syntax of the IIIF Image API 3.0, and the information that it gives about an image.
//
// Text becomes a `Transformation`, as the requests of every API do. It knows neither HTTP nor pixels.
