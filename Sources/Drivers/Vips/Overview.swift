// Vips: libvips through its object layer: operations by name, with properties and outputs.
//
// It is the only target that imports libvips. It knows nothing of renditions, and runs in worker processes only.
