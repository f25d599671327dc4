// Transformations: the description of a rendition, common to all APIs, and its plan for one image
// (docs/decisions/0024).
//
// It is pure: text becomes a `Transformation`, and a `Transformation` with an image's size becomes a `RenderPlan`. It
// knows neither HTTP nor pixels.
