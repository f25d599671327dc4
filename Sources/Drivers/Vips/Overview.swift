// Vips: libvips by its object layer: an operation by name, properties set, outputs read.
//
// It is the only target that imports libvips. It knows nothing of renditions, and runs in worker processes only.
