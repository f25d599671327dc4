// Transformations: what a rendition is to look like, as every API asks for it, and what that means for one image.
//
// It is pure: text becomes a `Transformation`, and a `Transformation` with an image's size becomes a `RenderPlan`. It
// knows neither HTTP nor pixels.
