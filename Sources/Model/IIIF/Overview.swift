// IIIF: the syntax of the IIIF Image API 3.0, and what it tells of an image.
//
// Text becomes the one `Transformation` that every API's requests become. It knows neither HTTP nor pixels.
